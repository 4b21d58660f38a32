#include "event_store/recovery.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "event_store/planted_fault.hpp"

namespace bw::event_store {
namespace {

using base::Result;

/// One pass over the durable segments of a log.
class DurableScan {
 public:
    DurableScan(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                const Progress& progress, const RecordVisitor& visit, std::uint64_t command_limit)
        : storage_(storage),
          paths_(paths),
          identity_(identity),
          seed_(identity.seed()),
          progress_(progress),
          visit_(visit),
          command_limit_(command_limit) {}

    Result<DurableState> run() {
        if (auto ready = find_files(); !ready) return std::unexpected(ready.error());
        state_.end.previous_crc = seed_;
        for (std::size_t i = 0; i < indices_.size() && !ended_; ++i)
            if (auto done = take_segment(i); !done) return std::unexpected(done.error());
        if (auto covered = check_mark(); !covered) return std::unexpected(covered.error());
        return std::move(state_);
    }

 private:
    [[nodiscard]] bool derived() const { return identity_.kind == LogKind::events; }
    [[nodiscard]] std::string path_of(std::uint64_t index) const {
        return paths_.durable(identity_.kind, index);
    }

    Result<void> find_files() {
        const auto names = storage_.list(paths_.durable(identity_.kind));
        if (!names) return std::unexpected(names.error());
        for (const std::string& name : *names)
            if (const auto index = index_of_durable_name(name)) indices_.push_back(*index);
        for (const std::uint64_t index : indices_) {
            const auto size = storage_.file_size(path_of(index));
            if (!size) return std::unexpected(size.error());
            bytes_total_ += *size;
        }
        if (derived()) return {};
        const auto mark = read_mark(storage_, paths_.mark(), seed_);
        if (!mark) return std::unexpected(mark.error());
        if (!planted(Fault::mark_is_ignored)) mark_ = *mark;
        return {};
    }

    Result<void> take_segment(std::size_t i) {
        const std::uint64_t index = indices_[i];
        const auto size = storage_.file_size(path_of(index));
        if (!size) return std::unexpected(size.error());
        auto bytes = storage_.read(path_of(index), 0, static_cast<std::size_t>(*size));
        if (!bytes) return std::unexpected(bytes.error());
        if (index != state_.end.segment + 1) return missing_segment(i);

        SegmentHeader header;
        switch (read_header(*bytes, identity_, header)) {
            case HeaderState::valid: break;
            case HeaderState::unused: return unused_segment(i, *bytes);
            case HeaderState::damaged: return bad_header(i, *bytes);
            case HeaderState::foreign:
                return base::error(fmt::format(
                    "{} belongs to another log (cluster {:016x}, node {}). Put the right file "
                    "there; nothing was changed.",
                    path_of(index), header.cluster, header.node));
            case HeaderState::newer_version:
                return base::error(fmt::format(
                    "{} is of format {}, this program knows formats up to {}. Use the newer "
                    "program that wrote it.",
                    path_of(index), header.version, format_version));
        }
        return take_records(i, header, *bytes);
    }

    Result<void> take_records(std::size_t i, const SegmentHeader& header,
                              std::vector<std::byte>& bytes) {
        const LogPosition& end = state_.end;
        if (header.index != indices_[i] || header.first_sequence != end.next_sequence ||
            header.previous_crc != end.previous_crc)
            return does_not_continue(i, header);
        const bool complete = bytes.size() == header.segment_bytes;
        if (!complete && !derived())
            return damage(indices_[i], bytes.size(), end.next_sequence,
                          fmt::format("the file has {} bytes instead of {}", bytes.size(),
                                      header.segment_bytes));

        state_.end = start_of(header, end.last_timestamp_ns);
        state_.limited = derived() && command_limit_ == 0;
        state_.segment_bytes = header.segment_bytes;
        while (!state_.limited) {
            const auto record = next_record(bytes, state_.end, seed_);
            if (!record) break;
            take(*record, bytes.data() + state_.end.offset);
            advance(state_.end, *record);
        }
        bytes_done_ += bytes.size();
        if (progress_) progress_(bytes_done_, bytes_total_);
        return judge_end(i, bytes);
    }

    void take(const RecordHeader& record, const std::byte* at) {
        ++state_.records;
        state_.bytes += record.length;
        if (derived() && record.note == note_last_event_of_command)
            state_.limited = ++commands_done_ == command_limit_;
        if (mark_ && record.sequence == mark_->sequence) marked_record_crc_ = record.crc;
        if (visit_) visit_(view_of(at, record));
    }

