// LogReader: reads one log in order, from any sequence, in any process, while the log is written or
// after its writer stopped. It reads older records from the durable files, then switches to the
// shared segments and follows the writer.
//
// It finds the first record by a binary search over the segments and then the sparse index of a
// sealed segment. Files are read in windows, so a reader holds a megabyte of a segment, not all of
// it.
//
// Records from files are checked (CRC, chain, sequence); of records in shared memory only length
// and sequence are checked. A reader never delivers a record that does not continue the log: it
// stops, and error() has the reason.
//
// Threads: one. Cost of an empty poll: one load; near the end of a segment, or when no exchange
// runs, a look-up of the next file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "event_store/identity.hpp"
#include "event_store/recovery/scan.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

enum class ReaderState : std::uint8_t {
    following,
    /// retention removed the next record: start from a snapshot of oldest_sequence() - 1 or later
    no_longer_kept,
    damaged,
};

class LogReader {
 public:
    /// Opens a reader whose first record is the one with `first_sequence` (1 or more), which need
    /// not exist yet. Error: that record is no longer kept; event_store::oldest_sequence() returns
    /// the first one that is.
    [[nodiscard]] static base::Result<std::unique_ptr<LogReader>> open(
        platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
        std::uint64_t first_sequence);
    /// Opens a reader whose first record is the first kept one at or after a time (nanoseconds
    /// since 1970, UTC).
    [[nodiscard]] static base::Result<std::unique_ptr<LogReader>> open_at_time(
        platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
        std::uint64_t timestamp_ns);

    /// The next record, or nullptr if there is none at present or after an error. Valid until the
    /// next poll.
    [[nodiscard]] const RecordView* poll();
    /// Fills `out` with up to out.size() consecutive records and returns their number. All of them
    /// are valid until the next poll.
    [[nodiscard]] std::size_t poll_batch(std::span<RecordView> out);
    /// Sequence of the record that the next successful poll delivers.
    [[nodiscard]] std::uint64_t next_sequence() const {
        return at_.next_sequence > first_ ? at_.next_sequence : first_;
    }
    /// Empty, or the reason why poll() delivers no more records.
    [[nodiscard]] const std::string& error() const { return error_; }
    [[nodiscard]] ReaderState state() const { return state_; }
    /// In state no_longer_kept: the first sequence of the log.
    [[nodiscard]] std::uint64_t oldest_sequence() const { return oldest_; }

 private:
    LogReader(platform::Storage& storage, Paths paths, const LogIdentity& identity,
              std::uint64_t first_sequence);

    /// One segment: mapped from shared memory, or a private copy of a part of a durable file. A
    /// file is never mapped: it may be written with direct I/O, or truncated, while we read.
    struct Source {
        std::unique_ptr<platform::MappedFile> mapping;
        std::vector<std::byte> copy;
        std::uint64_t copy_begin = 0;  ///< offset of the copy in the segment
        SegmentHeader header{};

        [[nodiscard]] bool shared() const { return mapping != nullptr; }
        [[nodiscard]] std::span<const std::byte> from(std::uint64_t offset) const {
            return shared() ? mapping->bytes().subspan(offset)
                            : std::span<const std::byte>(copy).subspan(offset - copy_begin);
        }
        [[nodiscard]] std::uint64_t end() const {
            return shared() ? mapping->bytes().size() : copy_begin + copy.size();
        }
    };

    [[nodiscard]] base::Result<void> start_at(const LogPosition& place);
    [[nodiscard]] bool load_shared(std::uint64_t index, std::uint64_t offset, Source& out);
    [[nodiscard]] bool load_durable(std::uint64_t index, std::uint64_t offset, Source& out);
    [[nodiscard]] bool load(std::uint64_t index, Source& out);
    [[nodiscard]] std::uint64_t room() const { return source_.header.segment_bytes - at_.offset; }
    [[nodiscard]] bool something_here() const;
    [[nodiscard]] bool next_is_good(const Source& source) const;
    [[nodiscard]] bool window_is_short() const {
        return !source_.shared() && source_.end() - at_.offset < max_record_length &&
               source_.end() < source_.header.segment_bytes;
    }
    [[nodiscard]] bool move_window();
    [[nodiscard]] const RecordView* step();
    [[nodiscard]] const RecordView* record_here();
    [[nodiscard]] bool is_damage();
    [[nodiscard]] bool find_more();
    [[nodiscard]] bool retired() const;
    [[nodiscard]] bool take_next_segment();
    [[nodiscard]] bool borders_have_moved(const SegmentHeader* next) const;
    [[nodiscard]] bool find_again();
    void use(Source source);
    void stop_at_damage();
    void stop_if_removed();
    void stop(ReaderState state, std::string why);

    platform::Storage& storage_;
    Paths paths_;
    LogIdentity identity_;
    std::uint32_t seed_;
    std::uint64_t first_;
    std::uint64_t from_ns_ = 0;  ///< records before it are skipped
    Source source_;
    std::vector<std::byte> spare_;
    LogPosition at_;
    RecordView view_;
    std::string error_;
    ReaderState state_ = ReaderState::following;
    std::uint64_t oldest_ = 0;
};

}  // namespace bw::event_store
