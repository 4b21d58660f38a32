// ReadAhead: reads, checks and copies a log in a helper thread while the calling thread uses the
// records read before. For replaying: the calling thread then only runs the engine.
//
//    LogReader ─► read_batch(): | batch | batch | batch | … |  ─► poll_batch()
//    helper thread                filled ───► taken              calling thread
//
// Without a helper thread, poll_batch() reads. Not for following a growing log: it ends at the
// first empty poll of its reader.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "event_store/log/log_reader.hpp"
#include "platform/thread.hpp"

namespace bw::event_store {

class ReadAhead {
 public:
    /// `start_helper`: starts the helper thread; empty: the polling thread does everything.
    ReadAhead(std::unique_ptr<LogReader> reader, const platform::HelperStarter& start_helper);
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// Fills `out` with up to out.size() consecutive records and returns their number. They are
    /// valid until the next poll. Waits for the helper thread; 0: the end of the log, or an error.
    [[nodiscard]] std::size_t poll_batch(std::span<RecordView> out);
    /// The next record, or nullptr at the end of the log or after an error. Valid until the next
    /// poll.
    [[nodiscard]] const RecordView* poll();
    /// Why there are no more records; empty: the log ends here. Requires: a poll returned nothing.
    [[nodiscard]] const std::string& error() const { return reader_->error(); }

 private:
    static constexpr std::size_t batches = 16;
    static constexpr std::size_t batch_bytes = 64 * 1024;
    static constexpr std::size_t batch_records = 512;

    struct Batch {
        std::vector<std::byte> bytes;
        std::vector<RecordView> records;
    };

    void read_until_stopped();
    [[nodiscard]] bool read_batch();
    void fill(Batch& batch);
    [[nodiscard]] bool wait_for_batch();
    [[nodiscard]] bool next_batch();
    static void hint_following(const RecordView& record);

    std::unique_ptr<LogReader> reader_;
    std::array<Batch, batches> ring_;
    RecordView held_;  // read, but did not fit into the previous batch
    bool holds_ = false;
    std::function<void()> join_;
    std::atomic<bool> stopped_{false};
    alignas(64) std::atomic<std::uint64_t> filled_{0};
    std::atomic<bool> finished_{false};
    alignas(64) std::atomic<std::uint64_t> taken_{0};  // batches released
    std::size_t at_ = 0;                               // in the batch `taken_`
};

}  // namespace bw::event_store
