// StorageGuard: when the exchange has to stop taking entries because its logs come to an end, and
// when it may go on.
//
//    log      | …………………………… entries and everything else | cancels and what else reduces risk |
//                                                          └──── reserve, the last segment ───┘
//
// Scarce: the next segment cannot be made, and what is surely left of one of the logs is less than
// its reserve.
// Ample:  half as much again as the reserve is there, in both.
// Threads: one (the core's).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "codec/header.hpp"
#include "sequencer/gateway_ring.hpp"

namespace bw::node {

class StorageGuard {
 public:
    /// What the logs have, in bytes.
    struct Room {
        std::uint64_t commands;
        std::uint64_t events;
        std::uint64_t waiting_commands;  ///< in the log, their events are still to come
        bool next_segment_fails;
    };
    /// Events of a command that waits, for the sum: an answer and a trade.
    static constexpr std::uint64_t event_bytes_of_a_command = 256;

    /// `scarce`: what was said last.
    StorageGuard(std::uint64_t reserve, bool scarce) : reserve_(reserve), scarce_(scarce) {}

    /// The state that is to be said now, if it is another one.
    [[nodiscard]] std::optional<bool> look(const Room& room) {
        const std::uint64_t left = least_of(room);
        if (!scarce_ && room.next_segment_fails && left < reserve_) return scarce_ = true;
        if (scarce_ && left >= reserve_ + reserve_ / 2) return scarce_ = false;
        return std::nullopt;
    }

    [[nodiscard]] static std::uint64_t least_of(const Room& room) {
        const std::uint64_t promised = room.waiting_commands * event_bytes_of_a_command;
        return std::min(room.commands, room.events - std::min(room.events, promised));
    }

 private:
    std::uint64_t reserve_;
    bool scarce_;
};

/// The command that says it.
[[nodiscard]] sequencer::RingSlot storage_state_command(bool scarce);

}  // namespace bw::node
