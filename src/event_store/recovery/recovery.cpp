#include "event_store/recovery/recovery.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

using base::Result;

/// One pass over the durable segments of a log.
class DurableScan {
 public:
    DurableScan(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                const ScanOptions& options)
        : storage_(storage),
          paths_(paths),
          identity_(identity),
          seed_(identity.seed()),
          options_(options) {}

    Result<DurableState> run() {
        if (auto ready = find_files(); !ready) return std::unexpected(ready.error());
        for (std::size_t i = 0; i < indices_.size() && !ended_; ++i)
            if (auto done = take_segment(i); !done) return std::unexpected(done.error());
        if (auto covered = check_mark(); !covered) return std::unexpected(covered.error());
        if (auto judged = judge_later_seals(); !judged) return std::unexpected(judged.error());
        return std::move(state_);
    }

 private:
    [[nodiscard]] bool derived() const { return identity_.kind == LogKind::events; }
    [[nodiscard]] std::string path_of(std::uint64_t index) const {
        return paths_.durable(identity_.kind, index);
    }

    Result<void> find_files() {
        const auto begin = read_begin(storage_, paths_, identity_);
        if (!begin) return std::unexpected(begin.error());
        state_.begin = *begin;
        state_.end = begin->position();
        state_.commands = commands_done_ = begin->commands_before;
        chain_ = begin->chain;
        if (auto listed = list_files(); !listed) return listed;
        for (const std::uint64_t index : indices_) {
            const auto size = storage_.file_size(path_of(index));
            if (!size) return std::unexpected(size.error());
            bytes_total_ += *size;
        }
        if (derived()) return {};
        if (indices_.empty() && begin->index > 1)
            return damage(begin->index, 0, begin->first_sequence, "the file is missing");
        const auto mark = read_mark(storage_, paths_.mark(), seed_);
        if (!mark) return std::unexpected(mark.error());
        mark_ = *mark;
        return {};
    }

    Result<void> list_files() {
        if (!storage_.exists(paths_.durable(identity_.kind))) return {};
        const auto names = storage_.list(paths_.durable(identity_.kind));
        if (!names) return std::unexpected(names.error());
        for (const std::string& name : *names) {
            if (const auto index = index_of_durable_name(name))
                (*index < state_.begin.index ? state_.removed : indices_).push_back(*index);
            else if (const auto seal = index_of_seal_name(name))
                seals_.push_back(*seal);
        }
        return {};
    }

    Result<void> take_segment(std::size_t i) {
        const std::uint64_t index = indices_[i];
        if (index != state_.end.segment + 1) return missing_segment(i);
        const auto trusted = take_trusted(i);
        if (!trusted) return std::unexpected(trusted.error());
        if (*trusted) return {};
        const auto size = storage_.file_size(path_of(index));
        if (!size) return std::unexpected(size.error());
        buffer_.resize(static_cast<std::size_t>(*size));
        const auto read = storage_.read_into(path_of(index), 0, buffer_);
        if (!read) return std::unexpected(read.error());
        const std::span<const std::byte> bytes = std::span(buffer_).first(*read);

        SegmentHeader header;
        switch (read_header(bytes, identity_, header)) {
            case HeaderState::valid: break;
            case HeaderState::unused: return unused_segment(i, bytes);
            case HeaderState::damaged: return bad_header(i, bytes);
            case HeaderState::foreign:
                return base::error(fmt::format(
                    "{} belongs to another log (cluster {:016x}, node {}). Put the right file "
                    "there; nothing was changed.",
                    path_of(index), header.cluster, header.node));
            case HeaderState::newer_version:
                return std::unexpected(
                    newer_format(path_of(index), header.version, format_version));
        }
        if (auto taken = take_records(i, header, bytes); !taken || ended_) return taken;
        return compare_with_seal(i, header);
    }

    Result<void> take_records(std::size_t i, const SegmentHeader& header,
                              std::span<const std::byte> bytes) {
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
        records_before_ = state_.records;
        commands_before_ = commands_done_;
        state_.limited = derived() && commands_done_ >= options_.command_limit;
        state_.segment_bytes = header.segment_bytes;
        while (!state_.limited) {
            const auto record = next_record(bytes, state_.end, seed_);
            if (!record) break;
            take(*record, bytes.data() + state_.end.offset);
            advance(state_.end, *record);
        }
        note_progress(bytes.size());
        return judge_end(i, bytes);
    }

