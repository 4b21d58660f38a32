// libFuzzer: any bytes of a WebSocket client, in pieces whose sizes the first byte gives. Pieces
// must change nothing: the same bytes at once give the same messages and the same output.
#include <algorithm>
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "net/websocket.hpp"

namespace {

using namespace bw;

struct Outcome final : net::WebsocketSink {
    void on_text(std::string_view message) override { messages.emplace_back(message); }
    void on_binary() override { messages.emplace_back("(binary)"); }
    void on_control() override { messages.emplace_back("(control)"); }
    std::vector<std::string> messages;
    std::string sent;
};

Outcome read(std::string_view bytes, std::size_t piece) {
    net::WebsocketCodec codec(512);
    Outcome outcome;
    net::Output out;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        codec.feed(bytes.substr(at, piece), outcome, out);
    outcome.sent = out.text();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Outcome whole = read(bytes, std::max<std::size_t>(1, bytes.size()));
    const Outcome pieces = read(bytes, 1 + data[0] % 64);
    BW_ASSERT(whole.messages == pieces.messages && whole.sent == pieces.sent);
    return 0;
}
