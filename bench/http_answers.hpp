// HttpAnswers: splits the bytes of one HTTP/1.1 connection into answers, pipelined ones included.
// Reads the status, `Content-Length` and `Connection: close`; an answer must have a
// `Content-Length`, as every answer of the exchange does.
//
//    receive into room()  →  received(n)  →  next(), next(), … until there is none
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "bench/receive_buffer.hpp"

namespace bw::bench {

struct HttpAnswer {
    unsigned status = 0;
    std::string_view body;  ///< valid until the next call of room()
    bool closes = false;    ///< the server closes the connection after it
    [[nodiscard]] bool good() const { return status >= 200 && status <= 299; }
};

class HttpAnswers {
 public:
    explicit HttpAnswers(std::size_t capacity = 64 * 1024) : buffer_(capacity) {}

    /// Where the next bytes go. Empty: an answer is larger than the capacity.
    [[nodiscard]] std::span<char> room() { return buffer_.room(); }
    void received(std::size_t bytes) { buffer_.received(bytes); }

    /// The next complete answer. Nothing: more bytes are needed, or broken().
    [[nodiscard]] std::optional<HttpAnswer> next();
    /// What was received is not an answer with a `Content-Length`. Nothing more is read.
    [[nodiscard]] bool broken() const { return broken_; }

 private:
    ReceiveBuffer buffer_;
    bool broken_ = false;
};

}  // namespace bw::bench
