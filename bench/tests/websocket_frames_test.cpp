// Frames of a WebSocket server are found however their bytes arrive; the head of a public frame is
// read from its text.
#include "bench/websocket_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace bw::bench {
namespace {

/// As a server sends it: not masked.
std::string server_frame(unsigned char first, std::string_view payload) {
    std::string frame(1, static_cast<char>(first));
    if (payload.size() < 126) {
        frame += static_cast<char>(payload.size());
    } else if (payload.size() <= 0xffff) {
        frame += static_cast<char>(126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    } else {
        frame += static_cast<char>(127);
        for (int shift = 56; shift >= 0; shift -= 8)
            frame += static_cast<char>(payload.size() >> shift & 0xff);
    }
    return frame += payload;
}

std::string text_frame(std::string_view payload) { return server_frame(0x81, payload); }

void receive(WebSocketFrames& frames, std::string_view bytes) {
    const std::span<char> room = frames.room();
    ASSERT_GE(room.size(), bytes.size());
    std::ranges::copy(bytes, room.begin());
    frames.received(bytes.size());
}

TEST(WebSocketFrames, reads_payloads_of_all_three_kinds_of_length) {
    for (const std::size_t size : {0u, 1u, 125u, 126u, 300u, 65'535u, 65'536u, 100'000u}) {
        WebSocketFrames frames(300'000);
        const std::string payload(size, 'x');
        const std::string bytes = text_frame(payload);
        receive(frames, bytes + bytes);
        for (int i = 0; i < 2; ++i) {
            const auto frame = frames.next();
            ASSERT_TRUE(frame) << size;
            EXPECT_EQ(frame->opcode, Opcode::text);
            EXPECT_EQ(frame->payload, payload);
            EXPECT_EQ(frame->bytes, bytes.size());
        }
        EXPECT_FALSE(frames.next());
    }
}

TEST(WebSocketFrames, finds_frames_in_bytes_that_arrive_one_by_one) {
    WebSocketFrames frames(256);
    const std::string bytes = text_frame(std::string(130, 'a')) + server_frame(0x89, "ping") +
                              text_frame(std::string(20, 'b'));
    std::vector<std::string> found;
    for (const char byte : bytes) {
        receive(frames, {&byte, 1});
        if (const auto frame = frames.next()) found.emplace_back(frame->payload);
    }
    EXPECT_EQ(found,
              (std::vector<std::string>{std::string(130, 'a'), "ping", std::string(20, 'b')}));
}

TEST(WebSocketFrames, joins_fragments_with_control_frames_between_them) {
    WebSocketFrames frames;
    const std::string first = server_frame(0x01, "ab");
    const std::string middle = server_frame(0x00, "cd");
    const std::string last = server_frame(0x80, "ef");
    receive(frames, first + middle + server_frame(0x89, "ping") + last + text_frame("next"));
    EXPECT_EQ(frames.next()->payload, "ping");
    const auto joined = frames.next();
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->opcode, Opcode::text);
    EXPECT_EQ(joined->payload, "abcdef");
    EXPECT_EQ(joined->bytes, first.size() + middle.size() + last.size());
    EXPECT_EQ(frames.next()->payload, "next");
}

TEST(WebSocketFrames, is_broken_by_masked_compressed_and_misplaced_frames) {
    for (const std::string& bytes :
         {client_frame(Opcode::text, "masked"), server_frame(0xc1, "compressed"),
          server_frame(0x80, "a last fragment alone"),
          server_frame(0x01, "a first fragment") + server_frame(0x01, "and another")}) {
        WebSocketFrames frames;
        receive(frames, bytes);
        EXPECT_FALSE(frames.next());
        EXPECT_TRUE(frames.broken());
    }
}

TEST(WebSocketFrames, has_no_room_for_a_frame_above_its_capacity) {
    WebSocketFrames frames(64);
    receive(frames, std::string_view(text_frame(std::string(100, 'x'))).substr(0, 64));
    EXPECT_FALSE(frames.next());
    EXPECT_TRUE(frames.room().empty());
}

TEST(ClientFrame, is_final_and_masked) {
    EXPECT_EQ(client_frame(Opcode::text, "ab"), std::string("\x81\x82\0\0\0\0ab", 8));
    EXPECT_EQ(client_frame(Opcode::pong, std::string(200, 'x')),
              std::string("\x8a\xfe\x00\xc8\0\0\0\0", 8) + std::string(200, 'x'));
}

TEST(PublicHead, is_read_from_snapshots_and_updates_only) {
    const auto update = public_head(
        R"({"type":"update","channel":"l2","symbol":"ACME","sequence":2,"previousSequence":1,)"
        R"("eventSequence":"812","time":"1767225600000000000","depth":10,"bids":[],"asks":[]})");
    ASSERT_TRUE(update);
    EXPECT_FALSE(update->snapshot);
    EXPECT_EQ(update->sequence, 2u);
    EXPECT_EQ(update->event_sequence, 812u);
    EXPECT_TRUE(public_head(R"({"type":"snapshot","sequence":1,"eventSequence":"7"})")->snapshot);
    EXPECT_FALSE(public_head(R"({"type":"subscribed","channel":"l2","symbol":"ACME"})"));
    EXPECT_FALSE(public_head(R"({"type":"update","sequence":1})"));
    EXPECT_FALSE(public_head(""));
}

}  // namespace
}  // namespace bw::bench
