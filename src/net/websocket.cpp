#include "net/websocket.hpp"

#include <openssl/evp.h>
#include <wslay/wslay.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.hpp"

namespace bw::net {
namespace {

constexpr std::size_t reason_bytes_max = 120;  // of the 123 that a control frame has room for

std::string base64(std::span<const unsigned char> bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL adds a zero byte
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

/// The base64 form of 16 bytes (RFC 6455, 4.1).
bool is_key(std::string_view text) {
    if (text.size() != 24 || !text.ends_with("==")) return false;
    unsigned char decoded[18];
    if (::EVP_DecodeBlock(decoded, reinterpret_cast<const unsigned char*>(text.data()),
                          static_cast<int>(text.size())) < 0)
        return false;
    return base64(std::span(decoded).first(16)) == text;
}

/// RFC 6455, 4.2.2.
std::string accept_value(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    const int hashed =
        ::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha1(), nullptr);
    BW_ASSERT(hashed == 1 && size == 20);
    return base64(std::span(digest).first(size));
}

std::string frame_header(unsigned char opcode, std::size_t size) {
    std::string header{static_cast<char>(0x80 | opcode)};
    const auto append_big_endian = [&](unsigned bytes) {
        for (unsigned shift = 8 * bytes; shift > 0; shift -= 8)
            header += static_cast<char>((size >> (shift - 8)) & 0xff);
    };
    if (size < 126) {
        header += static_cast<char>(size);
    } else if (size < 65'536) {
        header += static_cast<char>(126);
        append_big_endian(2);
    } else {
        header += static_cast<char>(127);
        append_big_endian(8);
    }
    return header;
}

}  // namespace

bool is_websocket_request(const HttpRequest& request) {
    return has_token(request.header("Upgrade"), "websocket");
}

std::expected<std::string, HandshakeFault> handshake_answer(const HttpRequest& request) {
    const auto fault = [](HttpFault kind, const char* detail) {
        return std::unexpected(HandshakeFault{kind, detail});
    };
    if (request.method != "GET" || !request.body.empty() ||
        !has_token(request.header("Connection"), "Upgrade"))
        return fault(HttpFault::malformed,
                     "A WebSocket begins with GET, no body and Connection: Upgrade.");
    if (request.header("Sec-WebSocket-Version") != "13")
        return fault(HttpFault::wrong_version, "The WebSocket version is 13.");
    const std::string_view key = request.header("Sec-WebSocket-Key");
    if (!is_key(key))
        return fault(HttpFault::malformed, "Sec-WebSocket-Key must be 16 bytes in base64.");
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           accept_value(key) + "\r\n\r\n";
}

SharedBytes text_frame(std::string_view payload) {
    std::string frame = frame_header(WSLAY_TEXT_FRAME, payload.size());
    frame += payload;
    return std::make_shared<const std::string>(std::move(frame));
}

/// What wslay calls. `user` is the codec.
struct WebsocketCodec::Callbacks {
    static ssize_t receive(wslay_event_context_ptr context, std::uint8_t* into, std::size_t size,
                           int, void* user) {
        std::string_view& input = static_cast<WebsocketCodec*>(user)->input_;
        if (input.empty()) {
            ::wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
            return -1;
        }
        const std::size_t count = std::min(size, input.size());
        std::memcpy(into, input.data(), count);
        input.remove_prefix(count);
        return static_cast<ssize_t>(count);
    }

    static ssize_t send(wslay_event_context_ptr, const std::uint8_t* bytes, std::size_t size, int,
                        void* user) {
        static_cast<WebsocketCodec*>(user)->queued_.append(reinterpret_cast<const char*>(bytes),
                                                           size);
        return static_cast<ssize_t>(size);
    }

    static void message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message,
                        void* user) {
        WebsocketSink& sink = *static_cast<WebsocketCodec*>(user)->sink_;
        switch (message->opcode) {
            case WSLAY_TEXT_FRAME:
                sink.on_text({reinterpret_cast<const char*>(message->msg), message->msg_length});
                break;
            case WSLAY_BINARY_FRAME: sink.on_binary(); break;
            case WSLAY_PING:
            case WSLAY_PONG: sink.on_control(); break;
            default: break;  // a close: see close_received()
        }
    }

    static constexpr wslay_event_callbacks table{receive, send,    nullptr, nullptr,
                                                 nullptr, nullptr, message};
};

WebsocketCodec::WebsocketCodec(std::size_t message_bytes_max) {
    const int result = ::wslay_event_context_server_init(&context_, &Callbacks::table, this);
    BW_ASSERT(result == 0);  // it fails without memory only
    ::wslay_event_config_set_max_recv_msg_length(context_, message_bytes_max);
}

WebsocketCodec::~WebsocketCodec() { ::wslay_event_context_free(context_); }

void WebsocketCodec::feed(std::string_view bytes, WebsocketSink& sink, Output& out) {
    if (::wslay_event_get_read_enabled(context_) == 0) return;
    input_ = bytes;
    sink_ = &sink;
    static_cast<void>(::wslay_event_recv(context_));  // has queued a close if it reports an error
    sink_ = nullptr;
    input_ = {};
    send_queued(out);
}

void WebsocketCodec::ping(Output& out) {
    const wslay_event_msg message{WSLAY_PING, nullptr, 0};
    static_cast<void>(::wslay_event_queue_msg(context_, &message));
    send_queued(out);
}

void WebsocketCodec::close(std::uint16_t code, std::string_view reason, Output& out) {
    if (std::exchange(closing_, true)) return;
    reason = reason.substr(0, reason_bytes_max);
    static_cast<void>(::wslay_event_queue_close(
        context_, code, reinterpret_cast<const std::uint8_t*>(reason.data()), reason.size()));
    send_queued(out);
}

bool WebsocketCodec::close_sent() const { return ::wslay_event_get_close_sent(context_) != 0; }
bool WebsocketCodec::close_received() const {
    return ::wslay_event_get_close_received(context_) != 0;
}

void WebsocketCodec::send_queued(Output& out) {
    queued_.clear();
    while (::wslay_event_want_write(context_) != 0)
        if (::wslay_event_send(context_) != 0) break;
    out.add(std::exchange(queued_, {}));
}

}  // namespace bw::net
