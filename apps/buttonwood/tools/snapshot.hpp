// `buttonwood snapshot DIR`: writes the state of an exchange, running or stopped, as a file from
// which it can start.
//
// A process of its own replays what came since the last snapshot, so the exchange is not held up
// for a moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace bw::apps {

struct SnapshotOptions {
    std::string directory;
    std::string shared_directory;
    std::uint64_t keep = 3;          ///< newest ones
    std::uint64_t min_commands = 1;  ///< with fewer since the last one nothing is written
};

int run_snapshot(const SnapshotOptions& options);

/// Starts `buttonwood snapshot` for a running exchange now and then, one at a time.
class SnapshotSchedule {
 public:
    /// `interval` 0: never.
    SnapshotSchedule(SnapshotOptions options, std::chrono::minutes interval)
        : options_(std::move(options)), interval_(interval) {}
    ~SnapshotSchedule();
    SnapshotSchedule(const SnapshotSchedule&) = delete;
    SnapshotSchedule& operator=(const SnapshotSchedule&) = delete;

    /// Starts one when it is time, and notices when it has ended.
    void do_work();

 private:
    void start();

    SnapshotOptions options_;
    std::chrono::minutes interval_;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
    int process_ = 0;  ///< 0: none
};

}  // namespace bw::apps