    void note_progress(std::uint64_t bytes) {
        bytes_done_ += bytes;
        if (options_.progress) options_.progress(bytes_done_, bytes_total_);
    }

    void take(const RecordHeader& record, const std::byte* at) {
        if (state_.records++ == records_before_) first_timestamp_ns_ = record.timestamp_ns;
        state_.bytes += record.length;
        if (derived()) take_event(record);
        if (mark_ && record.sequence == mark_->sequence) marked_record_crc_ = record.crc;
        if (options_.visit) options_.visit(view_of(at, record));
    }

    /// Accepts a sealed segment below `trusted_before` without reading it: its header must continue
    /// the log, and its seal must match the header and the previous seal. False: it must be read;
    /// that finds the error.
    Result<bool> take_trusted(std::size_t i) {
        if (options_.trusted_before == 0 || options_.visit || i + 1 == indices_.size())
            return false;
        const auto file = read_seal(storage_, paths_, identity_, indices_[i]);
        if (!file) return std::unexpected(file.error());
        if (file->state != SealState::valid || !may_trust(file->seal)) return false;
        const auto size = storage_.file_size(path_of(indices_[i]));
        const auto bytes = storage_.read(path_of(indices_[i]), 0, segment_header_bytes);
        if (!size) return std::unexpected(size.error());
        if (!bytes) return std::unexpected(bytes.error());
        SegmentHeader header;
        const LogPosition& end = state_.end;
        if (read_header(*bytes, identity_, header) != HeaderState::valid ||
            header.index != indices_[i] || header.first_sequence != end.next_sequence ||
            header.previous_crc != end.previous_crc || *size != header.segment_bytes ||
            !fits_header(file->seal, header) || !continues_chain(file->seal))
            return false;
        state_.end = end_of(file->seal);
        state_.behind_end.reset();
        state_.segment_bytes = header.segment_bytes;
        state_.records += file->seal.last_sequence - file->seal.first_sequence + 1;
        state_.bytes += file->seal.records_end - segment_header_bytes;
        state_.commands = commands_done_ += file->seal.commands_ended;
        state_.unfinished = 1;  // whether its last command is complete is unknown
        chain_ = file->seal.chain;
        ++state_.trusted_segments;
        note_progress(*size);
        return true;
    }

    /// Not a segment in which the mark or the command limit lies: there the records must be read.
    [[nodiscard]] bool may_trust(const Seal& seal) const {
        if (seal.last_sequence >= options_.trusted_before) return false;
        if (mark_ && mark_->sequence >= seal.first_sequence &&
            mark_->sequence <= seal.last_sequence)
            return false;
        return commands_done_ + seal.commands_ended < options_.command_limit;
    }

    [[nodiscard]] static bool fits_header(const Seal& seal, const SegmentHeader& header) {
        return seal.index == header.index && seal.first_sequence == header.first_sequence &&
               seal.segment_bytes == header.segment_bytes;
    }
    /// An unknown chain value (the previous seal is missing) is not checked here; `Sealer` and
    /// `verify` check it.
    [[nodiscard]] bool continues_chain(const Seal& seal) const {
        return !chain_ || chain_of(*chain_, seal) == seal.chain;
    }

    /// Checks the seal of a complete segment that was read.
    Result<void> compare_with_seal(std::size_t i, const SegmentHeader& header) {
        const auto file = read_seal(storage_, paths_, identity_, indices_[i]);
        if (!file) return std::unexpected(file.error());
        const std::string path = paths_.seal(identity_.kind, indices_[i]);
        switch (file->state) {
            case SealState::missing:
            case SealState::damaged: chain_.reset(); return {};  // the sealer makes it again
            case SealState::foreign:
            case SealState::newer_version: return std::unexpected(refusal(path, *file));
            case SealState::valid: break;
        }
        const Seal& seal = file->seal;
        const LogPosition end = end_of(seal);
        const bool equal =
            fits_header(seal, header) && end.offset == state_.end.offset &&
            end.next_sequence == state_.end.next_sequence &&
            end.previous_crc == state_.end.previous_crc &&
            end.last_timestamp_ns == state_.end.last_timestamp_ns &&
            seal.first_timestamp_ns == first_timestamp_ns_ &&
            seal.commands_ended == (derived() ? commands_done_ - commands_before_ : 0);
        const bool good = equal && continues_chain(seal);
        chain_ = seal.chain;
        if (good) return {};
        return base::error(fmt::format(
            "{} is not what it was when it was sealed: it contradicts {}{}. Restore both files "
            "from "
            "a backup{}, then run `buttonwood verify {}`. Nothing was changed.",
            path_of(indices_[i]), path, equal ? ", which does not continue the seal before it" : "",
            derived() ? ", or, if no command was removed, move the whole folder away (it is made "
                        "again from the commands)"
                      : "",
            paths_.directory));
    }

