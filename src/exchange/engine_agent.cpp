#include "exchange/engine_agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "codec/registry.hpp"
#include "event_store/planted_fault.hpp"
#include "platform/thread.hpp"

namespace bw::exchange {

using event_store::Fault;
using event_store::planted;

void EventWriter::take(std::span<const std::byte> messages, bool last) {
    while (!messages.empty() && difference_.empty()) {
        codec::MessageHeader header;
        BW_ASSERT(codec::read_header(messages, header));
        const std::size_t size = sizeof header + header.block_length;
        const bool ends_command = last && size == messages.size();
        const std::uint32_t note = ends_command ? event_store::note_last_event_of_command : 0;
        ++sequence_;
        if (sequence_ <= stored_events_) [[unlikely]]
            compare(messages.first(size), note);
        else
            put(messages.first(size), note);
        messages = messages.subspan(size);
    }
}

void EventWriter::put(std::span<const std::byte> message, std::uint32_t note) {
    // No room means the disk or the preparation of the next segment is behind; the core waits here, which is back-pressure to all gateways.
    while (!log_.append(sequence_, timestamp_ns_, note, message)) [[unlikely]] {
        if (planted(Fault::event_is_dropped_when_full)) {
            --sequence_;
            return;
        }
        if (while_full_ && while_full_() != 0) continue;
        if (rest_)
            rest_();
        else
            platform::sleep_for_ns(50'000);
    }
}

void EventWriter::compare(std::span<const std::byte> message, std::uint32_t note) {
    const event_store::RecordView* stored = stored_->poll();
    if (stored == nullptr) {
        difference_ = fmt::format("event {} cannot be read back: {}", sequence_, stored_->error());
        return;
    }
    const bool same = stored->sequence == sequence_ && stored->timestamp_ns == timestamp_ns_ &&
                      stored->note == note && std::ranges::equal(stored->message, message);
    if (same) return;
    difference_ = fmt::format(
        "event {} differs: stored {{\"timestamp_ns\":{},{}}}, made again "
        "{{\"timestamp_ns\":{},{}}}",
        sequence_, stored->timestamp_ns, codec::to_json_members(stored->message), timestamp_ns_,
        codec::to_json_members(message));
}

std::size_t EngineAgent::do_work() {
    const std::uint64_t committed = planted(Fault::uncommitted_is_applied)
                                        ? log_.appended_sequence()
                                        : log_.committed_sequence();
    std::size_t done = 0;
    while (applied_ < committed && done < turn_size) {
        const std::size_t wanted = std::min<std::uint64_t>(batch_.size(), committed - applied_);
        const std::size_t count = commands_->poll_batch(std::span(batch_).first(wanted));
        if (count == 0) break;
        apply_batch(std::span(batch_).first(count));
        done += count;
    }
    return done;
}

void EngineAgent::apply_batch(std::span<const event_store::RecordView> commands) {
    std::array<std::span<const std::byte>, engine::Engine::look_ahead_max> messages;
    for (std::size_t i = 0; i < commands.size(); ++i) messages[i] = commands[i].message;
    engine_.look_ahead(std::span(messages).first(commands.size()));
    for (const event_store::RecordView& command : commands) {
        writer_.begin_command(command.timestamp_ns);
        engine_.apply(model::SequenceNumber{command.sequence}, command.message);
        applied_ = command.sequence;
    }
}

}  // namespace bw::exchange
