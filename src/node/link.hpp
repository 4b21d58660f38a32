// Link: connects a process to a node in another process. It finds the node by its board, takes over
// a ring, and notices when the node dies and when a new one comes up. It is that process's command
// port: without a node, nothing can be sent.
//
//   away ──(a locked board)──► there ──attach() until true──► attached
//    ▲                                                           │
//    └──────(the board's lock is gone, or another board)─────────┘
//
// Once a new node has come up, commands put into the old node's ring that are not among
// `stored_events` were never sequenced and never will be: their ring died with that node.
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
    /// `ring`: the ring to take over; nothing: this process sends no commands. Everything
    /// referenced outlives the link.
    Link(platform::Storage& storage, std::string shared_directory, std::optional<std::size_t> ring,
         const platform::Clock& clock)
        : storage_(storage),
          shared_directory_(std::move(shared_directory)),
          ring_number_(ring),
          clock_(clock) {}

    /// Checks whether there is a node, and which. Cheap to call in every turn.
    void look();
    [[nodiscard]] bool node_is_there() const { return there_; }
    /// The board of the present or latest node; nullptr before the first one.
    [[nodiscard]] const Board* board() const { return board_; }
    /// What a reader of the event log sleeps on; nullptr before the first node. Valid until look().
    [[nodiscard]] platform::WakeUp* wake_up_of(std::size_t reader) const {
        return board_ == nullptr ? nullptr : &board_->readers[reader];
    }
    /// How many nodes were seen; rises when a new one has come up.
    [[nodiscard]] std::uint64_t nodes_seen() const { return nodes_seen_; }

    /// Takes one step of the take-over; true once commands can be sent. Error: another process
    /// holds the ring, or it cannot be opened.
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
    std::uint64_t nodes_seen_ = 0;
    std::unique_ptr<platform::MappedFile> board_file_;
    Board* board_ = nullptr;

    std::unique_ptr<platform::FileLock> ring_lock_;
    std::unique_ptr<platform::MappedFile> ring_file_;
    std::optional<sequencer::GatewayRing::TakeOver> take_over_;
    std::optional<sequencer::RingPort> port_;
};

}  // namespace bw::node