    /// The good records of this segment end at state_.end: clean, torn, or damaged?
    Result<void> judge_end(std::size_t i, std::span<const std::byte> bytes) {
        const LogPosition& end = state_.end;
        state_.torn_bytes = residue(bytes, end.offset);
        if (bytes.size() != state_.segment_bytes || state_.limited) return end_here(i);
        if (state_.torn_bytes == 0) return {};
        if (derived() || planted(Fault::damage_is_cut_silently)) return end_here(i);
        if (mark_ && mark_->sequence >= end.next_sequence)
            return damage(end.segment, end.offset, end.next_sequence,
                          "it was durable (commands.mark)");
        if (const auto proof = proof_of_durability(bytes, end.offset, end.next_sequence, seed_))
            return damage(
                end.segment, end.offset, end.next_sequence,
                fmt::format("it was durable (a valid record that is newer lies at byte {})",
                            *proof));
        if (const auto later = later_content(i); !later)
            return std::unexpected(later.error());
        else if (*later != 0)
            return damage(end.segment, end.offset, end.next_sequence,
                          fmt::format("it was durable ({} follows)", durable_name(*later)));
        return end_here(i);
    }

    Result<void> end_here(std::size_t i) {
        for (std::size_t j = i + 1; j < indices_.size(); ++j) state_.surplus.push_back(indices_[j]);
        ended_ = true;
        return {};
    }

    /// Index of the first later file that holds anything, or 0.
    Result<std::uint64_t> later_content(std::size_t i) {
        for (std::size_t j = i + 1; j < indices_.size(); ++j) {
            const auto size = storage_.file_size(path_of(indices_[j]));
            if (!size) return std::unexpected(size.error());
            const auto bytes =
                storage_.read(path_of(indices_[j]), 0, static_cast<std::size_t>(*size));
            if (!bytes) return std::unexpected(bytes.error());
            if (residue(*bytes, 0) != 0) return indices_[j];
        }
        return 0;
    }

    Result<void> unused_segment(std::size_t i, std::span<const std::byte> bytes) {
        if (!derived()) {
            const std::uint64_t at = state_.end.next_sequence;
            if (residue(bytes, 0) != 0)
                return damage(indices_[i], 0, at,
                              "the header of the segment is gone, records follow");
            if (const auto later = later_content(i); !later)
                return std::unexpected(later.error());
            else if (*later != 0)
                return damage(
                    indices_[i], 0, at,
                    fmt::format("the segment is empty, but {} follows", durable_name(*later)));
        }
        state_.surplus.push_back(indices_[i]);
        return end_here(i);
    }

    /// A header is written alone, before any record of its segment: a torn one has nothing behind it.
    Result<void> bad_header(std::size_t i, std::span<const std::byte> bytes) {
        if (!derived()) {
            const std::uint64_t at = state_.end.next_sequence;
            const auto later = later_content(i);
            if (!later) return std::unexpected(later.error());
            const bool followed = *later != 0 || bytes.size() < segment_header_bytes ||
                                  residue(bytes, segment_header_bytes) != 0;
            if (followed || (mark_ && mark_->sequence >= at))
                return damage(indices_[i], 0, at, "the header of the segment is damaged");
        }
        state_.surplus.push_back(indices_[i]);
        return end_here(i);
    }

    Result<void> missing_segment(std::size_t i) {
        if (derived()) {
            state_.surplus.push_back(indices_[i]);
            return end_here(i);
        }
        return damage(
            state_.end.segment + 1, 0, state_.end.next_sequence,
            fmt::format("the file is missing, but {} is there", durable_name(indices_[i])));
    }

    Result<void> does_not_continue(std::size_t i, const SegmentHeader& header) {
        if (derived()) {
            state_.surplus.push_back(indices_[i]);
            return end_here(i);
        }
        if (header.index == indices_[i] && header.first_sequence > state_.end.next_sequence &&
            state_.end.segment != 0)
            return damage(state_.end.segment, state_.end.offset, state_.end.next_sequence,
                          fmt::format("it was durable ({} starts at sequence {})",
                                      durable_name(indices_[i]), header.first_sequence));
        return damage(indices_[i], 0, state_.end.next_sequence,
                      "the segment does not continue the one before it");
    }

