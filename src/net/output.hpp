// Output: what a connection has still to send, as pieces that are written together. A piece may be
// shared by many connections, so that a frame is rendered once for all of them.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "net/stream.hpp"

namespace bw::net {

using SharedBytes = std::shared_ptr<const std::string>;

class Output {
 public:
    void add(std::string bytes) {
        if (bytes.empty()) return;
        bytes_ += bytes.size();
        pieces_.push_back({std::move(bytes), nullptr});
    }
    void add(SharedBytes bytes) {
        if (bytes->empty()) return;
        bytes_ += bytes->size();
        pieces_.push_back({{}, std::move(bytes)});
    }

    /// Not yet written. In bytes.
    [[nodiscard]] std::size_t size() const { return bytes_; }
    [[nodiscard]] bool empty() const { return bytes_ == 0; }

    /// Everything, as one text.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (const Piece& piece : pieces_) all += piece.view();
        return all.substr(written_);
    }

    /// Writes what the stream takes now. `bytes` of the result are gone from here.
    Stream::Result write_to(Stream& stream) {
        Stream::Result result;
        if (pieces_.empty()) return stream.write({});  // a rest within the encryption
        while (!pieces_.empty() && result.state == Stream::State::open) {
            const Stream::Result now = write_some(stream);
            consume(now.bytes);
            result = {result.bytes + now.bytes, now.state};
        }
        return result;
    }

 private:
    struct Piece {
        std::string own;
        SharedBytes shared;
        [[nodiscard]] std::string_view view() const { return shared ? *shared : own; }
    };

    Stream::Result write_some(Stream& stream) {
        std::array<std::string_view, Stream::pieces_max> views;
        std::size_t count = 0;
        for (const Piece& piece : pieces_) {
            if (count == views.size()) break;
            views[count] = piece.view().substr(count == 0 ? written_ : 0);
            ++count;
        }
        return stream.write(std::span(views).first(count));
    }

    void consume(std::size_t bytes) {
        bytes_ -= bytes;
        bytes += written_;
        while (!pieces_.empty() && bytes >= pieces_.front().view().size()) {
            bytes -= pieces_.front().view().size();
            pieces_.pop_front();
        }
        written_ = bytes;
    }

    std::deque<Piece> pieces_;
    std::size_t written_ = 0;  // of the first piece
    std::size_t bytes_ = 0;
};

}  // namespace bw::net
