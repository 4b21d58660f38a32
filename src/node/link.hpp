// Link: a process's tie to a core of another process: it finds the core by its board, takes a
// ring over, and notices when the core dies and when another one has come. It is the command port
// of that process: while there is no core, nothing can be sent.
//
//   away ──(a locked board)──► there ──attach() until true──► attached
//    ▲                                                           │
//    └──────(the board's lock is gone, or another board)─────────┘
//
// After another core has come, commands that were put into the ring of the one before and are not
// among `stored_events` were never sequenced and never will be: their ring is gone with that core.
//
// Threads: one. Cost of look(): three system calls, at most once in ten milliseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "node/board.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"
#include "sequencer/command_port.hpp"
#include "sequencer/gateway_ring.hpp"

namespace bw::node {

class Link final : public sequencer::CommandPort {
 public:
    /// `ring`: to be taken over; nothing: this process sends no commands. Everything referenced
    /// outlives the link.
    Link(platform::Storage& storage, std::string shared_directory, std::optional<std::size_t> ring,
         const platform::Clock& clock)
        : storage_(storage),
          shared_directory_(std::move(shared_directory)),
          ring_number_(ring),
          clock_(clock) {}

    /// Is there a core, and which? Cheap to call in every turn.
    void look();
    [[nodiscard]] bool core_is_there() const { return there_; }
    /// Of the core that is or was there last; nullptr before the first.
    [[nodiscard]] const Board* board() const { return board_; }
    /// How many cores were seen; rises when another one has come.
    [[nodiscard]] std::uint64_t cores_seen() const { return cores_seen_; }

    /// Takes the ring over, one step; true when commands can be sent. Error: somebody else holds
    /// it, or it cannot be opened.
    [[nodiscard]] base::Result<bool> attach();
    [[nodiscard]] bool attached() const {
        return there_ && (port_.has_value() || !ring_number_.has_value());
    }

    [[nodiscard]] bool try_send(std::span<const std::byte> message) override {
        return there_ && port_.has_value() && port_->try_send(message);
    }

 private:
    static constexpr std::uint64_t look_interval_ns = 10'000'000;

    [[nodiscard]] std::optional<NodeStart> start_on_file() const;
    void use_board(const NodeStart& start);
    void let_go();
    [[nodiscard]] base::Result<void> take_ring();

    platform::Storage& storage_;
    std::string shared_directory_;
    std::optional<std::size_t> ring_number_;
    const platform::Clock& clock_;

    std::uint64_t next_look_ns_ = 0;
    bool there_ = false;
    std::uint64_t cores_seen_ = 0;
    std::unique_ptr<platform::MappedFile> board_file_;
    Board* board_ = nullptr;

    std::unique_ptr<platform::FileLock> ring_lock_;
    std::unique_ptr<platform::MappedFile> ring_file_;
    std::optional<sequencer::GatewayRing::TakeOver> take_over_;
    std::optional<sequencer::RingPort> port_;
};

}  // namespace bw::node
