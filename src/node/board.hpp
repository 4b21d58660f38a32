// Board: a file of shared memory in which a running node publishes its state to other processes:
// which start of the node it is, its positions in the logs at the start and at present, and the
// word it sleeps on, so that a gateway can wake it.
//
// The file `node` is created under a temporary name, locked, and renamed once the node is ready and
// its rings exist. A locked board therefore means a running node; the kernel releases the lock when
// the process dies. A starting node removes the old board before it creates rings, so rings mapped
// while one board stays in place belong to that board.
//
// Threads: publish() from the core thread; position() and applied() from any thread of any
// process.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "observe/metrics.hpp"
#include "platform/storage.hpp"
#include "platform/wake_up.hpp"

namespace bw::node {

inline constexpr std::uint64_t board_magic = 0x3252434452424F57;  // "WOBRDCR2"

/// Identifies one start of the node; no two starts are equal.
struct NodeStart {
    std::uint64_t started_ns = 0;  ///< UTC
    std::uint64_t process = 0;
    friend bool operator==(const NodeStart&, const NodeStart&) = default;
};

/// Where a node is in its logs, and the bytes that they can still take for certain.
struct NodePosition {
    std::uint64_t commands_appended = 0;
    std::uint64_t commands_committed = 0;
    std::uint64_t events_appended = 0;
    std::uint64_t command_room = 0;
    std::uint64_t event_room = 0;
};

/// The file's layout. Any process may map it for writing (waking is a write), so the node does
/// not trust its contents.
struct Board {
    void publish(const NodePosition& at, std::uint64_t last_applied) {
        commands_appended.store(at.commands_appended, std::memory_order_relaxed);
        commands_committed.store(at.commands_committed, std::memory_order_relaxed);
        events_appended.store(at.events_appended, std::memory_order_relaxed);
        command_room.store(at.command_room, std::memory_order_relaxed);
        event_room.store(at.event_room, std::memory_order_relaxed);
        commands_applied.store(last_applied, std::memory_order_release);  // pairs with applied()
    }
    /// Values published at about the same time; each is loaded by itself.
    [[nodiscard]] NodePosition position() const {
        return {commands_appended.load(std::memory_order_relaxed),
                commands_committed.load(std::memory_order_relaxed),
                events_appended.load(std::memory_order_relaxed),
                command_room.load(std::memory_order_relaxed),
                event_room.load(std::memory_order_relaxed)};
    }
    /// The newest command applied. A position() read after it covers the events of that command.
    [[nodiscard]] std::uint64_t applied() const {
        return commands_applied.load(std::memory_order_acquire);
    }

    /// Finishes publishing, then wakes readers that sleep. Requires: what they wait for was stored.
    void wake_readers() {
        platform::WakeUp::finish_publishing();
        for (platform::WakeUp& reader : readers) reader.wake();
    }

    std::uint64_t magic = board_magic;
    NodeStart start;
    std::uint64_t stored_commands = 0;  ///< in the command log when this start became ready
    std::uint64_t stored_events = 0;
    char durability[16] = {};
    platform::WakeUp wake_up;  ///< the core thread sleeps on it
    alignas(64) std::atomic<std::uint64_t> commands_appended{0};
    std::atomic<std::uint64_t> commands_committed{0};
    std::atomic<std::uint64_t> events_appended{0};  ///< at least those of commands_applied
    std::atomic<std::uint64_t> commands_applied{0};
    std::atomic<std::uint64_t> command_room{0};  ///< bytes the command log can take for certain
    std::atomic<std::uint64_t> event_room{0};
    /// readers of the event log sleep on them, by their number
    std::array<platform::WakeUp, observe::readers_max> readers;
};
static_assert(offsetof(Board, start) == 8 && offsetof(Board, durability) == 40 &&
              offsetof(Board, wake_up) == 64 && offsetof(Board, commands_appended) == 128);

[[nodiscard]] inline std::string board_path(const std::string& shared_directory) {
    return shared_directory + "/node";
}
[[nodiscard]] inline std::string ring_path(const std::string& shared_directory, std::size_t ring) {
    return shared_directory + "/gateway-" + std::to_string(ring) + ".ring";
}

/// The node's own board: creates and publishes the file; the destructor removes it.
class PublishedBoard {
 public:
    /// Creates the file under its temporary name.
    [[nodiscard]] static base::Result<std::unique_ptr<PublishedBoard>> make(
        platform::Storage& storage, const std::string& shared_directory);
    ~PublishedBoard();

    [[nodiscard]] Board& board() { return *board_; }
    /// Renames the file to its final name. Requires: all fields but the positions are filled in.
    [[nodiscard]] base::Result<void> publish();

 private:
    PublishedBoard(platform::Storage& storage, std::string path)
        : storage_(storage), path_(std::move(path)) {}

    platform::Storage& storage_;
    std::string path_;
    std::unique_ptr<platform::MappedFile> file_;
    std::unique_ptr<platform::FileLock> lock_;
    Board* board_ = nullptr;
};

}  // namespace bw::node
