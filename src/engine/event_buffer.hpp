// EventBuffer: where the engine puts the events of one command. Fixed memory; when a command causes
// more than fits (a sweep of a whole book), the sink takes what is there and the engine goes on.
//
//   [ header | block ][ header | block ] …   every message a multiple of 8 bytes, back to back
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/assert.hpp"
#include "codec/header.hpp"

namespace bw::engine {

/// Takes events in order. `last` is false when more events of the same command follow.
class EventSink {
 public:
    virtual ~EventSink() = default;
    virtual void take(std::span<const std::byte> messages, bool last) = 0;
};

class EventBuffer {
 public:
    static constexpr std::size_t capacity = 256 * 1024;

    explicit EventBuffer(EventSink& sink)
        : sink_(sink), bytes_(std::make_unique<std::byte[]>(capacity)) {}

    /// Room for one event; the caller fills every field. Valid until the next call.
    template <class Message>
    [[nodiscard]] Message& add() {
        using Frame = codec::Framed<Message>;
        static_assert(sizeof(Frame) % 8 == 0 && std::has_unique_object_representations_v<Message>);
        if (used_ + sizeof(Frame) > capacity) [[unlikely]]
            hand_over(false);
        auto* frame = new (bytes_.get() + used_) Frame;
        used_ += sizeof(Frame);
        return frame->body;
    }

    /// Ends the command: its remaining events go to the sink. Every command has at least one event.
    void end_command() {
        BW_ASSERT(used_ > 0);
        hand_over(true);
    }

 private:
    void hand_over(bool last) {
        sink_.take({bytes_.get(), used_}, last);
        used_ = 0;
    }

    EventSink& sink_;
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t used_ = 0;
};

}  // namespace bw::engine
