// ReceiveBuffer: the bytes of one connection that were received and not yet taken, in one piece.
//
//    receive into room()  →  received(n)  →  view(), take(n), … until more bytes are needed
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace bw::bench {

class ReceiveBuffer {
 public:
    explicit ReceiveBuffer(std::size_t capacity) : buffer_(capacity) {}

    /// Where the next bytes go. Empty: the buffer is full. Moves what is left to the front, so
    /// views end here.
    [[nodiscard]] std::span<char> room() {
        if (begin_ == end_) begin_ = end_ = 0;
        if (end_ == buffer_.size() && begin_ > 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        return std::span(buffer_).subspan(end_);
    }
    void received(std::size_t bytes) { end_ += bytes; }

    [[nodiscard]] std::string_view view() const { return {buffer_.data() + begin_, end_ - begin_}; }
    void take(std::size_t bytes) { begin_ += bytes; }

 private:
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< first byte that was not taken
    std::size_t end_ = 0;
};

}  // namespace bw::bench