    Result<void> check_mark() {
        if (!mark_ || mark_->sequence == 0) return {};
        if (mark_->sequence > state_.end.last_sequence())
            return damage(
                std::max<std::uint64_t>(state_.end.segment, 1), state_.end.offset,
                state_.end.next_sequence,
                fmt::format(
                    "it is missing, and everything up to sequence {} was durable (commands.mark)",
                    mark_->sequence));
        if (marked_record_crc_ != mark_->record_crc)
            return base::error(
                fmt::format("{} names another record {} than the log in {} holds: these files are "
                            "not of one history. "
                            "Restore the whole directory from one backup; nothing was changed.",
                            paths_.mark(), mark_->sequence, paths_.durable(identity_.kind)));
        return {};
    }

    [[nodiscard]] std::unexpected<base::Error> damage(std::uint64_t index, std::uint64_t offset,
                                                      std::uint64_t sequence,
                                                      const std::string& why) const {
        return base::error(fmt::format(
            "{} is damaged at byte {}: record {} is not valid; {}. Restore this file from a "
            "backup, then run "
            "`buttonwood verify {}`. Nothing was changed.",
            path_of(index), offset, sequence, why, paths_.directory));
    }

    platform::Storage& storage_;
    const Paths& paths_;
    LogIdentity identity_;
    std::uint32_t seed_;
    const Progress& progress_;
    const RecordVisitor& visit_;
    std::uint64_t command_limit_;
    std::uint64_t commands_done_ = 0;

