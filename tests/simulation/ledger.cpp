#include "simulation/ledger.hpp"

#include <algorithm>

#include "codec/registry.hpp"

namespace bw::simulation {

Ledger::Ledger(const engine::Limits& limits, bool second_opinion)
    : limits_(limits), second_opinion_(second_opinion) {
    restart_models();
}

void Ledger::restart_models() {
    engine_ = std::make_unique<differential::EngineRunner>(limits_);
    if (second_opinion_) naive_ = std::make_unique<differential::NaiveExchange>(limits_);
}

void Ledger::note(const event_store::RecordView& record) {
    if (record.sequence <= commands_.size()) {
        const Command& known = command(record.sequence);
        if (record.timestamp_ns != known.timestamp_ns ||
            !std::ranges::equal(record.message, known.message))
            violated("command {} is not the one that was committed under this number",
                     record.sequence);
        return;
    }
    if (record.sequence != commands_.size() + 1)
        violated("command {} follows command {}", record.sequence, commands_.size());
    if (record.timestamp_ns < last_timestamp_ns())
        violated("command {} is stamped before the one it follows", record.sequence);
    commands_.push_back(
        {record.timestamp_ns, Bytes(record.message.begin(), record.message.end()), 0});
    make_events(record.sequence, commands_.back());
    commands_.back().last_event = events_.size();
}

void Ledger::make_events(std::uint64_t sequence, const Command& command) {
    const Bytes& made = engine_->apply(sequence, command.message);
    const auto messages = differential::split(made);
    if (naive_) ask_naive(sequence, command, messages);
    for (std::size_t i = 0; i < messages.size(); ++i)
        events_.push_back(
            {command.timestamp_ns, i + 1 == messages.size() ? 1u : 0u, sequence, messages[i]});
}

void Ledger::ask_naive(std::uint64_t sequence, const Command& command,
                       std::span<const Bytes> made) {
    const auto expected = naive_->apply(sequence, command.message);
    for (std::size_t i = 0; i < std::max(expected.size(), made.size()); ++i) {
        const auto text = [i](std::span<const Bytes> events) {
            return i < events.size() ? codec::to_json_members(events[i]) : "nothing";
        };
        if (i >= expected.size() || i >= made.size() || expected[i] != made[i])
            violated("for command {} {{{}}} the naive exchange gives {{{}}}, the engine {{{}}}",
                     sequence, codec::to_json_members(command.message), text(expected), text(made));
    }
}

void Ledger::check(const char* reader, const event_store::RecordView& record) const {
    if (record.sequence > events_.size())
        violated("{}: event {} is of a command that is not committed", reader, record.sequence);
    const Event& known = event(record.sequence);
    if (record.timestamp_ns == known.timestamp_ns && record.note == known.note &&
        std::ranges::equal(record.message, known.message))
        return;
    violated("{}: event {} is {{{}}}, must be {{{}}}", reader, record.sequence,
             codec::to_json_members(record.message), codec::to_json_members(known.message));
}

void Ledger::forget_behind(std::uint64_t commands) {
    if (commands >= commands_.size()) return;
    ++generation_;
    const std::vector<Command> kept(commands_.begin(),
                                    commands_.begin() + static_cast<std::ptrdiff_t>(commands));
    commands_.clear();
    events_.clear();
    restart_models();
    for (const Command& command : kept)
        note({commands_.size() + 1, command.timestamp_ns, 0, command.message});
}

void Ledger::verify() const {
    engine_->verify_invariants();
    if (!naive_) return;
    if (const std::string wrong = naive_->broken_balance() + naive_->broken_book(); !wrong.empty())
        violated("the naive exchange is broken: {}", wrong);
}

}  // namespace bw::simulation
