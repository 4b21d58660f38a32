// Handshakes, and the frames of correct, careless and hostile clients.
#include "net/websocket.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bw::net {
namespace {

HttpRequest upgrade_request() {
    HttpRequest request;
    request.method = "GET";
    request.path = "/ws";
    request.headers = {{"Host", "x"},
                       {"Upgrade", "websocket"},
                       {"Connection", "keep-alive, Upgrade"},
                       {"Sec-WebSocket-Version", "13"},
                       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    return request;
}

TEST(Handshake, is_answered_as_rfc_6455_says) {
    const auto answer = handshake_answer(upgrade_request());
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        << *answer;
}

TEST(Handshake, refuses_another_version_and_keys_that_are_not_16_bytes) {
    HttpRequest request = upgrade_request();
    request.headers[3].second = "8";
    EXPECT_EQ(handshake_answer(request).error().fault, HttpFault::wrong_version);
    for (const char* key : {"x", "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=!",
                            "dGhlIHNhbXBsZSBub25jZXh4"}) {
        request = upgrade_request();
        request.headers[4].second = key;
        ASSERT_FALSE(handshake_answer(request)) << key;
        EXPECT_EQ(handshake_answer(request).error().fault, HttpFault::malformed);
    }
    request = upgrade_request();
    request.headers[2].second = "close";
    EXPECT_FALSE(handshake_answer(request));
}

/// A client's frame with the mask 1 2 3 4.
std::string frame(unsigned first_byte, std::string payload, bool masked = true) {
    std::string out{static_cast<char>(first_byte)};
    const unsigned bit = masked ? 0x80 : 0;
    if (payload.size() < 126) {
        out += static_cast<char>(bit | payload.size());
    } else {
        out += static_cast<char>(bit | 126);
        out += static_cast<char>(payload.size() >> 8);
        out += static_cast<char>(payload.size());
    }
    if (masked) {
        out += "\x01\x02\x03\x04";
        for (std::size_t i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ static_cast<char>(1 + i % 4));
    }
    return out + payload;
}

struct Client final : WebsocketSink {
    void on_text(std::string_view message) override { texts.emplace_back(message); }
    void on_binary() override { ++binaries; }
    void on_control() override { ++controls; }

    /// What the server sends in return.
    std::string feed(std::string_view bytes) {
        codec.feed(bytes, *this, out);
        return sent();
    }
    std::string sent() {
        std::string bytes = out.text();
        out = {};
        return bytes;
    }

    WebsocketCodec codec{1'000};
    Output out;
    std::vector<std::string> texts;
    int binaries = 0;
    int controls = 0;
};

TEST(WebsocketCodec, joins_fragments_with_a_ping_between_them) {
    Client client;
    EXPECT_EQ(client.feed(frame(0x01, "ab")), "");
    EXPECT_EQ(client.feed(frame(0x89, "hi")), "\x8a\x02hi");
    client.feed(frame(0x00, "cd"));
    client.feed(frame(0x80, "ef"));
    EXPECT_EQ(client.texts, std::vector<std::string>{"abcdef"});
    EXPECT_EQ(client.controls, 1);
}

TEST(WebsocketCodec, any_cut_of_the_bytes_gives_the_same_messages) {
    const std::string bytes =
        frame(0x81, "one") + frame(0x89, "") + frame(0x81, std::string(300, 'x'));
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Client client;
        client.feed(std::string_view(bytes).substr(0, cut));
        client.feed(std::string_view(bytes).substr(cut));
        ASSERT_EQ(client.texts, (std::vector<std::string>{"one", std::string(300, 'x')})) << cut;
    }
}

/// The code of the close frame that the server sends in return to `bytes`; 0: none.
unsigned closed_with(std::string_view bytes) {
    Client client;
    const std::string answer = client.feed(bytes);
    EXPECT_EQ(client.codec.close_sent(), !answer.empty());
    client.feed(frame(0x81, "later"));
    EXPECT_TRUE(client.texts.empty() || answer.empty()) << "read after a close";
    if (answer == std::string("\x88\0", 2)) return 1005;  // a close without a code
    if (answer.size() < 4 || static_cast<unsigned char>(answer[0]) != 0x88) return 0;
    return (static_cast<unsigned char>(answer[2]) << 8) | static_cast<unsigned char>(answer[3]);
}

TEST(WebsocketCodec, closes_on_a_breach_of_the_protocol) {
    EXPECT_EQ(closed_with(frame(0x81, "x", false)), 1002u) << "not masked";
    EXPECT_EQ(closed_with(frame(0xc1, "x")), 1002u) << "a reserved bit";
    EXPECT_EQ(closed_with(frame(0x83, "x")), 1002u) << "a reserved opcode";
    EXPECT_EQ(closed_with(frame(0x80, "x")), 1002u) << "continues nothing";
    EXPECT_EQ(closed_with(frame(0x01, "x") + frame(0x81, "y")), 1002u)
        << "a message inside another";
    EXPECT_EQ(closed_with(frame(0x09, "x")), 1005u) << "a ping in fragments";
    EXPECT_EQ(closed_with(frame(0x89, std::string(126, 'x'))), 1005u) << "a long ping";
    EXPECT_EQ(closed_with(frame(0x81, "\xff")), 1007u) << "not UTF-8";
    EXPECT_EQ(closed_with(frame(0x81, std::string(1'001, 'x'))), 1009u);
    EXPECT_EQ(closed_with(frame(0x01, std::string(600, 'x')) + frame(0x80, std::string(600, 'x'))),
              1009u);
    EXPECT_EQ(closed_with(frame(0x88, "x")), 1005u) << "half a close code";
}

TEST(WebsocketCodec, answers_a_close_and_reads_nothing_more) {
    Client client;
    EXPECT_EQ(client.feed(frame(0x88, std::string("\x03\xe8", 2))),
              std::string("\x88\x02\x03\xe8", 4));
    EXPECT_TRUE(client.codec.close_received() && client.codec.close_sent());
    client.codec.close(1001, "again", client.out);
    EXPECT_EQ(client.sent(), "");
}

TEST(WebsocketCodec, closes_once_and_cuts_a_long_reason) {
    Client client;
    client.codec.close(1008, std::string(500, 'r'), client.out);
    const std::string sent = client.sent();
    EXPECT_EQ(sent.size(), 2 + 2 + 120u);
    client.codec.close(1001, "again", client.out);
    EXPECT_EQ(client.sent(), "");
}

TEST(TextFrame, has_the_three_forms_of_length) {
    EXPECT_EQ(*text_frame("hi"), "\x81\x02hi");
    EXPECT_EQ(text_frame(std::string(126, 'x'))->substr(0, 4), std::string("\x81\x7e\x00\x7e", 4));
    EXPECT_EQ(text_frame(std::string(65'536, 'x'))->substr(0, 10),
              std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10));
}

}  // namespace
}  // namespace bw::net
