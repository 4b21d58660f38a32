// StorageGuard: decides when the exchange must refuse orders because its logs run out of room, and
// when it may accept them again.
//
//    log      | …………………………… entries and everything else | cancels and what else reduces risk |
//                                                          └──── reserve, the last segment ───┘
//
// Scarce: the next segment cannot be made, and one of the logs has less room left than its reserve.
// Ample: both logs have one and a half times the reserve.
// Threads: one (`core`).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "codec/header.hpp"
#include "sequencer/gateway_ring.hpp"

namespace bw::node {

class StorageGuard {
 public:
    /// Room left in the logs, in bytes.
    struct Room {
        std::uint64_t commands;
        std::uint64_t events;
        std::uint64_t waiting_commands;  ///< in the log, their events not yet written
        bool next_segment_fails;
    };
    /// Estimate of the events of a waiting command: an answer and a trade.
    static constexpr std::uint64_t event_bytes_of_a_command = 256;

    /// `scarce`: the state announced last.
    StorageGuard(std::uint64_t reserve, bool scarce) : reserve_(reserve), scarce_(scarce) {}

    /// The state to announce now, if it differs from the last one.
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

/// The command that announces the state.
[[nodiscard]] sequencer::RingSlot storage_state_command(bool scarce);

}  // namespace bw::node
