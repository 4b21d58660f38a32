// LogReader: reads one log in order, from any sequence, in any process, while it is written or after it
// stopped. Old records come from the durable files, then it moves over to the shared segments and follows the
// writer.
//
// Records from files are checked (CRC, chain, sequence); records in shared memory are taken as their writer
// left them, except for length and sequence. A reader never passes a record on that does not continue the
// log: it stops, and error() says why.
// Threads: one. Cost of an empty poll: one load; near the end of a segment, or when no exchange runs, a look
// for the next file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "event_store/identity.hpp"
#include "event_store/scan.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

class LogReader {
 public:
    /// The first record delivered is the one with `first_sequence` (1 or more), which need not exist yet.
    [[nodiscard]] static base::Result<std::unique_ptr<LogReader>> open(
        platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
        std::uint64_t first_sequence);

    /// The next record, or nullptr when there is none now (or after an error). Valid until the next poll.
    [[nodiscard]] const RecordView* poll();
    /// Up to out.size() records that follow each other, at once; how many. All of them are valid until the next poll.
    [[nodiscard]] std::size_t poll_batch(std::span<RecordView> out);
    /// Sequence of the record the next successful poll delivers.
    [[nodiscard]] std::uint64_t next_sequence() const {
        return at_.next_sequence > first_ ? at_.next_sequence : first_;
    }
    /// Empty while all is well; otherwise what is wrong, and poll() delivers nothing any more.
    [[nodiscard]] const std::string& error() const { return error_; }

 private:
    LogReader(platform::Storage& storage, Paths paths, const LogIdentity& identity,
              std::uint64_t first_sequence);

    /// One segment's bytes: mapped from shared memory, or a private copy of a durable file (never a mapping:
    /// it may be written with direct I/O, or cut by somebody, while we read).
    struct Source {
        std::unique_ptr<platform::MappedFile> mapping;
        std::vector<std::byte> copy;
        SegmentHeader header{};

        [[nodiscard]] bool shared() const { return mapping != nullptr; }
        [[nodiscard]] std::span<const std::byte> bytes() const {
            return shared() ? mapping->bytes() : std::span<const std::byte>(copy);
        }
    };

    [[nodiscard]] base::Result<void> seek();
    [[nodiscard]] bool load_shared(std::uint64_t index, Source& out);
    [[nodiscard]] bool load_durable(std::uint64_t index, Source& out);
    [[nodiscard]] bool read_durable_header(std::uint64_t index, SegmentHeader& out);
    [[nodiscard]] const RecordView* step();
    [[nodiscard]] const RecordView* record_here();
    [[nodiscard]] bool is_damage();
    [[nodiscard]] bool find_more();
    [[nodiscard]] bool retired() const;
    [[nodiscard]] bool take_next_segment();
    void use(Source source);
    void stop_at_damage();
    void stop(std::string why);

    platform::Storage& storage_;
    Paths paths_;
    LogIdentity identity_;
    std::uint32_t seed_;
    std::uint64_t first_;
    Source source_;
    std::vector<std::byte> spare_;
    LogPosition at_;
    RecordView view_;
    std::string error_;
};

}  // namespace bw::event_store
