// Board: what a running core shows to other processes, in a file of shared memory: that it runs,
// which start of the core this is, how far it had come at start and how far it is now; and the word
// it sleeps on, so that a gateway can wake it.
//
// The file `core` is made under another name, locked, and renamed when the core is ready and its
// rings exist; so whoever finds it locked finds a core. The kernel releases the lock when the
// process dies. A starting core removes the old board before it makes rings; so rings mapped while
// one board stays in place belong to that board.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "platform/storage.hpp"
#include "platform/wake_up.hpp"

namespace bw::node {

inline constexpr std::uint64_t core_board_magic = 0x3152434452424F57;  // "WOBRDCR1"

/// Identifies a start of the core: no two are equal.
struct NodeStart {
    std::uint64_t started_ns = 0;  ///< UTC
    std::uint64_t process = 0;
    friend bool operator==(const NodeStart&, const NodeStart&) = default;
};

/// The file's layout. Everybody may map it for writing (waking is a write), so the core trusts
/// nothing in it.
struct Board {
    std::uint64_t magic = core_board_magic;
    NodeStart start;
    std::uint64_t stored_commands = 0;  ///< in the log when this start became ready
    std::uint64_t stored_events = 0;
    char durability[16] = {};
    platform::WakeUp wake_up;  ///< of the core's loop
    alignas(64) std::atomic<std::uint64_t> commands_appended{0};
    std::atomic<std::uint64_t> commands_committed{0};
    std::atomic<std::uint64_t> events_appended{0};  ///< at least all of commands_applied
    std::atomic<std::uint64_t> commands_applied{0};
    std::atomic<std::uint64_t> command_room{0};  ///< bytes the command log can take for certain
    std::atomic<std::uint64_t> event_room{0};
};
static_assert(offsetof(Board, start) == 8 && offsetof(Board, durability) == 40 &&
              offsetof(Board, wake_up) == 64 && offsetof(Board, commands_appended) == 128);

[[nodiscard]] inline std::string board_path(const std::string& shared_directory) {
    return shared_directory + "/core";
}
[[nodiscard]] inline std::string ring_path(const std::string& shared_directory, std::size_t ring) {
    return shared_directory + "/gateway-" + std::to_string(ring) + ".ring";
}

/// The core's end: makes the board visible; the destructor removes it.
class PublishedBoard {
 public:
    /// Makes the file, not yet visible.
    [[nodiscard]] static base::Result<std::unique_ptr<PublishedBoard>> make(
        platform::Storage& storage, const std::string& shared_directory);
    ~PublishedBoard();

    [[nodiscard]] Board& board() { return *board_; }
    /// Announces the core. Requires: everything but the sequences is filled in.
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
