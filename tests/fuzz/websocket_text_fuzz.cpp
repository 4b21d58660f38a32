// libFuzzer: any text frames of a client, with market events in between. The bytes are cut at 0xff;
// a frame that begins with a newline lets the market move instead. Whatever is sent, every frame is
// answered until the hub closes the connection.
#include <cstdlib>

#include "base/assert.hpp"
#include "gateway/websocket/hub.hpp"
#include "views/market/tests/random_market.hpp"

namespace {

using namespace bw;

class StillClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return 1; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return 1; }
};

class OneKey final : public access::Authenticator {
 public:
    std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest& request) override {
        if (request.signature != "s")
            return std::unexpected(
                access::AuthenticationError{access::Refusal::bad_signature, "Wrong."});
        return access::Principal{*access::KeyId::from("k"), access::Role::trader,
                                 model::AccountId{1}};
    }
};

class Sink final : public sequencer::CommandPort {
 public:
    bool try_send(std::span<const std::byte>) override { return true; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    views::market::MarketData market;
    OneKey keys;
    const StillClock clock;
    Sink commands;
    views::Reports reports;
    gateway::websocket::Hub hub({market, &reports, keys, commands, clock});
    views::market::testing::RecordWriter writer;
    writer.listen(
        [&](const event_store::RecordView& record) { views::fold(record, market, reports, hub); });
    views::market::testing::RandomMarket model(writer, 1, 2);
    model.list_instruments();
    const auto id = *hub.connect();
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.find('\xff', at), all.size());
        const std::string_view frame = all.substr(at, end - at);
        at = end + 1;
        if (frame.starts_with('\n')) {
            for (int i = 0; i < 20; ++i) model.step();
        } else {
            const bool open = !hub.must_close(id);
            hub.on_text(id, frame);
            BW_ASSERT(!open || hub.next_frame(id));
        }
        while (hub.next_frame(id)) {
        }
    }
    return 0;
}