    std::vector<std::uint64_t> indices_;
    std::optional<MarkedPosition> mark_;
    std::optional<std::uint32_t> marked_record_crc_;
    std::uint64_t bytes_total_ = 0;
    std::uint64_t bytes_done_ = 0;
    DurableState state_;
    bool ended_ = false;
};

/// Opens a shared segment if its header is valid and continues the log as `at` says (or restarts the segment
/// at `at`).
std::unique_ptr<platform::MappedFile> open_shared(platform::Storage& storage, const Paths& paths,
                                                  const LogIdentity& identity, std::uint64_t index,
                                                  SegmentHeader& header) {
    const std::string path = paths.shared_segment(identity.kind, index);
    if (!storage.exists(path)) return nullptr;
    auto mapped = storage.open_mapped_read_only(path);
    if (!mapped || read_header((*mapped)->bytes(), identity, header) != HeaderState::valid)
        return nullptr;
    if (header.index != index || header.segment_bytes != (*mapped)->bytes().size()) return nullptr;
    return std::move(*mapped);
}

bool same_place(const LogPosition& a, const LogPosition& b) {
    return a.segment == b.segment && a.offset == b.offset && a.next_sequence == b.next_sequence &&
           a.previous_crc == b.previous_crc;
}

/// Walks the shared segment up to the durable end. True if they hold the same history up to there.
bool walk_to(std::span<const std::byte> shared, const LogPosition& durable_end, LogPosition& at,
             std::uint32_t seed) {
    while (at.next_sequence < durable_end.next_sequence) {
        const auto record = next_record(shared, at, seed);
        if (!record) return false;
        advance(at, *record);
    }
    return same_place(at, durable_end);
}

}  // namespace

Result<DurableState> scan_durable(platform::Storage& storage, const Paths& paths,
                                  const LogIdentity& identity, const Progress& progress,
                                  const RecordVisitor& visit, std::uint64_t command_limit) {
    return DurableScan(storage, paths, identity, progress, visit, command_limit).run();
}

LogPosition follow_shared(platform::Storage& storage, const Paths& paths,
                          const LogIdentity& identity, const DurableState& durable,
                          const RecordVisitor& visit) {
    if (planted(Fault::shared_memory_is_ignored)) return durable.end;
    const std::uint32_t seed = identity.seed();
    SegmentHeader header;
    auto segment = open_shared(storage, paths, identity, durable.end.segment, header);
    if (!segment || header.segment_bytes != durable.segment_bytes) return durable.end;
    LogPosition at = start_of(header, 0);
    if (!walk_to(segment->bytes(), durable.end, at, seed)) return durable.end;
    at =
        durable
            .end;  // the walk knows the time of a record of this segment only, and there may be none yet
    while (true) {
        scan_records(segment->bytes(), at, seed,
                     [&](const RecordHeader& record, const std::byte* bytes) {
                         if (visit) visit(view_of(bytes, record));
                     });
        segment = open_shared(storage, paths, identity, at.segment + 1, header);
        if (!segment || header.first_sequence != at.next_sequence ||
            header.previous_crc != at.previous_crc)
            return at;
        at = start_of(header, at.last_timestamp_ns);
    }
}

Result<std::vector<std::byte>> read_again(platform::Storage& storage, const Paths& paths,
                                          const LogIdentity& identity, const DurableState& state) {
    const std::string path = paths.durable(identity.kind, state.end.segment);
    auto bytes = storage.read(path, 0, static_cast<std::size_t>(state.end.offset));
    if (!bytes) return bytes;
    SegmentHeader header;
    const bool whole = bytes->size() == state.end.offset &&
                       read_header(*bytes, identity, header) == HeaderState::valid;
    LogPosition at = start_of(header, 0);
    if (whole && walk_to(*bytes, state.end, at, identity.seed())) return bytes;
    return base::error(
        fmt::format("{} was read twice and gave other bytes the second time. The disk or its "
                    "cable is failing; nothing was lost. Check them and start again.",
                    path));
}

namespace {

/// Segments whose preparation was interrupted.
Result<void> remove_unfinished(platform::Storage& storage, const std::string& directory) {
    const auto names = storage.list(directory);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names)
        if (name.ends_with(".new"))
            if (auto removed = storage.remove(directory + "/" + name); !removed) return removed;
    return {};
}

/// Writes `kept` (up to `end`) and zeros behind it, to the end of its last block.
Result<void> write_kept(platform::BlockFile& file, std::uint64_t offset,
                        std::span<const std::byte> kept) {
    platform::AlignedBuffer block(platform::disk_block);
    for (std::size_t done = 0; done < kept.size(); done += platform::disk_block) {
        const std::size_t size = std::min(platform::disk_block, kept.size() - done);
        std::memset(block.data(), 0, platform::disk_block);
        std::memcpy(block.data(), kept.data() + done, size);
        if (auto written = file.write_at(offset + done, block.first(platform::disk_block));
            !written)
            return written;
    }
    return {};
}

/// A file that lost its end gets its full size again: a new file with the good records takes its place.
Result<void> restore_size(platform::Storage& storage, const std::string& path,
                          std::span<const std::byte> kept, const DurableState& state) {
    if (auto created = storage.create_zeroed(path + ".new", state.segment_bytes); !created)
        return created;
    auto file = storage.open_blocks(path + ".new", platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    if (auto written = write_kept(**file, 0, kept); !written) return written;
    return storage.rename(path + ".new", path);
}

Result<void> zero_torn_bytes(platform::Storage& storage, const std::string& path,
                             std::span<const std::byte> kept, const DurableState& state) {
    auto file = storage.open_blocks(path, platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    const std::uint64_t first_block =
        state.end.offset / platform::disk_block * platform::disk_block;
    std::vector<std::byte> zeroed(
        static_cast<std::size_t>(state.end.offset + state.torn_bytes - first_block));
    std::ranges::copy(kept.subspan(static_cast<std::size_t>(first_block)), zeroed.begin());
    return write_kept(**file, first_block, zeroed);
}

}  // namespace

Result<void> cut(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                 const DurableState& state) {
    const LogKind kind = identity.kind;
    const std::string directory = paths.durable(kind);
    if (auto removed = remove_unfinished(storage, directory); !removed) return removed;
    for (auto index = state.surplus.rbegin(); index != state.surplus.rend();
         ++index)  // last first: what is left stays contiguous
        if (auto removed = storage.remove(paths.durable(kind, *index)); !removed) return removed;
    if (state.end.segment != 0) {
        const std::string path = paths.durable(kind, state.end.segment);
        const auto size = storage.file_size(path);
        if (!size) return std::unexpected(size.error());
        if (*size != state.segment_bytes || state.torn_bytes != 0) {
            const auto kept = read_again(storage, paths, identity, state);
            if (!kept) return std::unexpected(kept.error());
            const auto done = *size != state.segment_bytes
                                  ? restore_size(storage, path, *kept, state)
                                  : zero_torn_bytes(storage, path, *kept, state);
            if (!done) return done;
        }
    }
    return storage.sync_directory(directory);
}

}  // namespace bw::event_store
