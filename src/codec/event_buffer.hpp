// EventBuffer: where the core puts the events of one command. Fixed memory; when a command causes
// more than fits (a sweep of a whole book), the sink takes what is there and the core goes on.
//
//   [ header | block ][ header | block ] …   every message a multiple of 8 bytes, back to back
//
// begin_command ─► emit … emit ─► end_command. One thread; allocates in its constructor only.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/assert.hpp"
#include "codec/header.hpp"
#include "model/types.hpp"

namespace bw::codec {

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

    /// The events from now on are those of command `sequence`.
    void begin_command(model::SequenceNumber sequence) { sequence_ = sequence; }
    /// The request of the command at hand, once it is decoded; for events deep inside matching.
    void set_request(model::RequestId request) { request_ = request; }
    [[nodiscard]] model::SequenceNumber sequence() const { return sequence_; }
    [[nodiscard]] model::RequestId request() const { return request_; }

    /// One event of the command at hand; the caller fills every other field. Valid until the next
    /// call.
    template <class Message>
    [[nodiscard]] Message& emit() {
        using EventFrame = Frame<Message>;
        static_assert(sizeof(EventFrame) % 8 == 0 &&
                      std::has_unique_object_representations_v<Message>);
        if (used_ + sizeof(EventFrame) > capacity) [[unlikely]]
            hand_over(false);
        auto* frame = new (bytes_.get() + used_) EventFrame;
        used_ += sizeof(EventFrame);
        frame->body.command_sequence = sequence_;
        return frame->body;
    }

    /// Ends the command: its remaining events go to the sink. Every command has at least one event.
    void end_command() {
        BW_ASSERT(used_ > 0);
        hand_over(true);
    }

    /// `archive(field...)` takes or gives the number of the latest command.
    template <class Archive>
    void archive_sequence(Archive& archive) {
        archive(sequence_);
    }

 private:
    void hand_over(bool last) {
        sink_.take({bytes_.get(), used_}, last);
        used_ = 0;
    }

    EventSink& sink_;
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t used_ = 0;
    model::SequenceNumber sequence_;
    model::RequestId request_;
};

}  // namespace bw::codec
