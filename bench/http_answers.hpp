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
#include <vector>

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
    [[nodiscard]] std::span<char> room();
    void received(std::size_t bytes) { end_ += bytes; }

    /// The next complete answer. Nothing: more bytes are needed, or broken().
    [[nodiscard]] std::optional<HttpAnswer> next();
    /// What was received is not an answer with a `Content-Length`. Nothing more is read.
    [[nodiscard]] bool broken() const { return broken_; }

 private:
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< first byte that next() has not returned
    std::size_t end_ = 0;
    bool broken_ = false;
};

}  // namespace bw::bench
