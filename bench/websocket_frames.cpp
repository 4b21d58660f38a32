#include "bench/websocket_frames.hpp"

#include <charconv>

#include "base/assert.hpp"

namespace bw::bench {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0f;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7f;
constexpr std::uint8_t length_in_2_bytes = 126;
constexpr std::uint8_t length_in_8_bytes = 127;
constexpr std::size_t short_payload_max = 125;

/// A big-endian number in the first `bytes` bytes.
std::uint64_t big_endian(const char* at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<std::uint8_t>(at[i]);
    return value;
}

/// The digits after `name`.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view name) {
    const std::size_t found = text.find(name);
    if (found == std::string_view::npos) return std::nullopt;
    text.remove_prefix(found + name.size());
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<WebSocketFrame> WebSocketFrames::next() {
    while (const auto fragment = next_fragment()) {
        const bool whole = fragment->final && fragment->frame.opcode != Opcode::continuation;
        if (whole) return fragment->frame;
        if (join(*fragment)) {
            const WebSocketFrame frame{joined_.opcode, payload_, joined_.bytes};
            joined_ = {};
            return frame;
        }
    }
    return std::nullopt;
}

bool WebSocketFrames::join(const Fragment& fragment) {
    const bool first = fragment.frame.opcode != Opcode::continuation;
    if (first != (joined_.bytes == 0)) {
        broken_ = true;
        return false;
    }
    if (first) {
        joined_.opcode = fragment.frame.opcode;
        payload_.clear();
    }
    payload_ += fragment.frame.payload;
    joined_.bytes += fragment.frame.bytes;
    return fragment.final;
}

std::optional<WebSocketFrames::Fragment> WebSocketFrames::next_fragment() {
    const std::string_view bytes = buffer_.view();
    if (broken_ || bytes.size() < 2) return std::nullopt;
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    const auto second = static_cast<std::uint8_t>(bytes[1]);
    if ((first & reserved_bits) != 0 || (second & mask_bit) != 0) {
        broken_ = true;
        return std::nullopt;
    }
    std::uint64_t length = second & length_bits;
    const std::size_t extended =
        length == length_in_2_bytes ? 2 : (length == length_in_8_bytes ? 8 : 0);
    const std::size_t head = 2 + extended;
    if (bytes.size() < head) return std::nullopt;
    if (extended > 0) length = big_endian(bytes.data() + 2, extended);
    if (bytes.size() - head < length) return std::nullopt;
    buffer_.take(head + length);
    return Fragment{
        (first & final_bit) != 0,
        {static_cast<Opcode>(first & opcode_bits), bytes.substr(head, length), head + length}};
}

std::string websocket_upgrade() {
    return "GET /ws/market HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
           "Connection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
}

std::string client_frame(Opcode opcode, std::string_view payload) {
    BW_ASSERT(payload.size() <= 0xffff);
    std::string frame;
    frame += static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode));
    if (payload.size() <= short_payload_max) {
        frame += static_cast<char>(mask_bit | payload.size());
    } else {
        frame += static_cast<char>(mask_bit | length_in_2_bytes);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    }
    frame.append(4, '\0');  // the mask: payload XOR 0 is payload
    frame += payload;
    return frame;
}

std::optional<PublicHead> public_head(std::string_view text) {
    const bool snapshot = text.starts_with(R"({"type":"snapshot")");
    if (!snapshot && !text.starts_with(R"({"type":"update")")) return std::nullopt;
    const auto sequence = number_after(text, R"("sequence":)");
    const auto event_sequence = number_after(text, R"("eventSequence":")");
    if (!sequence || !event_sequence) return std::nullopt;
    return PublicHead{snapshot, *sequence, *event_sequence};
}

}  // namespace bw::bench
