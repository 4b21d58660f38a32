// Engine: the deterministic heart. apply(command) -> events, as docs/internals/trading-rules.md
// says. One thread, no clock, no I/O, no randomness, no float; allocates in its constructor only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "codec/event_buffer.hpp"
#include "engine/limits.hpp"
#include "engine/snapshot.hpp"
#include "model/types.hpp"

namespace bw::engine {

using EventSink = codec::EventSink;

class Engine {
 public:
    explicit Engine(EventSink& sink, const Limits& limits = {});
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Lets the system provide the memory of so many orders, with their client ids, now, and not
    /// when an order first needs it. Changes nothing else, so another thread may do it while
    /// commands are applied.
    void provide_memory(std::uint32_t orders);

    /// Applies one command (SBE header and block) and hands its events to the sink, the last call
    /// with last = true. Requires: sequence numbers rise by one. Cost: O(1) plus O(1) per trade;
    /// EndDay is O(open orders).
    void apply(model::SequenceNumber sequence, std::span<const std::byte> message);

    static constexpr std::size_t look_ahead_max = 32;
    /// A hint that these commands (at most look_ahead_max) come next: starts loading what they will
    /// need, so that the memory's latency is paid once for all of them. Changes nothing.
    void look_ahead(std::span<const std::span<const std::byte>> messages) const;

    /// Hash over the whole state, in a fixed order. Equal states have equal hashes on every machine
    /// and compiler.
    [[nodiscard]] std::uint64_t state_hash() const;

    /// How full the state is; for those who watch. O(1).
    struct Figures {
        std::uint32_t open_orders;
        std::uint32_t instruments;
        std::uint32_t accounts;
        std::uint32_t last_business_date;  ///< of the last day that ended, 0: none yet
        bool storage_scarce;
    };
    [[nodiscard]] Figures figures() const;

    /// Checks every invariant of the state (money and share conservation, holds, book shape). Slow:
    /// O(state). Stops the process if one is broken.
    void verify_invariants() const;

    /// Writes the whole state. Two engines of equal state write equal bytes. Cost: O(state).
    void save(SnapshotSink& sink) const;
    /// Takes over a state that save() wrote. Requires: nothing was applied yet. False: the bytes
    /// are not a state of this version and these limits; the engine must not be used then. The next
    /// command is the one after the last that the saved engine applied.
    [[nodiscard]] bool load(SnapshotSource& source);

 private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bw::engine
