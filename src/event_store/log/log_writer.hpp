// LogWriter: appends records to the shared segments. It is the only writer of its log. Cost of a
// record: memcpy, CRC and one release store; no allocation, no lock, no system call.
//
// Threads: one writing thread; appended_sequence() from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "event_store/log/segment_window.hpp"
#include "event_store/recovery/scan.hpp"

namespace bw::event_store {

class LogWriter {
 public:
    /// Continues at `at`, which lies in a mapped, active segment of `window`.
    LogWriter(SegmentWindow& window, const LogPosition& at);

    /// True if records of `bytes` in all (headers included) fit now, over at most one change of
    /// segment. If they do not fit into this one, the next one is asked for. Requires: bytes <=
    /// min_segment_bytes - segment_header_bytes.
    [[nodiscard]] bool has_room_for(std::size_t bytes);

    /// Bytes that can be appended even if the disk fails: the rest of this segment and the prepared
    /// segments after it.
    [[nodiscard]] std::uint64_t sure_room() const;

    /// Appends one record. Returns false, and appends nothing, if the next segment is not prepared
    /// yet. Requires: `sequence` is the next one, time does not go back, message.size() <=
    /// max_message_bytes. A message whose size is not a multiple of 8 is padded with zeros, and
    /// readers see the padding.
    [[nodiscard]] bool try_append(std::uint64_t sequence, std::uint64_t timestamp_ns,
                                  std::uint32_t note, std::span<const std::byte> message);

    /// Opens the next segment before this one is full, if the longest record would no longer fit:
    /// readers wait at this place as long as one would. Returns false if one still fits or the next
    /// segment is not prepared.
    bool begin_next_segment() { return size_ - at_.offset < max_record_length && roll(); }

    /// The newest sequence that readers can see. Any thread.
    [[nodiscard]] std::uint64_t appended_sequence() const {
        return appended_.load(std::memory_order_acquire);
    }
    [[nodiscard]] std::uint64_t last_timestamp_ns() const { return at_.last_timestamp_ns; }
    /// Bytes of the records appended by this writer.
    [[nodiscard]] std::uint64_t appended_bytes() const { return appended_bytes_; }

    [[nodiscard]] static constexpr std::size_t record_bytes(std::size_t message_bytes) {
        return sizeof(RecordHeader) +
               (message_bytes + record_alignment - 1) / record_alignment * record_alignment;
    }

 private:
    void begin_segment();
    void ask_for_next();
    [[nodiscard]] bool pass_limit(std::uint64_t length);
    [[nodiscard]] bool roll();

    SegmentWindow& window_;
    std::uint32_t seed_;
    std::byte* base_;
    std::size_t size_;
    /// a record that ends beyond it needs pass_limit(): where the next segment is asked for, then
    /// the end of this one
    std::uint64_t limit_ = 0;
    LogPosition at_;
    std::uint64_t appended_bytes_ = 0;
    alignas(64) std::atomic<std::uint64_t> appended_;
};

}  // namespace bw::event_store
