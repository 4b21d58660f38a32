// ReadAhead: a log read, checked and copied by one thread while another uses what was read before.
// For replaying: the engine then does nothing but its own work.
//
//    LogReader ─► read_batch(): | batch | batch | batch | … |  ─► poll_batch()
//    a thread beside              filled ───► taken              the thread that replays
//
// Without a thread beside, poll_batch() reads. Not for following a log that grows: it ends at the
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
    /// `start_helper` empty: everything happens in the thread that polls.
    ReadAhead(std::unique_ptr<LogReader> reader, const platform::HelperStarter& start_helper);
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// Up to out.size() records that follow each other; how many. They are valid until the next
    /// poll. Waits for the reader; 0: the end, or an error.
    [[nodiscard]] std::size_t poll_batch(std::span<RecordView> out);
    /// The next record, or nullptr: the end, or an error. Valid until the next poll.
    [[nodiscard]] const RecordView* poll();
    /// Why there are no more records than those that were polled; empty: there are no more.
    /// Requires: a poll gave nothing.
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
    RecordView held_;  // read, but without room in the batch before
    bool holds_ = false;
    std::function<void()> join_;
    std::atomic<bool> stopped_{false};
    alignas(64) std::atomic<std::uint64_t> filled_{0};
    std::atomic<bool> finished_{false};
    alignas(64) std::atomic<std::uint64_t> taken_{0};  // batches given back
    std::size_t at_ = 0;                               // in the batch `taken_`
};

}  // namespace bw::event_store
