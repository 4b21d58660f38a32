// libFuzzer: any bytes of a WebSocket client, in pieces whose sizes the first byte gives. Pieces
// must change nothing: the same bytes at once give the same messages, and a close in both. Zeros
// come behind them: they complete the last frame, and then are one that is not masked. What is sent
// may differ: a frame with two faults is closed for the one that is seen first, and a close takes
// the place of a pong before it.
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
    bool closed = false;
};

Outcome read(std::string_view bytes, std::size_t piece) {
    net::WebsocketCodec codec(512);
    Outcome outcome;
    net::Output out;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        codec.feed(bytes.substr(at, piece), outcome, out);
    outcome.closed = codec.close_sent();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string bytes =
        std::string(reinterpret_cast<const char*>(data) + 1, size - 1) + std::string(1'024, '\0');
    const Outcome whole = read(bytes, bytes.size());
    const Outcome pieces = read(bytes, 1 + data[0] % 64);
    BW_ASSERT(whole.messages == pieces.messages);
    BW_ASSERT(whole.closed && pieces.closed);
    return 0;
}
