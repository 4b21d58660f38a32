#include "node/engine_agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "codec/events.hpp"
#include "codec/registry.hpp"
#include "platform/thread.hpp"

namespace bw::node {

std::span<const model::RejectReason> reject_reasons() {
    static constexpr std::span all(model::values_of<model::RejectReason>());
    static_assert(all.front() == model::RejectReason::none, "the rest are reasons");
    static_assert(all.size() - 1 <= observe::reject_reasons_max);
    return all.subspan(1);
}

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
        if (metrics_ != nullptr) count(header.template_id, messages.first(size));
        messages = messages.subspan(size);
    }
}

void EventWriter::put(std::span<const std::byte> message, std::uint32_t note) {
    // No room means that the disk or the preparation of the next segment is behind. The core thread
    // waits here, which is back-pressure to all gateways.
    while (!log_.append(sequence_, timestamp_ns_, note, message)) [[unlikely]] {
        if (while_full_ && while_full_() != 0) continue;
        if (rest_)
            rest_();
        else
            platform::sleep_for_ns(50'000);
    }
}

void EventWriter::count(std::uint16_t template_id, std::span<const std::byte> message) {
    metrics_->events.add();
    if (template_id == codec::TradeExecuted::template_id) return metrics_->trades.add();
    if (template_id != codec::CommandRejected::template_id) return;
    codec::CommandRejected event{};
    const codec::DecodeError error = codec::decode(message, event);
    BW_ASSERT(error == codec::DecodeError::none);
    const auto position = model::position_of(event.reason);
    BW_ASSERT(position && *position != 0);
    metrics_->rejects[*position - 1].add();
}

void EventWriter::compare(std::span<const std::byte> message, std::uint32_t note) {
    const event_store::RecordView* stored = stored_->poll();
    if (stored == nullptr) {
        difference_ = fmt::format("event {} cannot be read back: {}", sequence_, stored_->error());
        return;
    }
    const bool same = stored->sequence == sequence_ && stored->timestamp_ns == timestamp_ns_ &&
                      stored->note == note && stored->message.size() == message.size() &&
                      std::memcmp(stored->message.data(), message.data(), message.size()) == 0;
    if (same) return;
    difference_ = fmt::format(
        "event {} differs: stored {{\"timestamp_ns\":{},{}}}, made again "
        "{{\"timestamp_ns\":{},{}}}",
        sequence_, stored->timestamp_ns, codec::to_json_members(stored->message), timestamp_ns_,
        codec::to_json_members(message));
}

std::size_t EngineAgent::do_work() {
    const std::uint64_t committed = log_.committed_sequence();
    if (applied_ >= committed) return 0;
    if (metrics_ == nullptr) return apply_committed(committed);
    const std::uint64_t begin_ns = clock_->realtime_ns();
    const std::size_t done = apply_committed(committed);
    note_turn(begin_ns, done);
    return done;
}

std::size_t EngineAgent::apply_committed(std::uint64_t committed) {
    std::size_t done = 0;
    while (applied_ < committed && done < turn_size) {
        const std::size_t wanted = std::min<std::uint64_t>(batch_.size(), committed - applied_);
        const std::size_t count = commands_->poll_batch(std::span(batch_).first(wanted));
        if (count == 0) break;
        apply(std::span(batch_).first(count));
        done += count;
    }
    return done;
}

void EngineAgent::apply(std::span<const event_store::RecordView> commands) {
    std::array<std::span<const std::byte>, engine::Engine::look_ahead_max> messages;
    for (std::size_t i = 0; i < commands.size(); ++i) messages[i] = commands[i].message;
    engine_.look_ahead(std::span(messages).first(commands.size()));
    for (const event_store::RecordView& command : commands) {
        writer_.begin_command(command.timestamp_ns);
        if (metrics_ != nullptr) stamps_.add(command.timestamp_ns);
        engine_.apply(model::SequenceNumber{command.sequence}, command.message);
        applied_ = command.sequence;
    }
}

void EngineAgent::observe(observe::EngineMetrics* metrics, const platform::Clock* clock) {
    metrics_ = metrics;
    clock_ = clock;
    writer_.observe(metrics);
    if (metrics_ != nullptr) note_state();
}

void EngineAgent::note_turn(std::uint64_t begin_ns, std::size_t done) {
    const std::uint64_t now_ns = clock_->realtime_ns();
    stamps_.record(now_ns, metrics_->applied);
    metrics_->turn_time.record(now_ns > begin_ns ? now_ns - begin_ns : 0);
    metrics_->commands.add(done);
    note_state();
}

void EngineAgent::note_state() {
    const engine::Engine::Figures state = engine_.figures();
    metrics_->sequence.set(applied_);
    metrics_->open_orders.set(state.open_orders);
    metrics_->instruments.set(state.instruments);
    metrics_->accounts.set(state.accounts);
    metrics_->last_day_ended.set(state.last_business_date);
    metrics_->storage_scarce.set(state.storage_scarce ? 1 : 0);
}

}  // namespace bw::node
