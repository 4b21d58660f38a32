// Ledger: what the exchange committed, noted down where no fault reaches it, and what must follow
// from it. Every event that anybody reads is compared with it.
//
//   command log ──► note(command) ──► a second engine, or the naive exchange
//                                        └──► the events that must come, byte for byte
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/hash.hpp"
#include "differential/engine_runner.hpp"
#include "engine/limits.hpp"
#include "event_store/log/record.hpp"
#include "simulation/sim_storage.hpp"
#include "simulation/violation.hpp"

namespace bw::simulation {

class Ledger {
 public:
    struct Command {
        std::uint64_t timestamp_ns;
        Bytes message;
        std::uint64_t last_event;  ///< the sequence of its last event
    };
    struct Event {
        std::uint64_t timestamp_ns;
        std::uint32_t note;
        std::uint64_t command;
        Bytes message;
    };

    Ledger(const engine::Limits& limits, bool second_opinion);

    /// A committed command: the next one, or one that is known and must be the same.
    void note(const event_store::RecordView& record);
    /// An event that somebody read. Its command need not be noted yet only if that is not
    /// committed; then it must not be seen.
    void check(const char* reader, const event_store::RecordView& record) const;
    /// Everything behind `commands` was lost, and may have been.
    void forget_behind(std::uint64_t commands);

    /// Rises whenever something was forgotten: what was made of events before that may be wrong
    /// now.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    [[nodiscard]] std::uint64_t commands() const { return commands_.size(); }
    [[nodiscard]] std::uint64_t events() const { return events_.size(); }
    [[nodiscard]] const Command& command(std::uint64_t sequence) const {
        return commands_.at(sequence - 1);
    }
    [[nodiscard]] const Event& event(std::uint64_t sequence) const {
        return events_.at(sequence - 1);
    }
    [[nodiscard]] std::uint64_t last_timestamp_ns() const {
        return commands_.empty() ? 0 : commands_.back().timestamp_ns;
    }
    /// Of the second engine.
    [[nodiscard]] std::uint64_t state_hash() const { return engine_->state_hash(); }
    void verify() const;

 private:
    void make_events(std::uint64_t sequence, const Command& command);
    void ask_naive(std::uint64_t sequence, const Command& command, std::span<const Bytes> made);
    void restart_models();

    engine::Limits limits_;
    bool second_opinion_;
    std::uint64_t generation_ = 0;
    std::vector<Command> commands_;
    std::vector<Event> events_;
    std::unique_ptr<differential::EngineRunner> engine_;
    std::unique_ptr<differential::NaiveExchange> naive_;
};

}  // namespace bw::simulation
