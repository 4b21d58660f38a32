// Board: what a running core shows to the processes around it, in a file of shared memory: that
// it is there, which start of it this is, how far it had come then and how far it is now; and where
// it sleeps, so that a gateway can wake it.
//
// The file `core` is made under another name, locked, and renamed when the core is ready and its
// rings are there; so whoever finds it locked finds a core. The kernel lets the lock go when that
// process dies. A starting core takes the old one away before it makes rings; so rings that are
// mapped while one board stays in place belong to that board.
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

/// Which start of a core: no two are equal.
struct NodeStart {
    std::uint64_t started_ns = 0;  ///< UTC
    std::uint64_t process = 0;
    friend bool operator==(const NodeStart&, const NodeStart&) = default;
};

/// As it lies in the file. Everybody may map it for writing (waking is a write), so the core
/// believes nothing in it.
struct Board {
    std::uint64_t magic = core_board_magic;
    NodeStart start;
    std::uint64_t stored_commands = 0;  ///< in the log when this start was ready
    std::uint64_t stored_events = 0;
    char durability[16] = {};
    platform::WakeUp wake_up;  ///< of the core's loop
    alignas(64) std::atomic<std::uint64_t> commands_appended{0};
    std::atomic<std::uint64_t> commands_committed{0};
    std::atomic<std::uint64_t> events_appended{0};  ///< at least all of commands_applied
    std::atomic<std::uint64_t> commands_applied{0};
    std::atomic<std::uint64_t> command_room{0};  ///< bytes that the command log takes for certain
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

/// The core's end: makes the board visible; the destructor takes it away.
class PublishedBoard {
 public:
    /// Makes the file; nobody sees it yet.
    [[nodiscard]] static base::Result<std::unique_ptr<PublishedBoard>> make(
        platform::Storage& storage, const std::string& shared_directory);
    ~PublishedBoard();

    [[nodiscard]] Board& board() { return *board_; }
    /// From now on there is a core. Requires: everything but the sequences has been filled in.
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