    /// A seal proves that the next segment was in use. Seals of events that are made again are made
    /// again too.
    Result<void> judge_later_seals() {
        for (const std::uint64_t index : seals_) {
            if (index < state_.end.segment || index < state_.begin.index) continue;
            const auto file = read_seal(storage_, paths_, identity_, index);
            if (!file) return std::unexpected(file.error());
            if (!derived() && file->state == SealState::valid)
                return damage(index + 1, 0, file->seal.last_sequence + 1,
                              fmt::format("the segment before it is sealed ({}), so it was in use",
                                          seal_name(index)));
            if (file->state == SealState::foreign || file->state == SealState::newer_version)
                return std::unexpected(refusal(paths_.seal(identity_.kind, index), *file));
            state_.surplus_seals.push_back(index);
        }
        return {};
    }

    void take_event(const RecordHeader& record) {
        ++state_.unfinished;
        if (!record.ends_command()) return;
        state_.unfinished = 0;
        state_.commands = ++commands_done_;
        state_.limited = commands_done_ == options_.command_limit;
    }

    /// The good records of this segment end at state_.end: decides whether that is a clean end, a
    /// torn one or damage.
    Result<void> judge_end(std::size_t i, std::span<const std::byte> bytes) {
        const LogPosition& end = state_.end;
        state_.torn_bytes = residue(bytes, end.offset);
        state_.behind_end = crc_behind(bytes, end.offset);
        if (bytes.size() != state_.segment_bytes || state_.limited) return end_here(i);
        if (state_.torn_bytes == 0) return {};
        if (derived()) return end_here(i);
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

    /// A header is written alone, before any record of its segment: nothing follows a torn one.
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
        if (!mark_ || mark_->sequence < state_.begin.first_sequence) return {};
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
    const ScanOptions& options_;
    std::uint64_t commands_done_ = 0;
    std::uint64_t commands_before_ = 0;     ///< the segment at hand
    std::uint64_t records_before_ = 0;      ///< the segment at hand
    std::uint64_t first_timestamp_ns_ = 0;  ///< of the segment at hand
    std::optional<Hash> chain_;             ///< of the previous seal; nothing: unknown

    std::vector<std::uint64_t> seals_;
    std::vector<std::uint64_t> indices_;
    // of the present segment; reused, because allocating one for each segment costs more than
    // reading it
    std::vector<std::byte> buffer_;
    std::optional<MarkedPosition> mark_;
    std::optional<std::uint32_t> marked_record_crc_;
    std::uint64_t bytes_total_ = 0;
    std::uint64_t bytes_done_ = 0;
    DurableState state_;
    bool ended_ = false;
};

/// Opens a shared segment if its header is valid and continues the log as `at` says (or restarts
/// the segment at `at`).
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

}  // namespace

Result<DurableState> scan_durable(platform::Storage& storage, const Paths& paths,
                                  const LogIdentity& identity, const ScanOptions& options) {
    return DurableScan(storage, paths, identity, options).run();
}

bool limit_to(DurableState& events, std::uint64_t command_limit) {
    if (events.commands < command_limit) return true;  // the scan would not have reached the limit
    if (events.commands > command_limit || events.unfinished != 0 || command_limit == 0)
        return false;
    events.limited = true;  // the scan would have stopped at the last record found
    return true;
}

LogPosition follow_shared(platform::Storage& storage, const Paths& paths,
                          const LogIdentity& identity, const DurableState& durable,
                          const RecordVisitor& visit) {
    const std::uint32_t seed = identity.seed();
    SegmentHeader header;
    auto segment = open_shared(storage, paths, identity, durable.end.segment, header);
    if (!segment || header.segment_bytes != durable.segment_bytes) return durable.end;
    LogPosition at = start_of(header, 0);
    if (!walk_to(segment->bytes(), durable.end, at, seed)) return durable.end;
    // the walk's time is that of a record of this segment, and there may be none yet
    at = durable.end;
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

}  // namespace bw::event_store
