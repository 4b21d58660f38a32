// `buttonwood snapshot DIR`: writes the state of an exchange, running or stopped, as a file from
// which it can start.
//
// The tool is a process of its own, which replays the commands since the last snapshot; it does not
// block the exchange.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace bw::apps {

struct SnapshotOptions {
    std::string directory;
    std::string shared_directory;
    std::uint64_t keep = 3;  ///< number of newest snapshots to keep
    /// with fewer commands since the last snapshot nothing is written
    std::uint64_t min_commands = 1;
};

/// Returns the exit status.
int run_snapshot(const SnapshotOptions& options);

/// Starts `buttonwood snapshot` at intervals for a running exchange, one at a time. Threads: one.
class SnapshotSchedule {
 public:
    /// `interval`: 0 disables it.
    SnapshotSchedule(SnapshotOptions options, std::chrono::minutes interval)
        : options_(std::move(options)), interval_(interval) {}
    ~SnapshotSchedule();
    SnapshotSchedule(const SnapshotSchedule&) = delete;
    SnapshotSchedule& operator=(const SnapshotSchedule&) = delete;

    /// Starts a snapshot process when it is due, and reaps one that has ended.
    void do_work();

 private:
    void start();

    SnapshotOptions options_;
    std::chrono::minutes interval_;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
    int process_ = 0;  ///< 0: none
};

}  // namespace bw::apps
