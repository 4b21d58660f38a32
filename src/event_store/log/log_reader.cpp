#include "event_store/log/log_reader.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "event_store/recovery/find.hpp"

namespace bw::event_store {
namespace {

constexpr std::size_t window_bytes = 1024 * 1024;

}  // namespace

LogReader::LogReader(platform::Storage& storage, Paths paths, const LogIdentity& identity,
                     std::uint64_t first_sequence)
    : storage_(storage),
      paths_(std::move(paths)),
      identity_(identity),
      seed_(identity.seed()),
      first_(first_sequence) {}

base::Result<std::unique_ptr<LogReader>> LogReader::open(platform::Storage& storage,
                                                         const Paths& paths,
                                                         const LogIdentity& identity,
                                                         std::uint64_t first_sequence) {
    std::unique_ptr<LogReader> reader(new LogReader(storage, paths, identity, first_sequence));
    const auto place = find_sequence(storage, paths, identity, first_sequence);
    if (!place) return std::unexpected(place.error());
    if (auto started = reader->start_at(*place); !started) return std::unexpected(started.error());
    return reader;
}

base::Result<std::unique_ptr<LogReader>> LogReader::open_at_time(platform::Storage& storage,
                                                                 const Paths& paths,
                                                                 const LogIdentity& identity,
                                                                 std::uint64_t timestamp_ns) {
    std::unique_ptr<LogReader> reader(new LogReader(storage, paths, identity, 1));
    const auto place = find_time(storage, paths, identity, timestamp_ns);
    if (!place) return std::unexpected(place.error());
    reader->from_ns_ = timestamp_ns;
    if (auto started = reader->start_at(*place); !started) return std::unexpected(started.error());
    return reader;
}

/// The sparse index is only a hint: if its place does not hold the record it names, the segment is
/// scanned from the start.
base::Result<void> LogReader::start_at(const LogPosition& place) {
    for (const std::uint64_t offset : {place.offset, std::uint64_t{segment_header_bytes}}) {
        Source source;
        if (!load_shared(place.segment, offset, source) &&
            !load_durable(place.segment, offset, source))
            return base::error(fmt::format("cannot read {}; run `buttonwood verify {}`",
                                           paths_.durable(identity_.kind, place.segment),
                                           paths_.directory));
        use(std::move(source));
        at_ = offset == place.offset ? place : start_of(source_.header, 0);
        if (offset == segment_header_bytes || next_is_good(source_)) return {};
    }
    return {};
}

const RecordView* LogReader::poll() {
    while (const RecordView* record = step())
        if (record->sequence >= first_ && record->timestamp_ns >= from_ns_) return record;
    return nullptr;
}

std::size_t LogReader::poll_batch(std::span<RecordView> out) {
    std::size_t count = 0;
    // After the first, only records in the bytes mapped or copied at present: the views point into
    // them.
    for (const RecordView* record = out.empty() ? nullptr : poll(); record != nullptr;
         record = count < out.size() ? record_here() : nullptr)
        out[count++] = *record;
    return count;
}

bool LogReader::something_here() const {
    const std::span<const std::byte> bytes = source_.from(at_.offset);
    return bytes.size() >= sizeof(RecordHeader) && load_length(bytes.data()) != 0;
}

bool LogReader::next_is_good(const Source& source) const {
    LogPosition here = at_;
    here.offset = 0;
    return next_record(source.from(at_.offset), here, seed_).has_value();
}

/// The record at the position if it is good, else nullptr.
const RecordView* LogReader::record_here() {
    if (!something_here()) return nullptr;
    const std::span<const std::byte> bytes = source_.from(at_.offset);
    const std::byte* record = bytes.data();
    RecordHeader header;
    std::memcpy(&header, record, sizeof header);
    const bool good = source_.shared() ? plausible_length(header.length, bytes.size()) &&
                                             header.sequence == at_.next_sequence
                                       : next_is_good(source_);
    if (!good) return nullptr;
    advance(at_, header);
    view_ = view_of(record, header);
    return &view_;
}

const RecordView* LogReader::step() {
    if (!error_.empty()) return nullptr;
    if (window_is_short() && !move_window()) {
        stop_if_removed();
        if (error_.empty()) stop_at_damage();
        return nullptr;
    }
    if (const RecordView* record = record_here()) return record;
    if (!something_here()) return find_more() ? step() : nullptr;
    // The record is not good. A file may have been copied during a write; a record in shared memory
    // may have been completed since.
    if (source_.shared()) {
        if (const RecordView* record = record_here()) return record;
    } else if (find_more()) {
        return step();
    }
    if (source_.shared() || is_damage()) stop_at_damage();
    return nullptr;
}

/// Whether invalid bytes in a durable file are damage, not the interrupted write of a dead process.
bool LogReader::is_damage() {
    SegmentHeader next;
    const bool followed = read_durable_header(storage_, paths_, identity_, at_.segment + 1, next);
    const auto rest = storage_.read(paths_.durable(identity_.kind, at_.segment), at_.offset,
                                    static_cast<std::size_t>(room()));
    if (!rest) {
        stop_if_removed();
        return false;
    }
    LogPosition here = at_;
    here.offset = 0;
    if (next_record(*rest, here, seed_)) return false;  // it was completed since
    return followed || proof_of_durability(*rest, 0, at_.next_sequence, seed_).has_value();
}

/// Looks for the next record elsewhere when there is no good one at the position. True: a source
/// with such a record is in use.
bool LogReader::find_more() {
    if (source_.shared() && room() >= max_record_length && !retired())
        return false;  // the next record fits into this segment and will be written here
    return take_next_segment();
}

bool LogReader::retired() const {
    return __atomic_load_n(reinterpret_cast<const std::uint32_t*>(source_.mapping->bytes().data() +
                                                                  offsetof(SegmentHeader, retired)),
                           __ATOMIC_RELAXED) != 0;
}

bool LogReader::take_next_segment() {
    Source next;
    const bool next_exists = load(at_.segment + 1, next);
    // Check the present segment again, in this order: records may have been added to it before the
    // next one was opened.
    if (source_.shared() && !retired()) {
        if (something_here()) return true;
    } else {
        Source again;
        if ((load_shared(at_.segment, at_.offset, again) ||
             load_durable(at_.segment, at_.offset, again)) &&
            next_is_good(again)) {
            use(std::move(again));
            return true;
        }
    }
    if (!next_exists) stop_if_removed();
    if (!next_exists || next.header.first_sequence != at_.next_sequence)
        return borders_have_moved(next_exists ? &next.header : nullptr) && find_again();
    if (next.header.previous_crc != at_.previous_crc) {
        stop(ReaderState::damaged,
             fmt::format(
                 "{} segment {} does not continue the one before it; run `buttonwood verify {}`",
                 name_of(identity_.kind), at_.segment + 1, paths_.directory));
        return false;
    }
    use(std::move(next));
    at_ = start_of(source_.header, at_.last_timestamp_ns);
    return something_here();
}

/// The log was made again with other segment boundaries: no record will ever be written at the
/// position.
bool LogReader::borders_have_moved(const SegmentHeader* next) const {
    if (next != nullptr && next->first_sequence < at_.next_sequence) return true;
    if (source_.shared() && !retired()) return false;
    SegmentHeader present;
    return !read_durable_header(storage_, paths_, identity_, at_.segment, present) ||
           present.first_sequence != source_.header.first_sequence;
}

/// Continues after the last record read, wherever it is now. False: it does not exist yet.
bool LogReader::find_again() {
    auto other = open(storage_, paths_, identity_, at_.next_sequence);
    if (!other) return false;
    while ((*other)->at_.next_sequence < at_.next_sequence && (*other)->step() != nullptr) {
    }
    const LogPosition& found = (*other)->at_;
    if (!(*other)->error().empty() || found.next_sequence != at_.next_sequence) return false;
    if (found.previous_crc != at_.previous_crc) {
        stop(ReaderState::damaged,
             fmt::format("{} segment {} was made again, and record {} is another one; run "
                         "`buttonwood verify {}`",
                         name_of(identity_.kind), found.segment, at_.next_sequence - 1,
                         paths_.directory));
        return false;
    }
    at_ = found;
    use(std::move((*other)->source_));
    return something_here();
}

/// Keeps the buffer of the previous source for the next copy.
void LogReader::use(Source source) {
    if (source_.copy.capacity() > spare_.capacity()) std::swap(spare_, source_.copy);
    source_ = std::move(source);
}

bool LogReader::load(std::uint64_t index, Source& out) {
    return load_shared(index, segment_header_bytes, out) ||
           load_durable(index, segment_header_bytes, out);
}

/// `offset`: where reading continues; a segment that was made again may be too small for it.
bool LogReader::load_shared(std::uint64_t index, std::uint64_t offset, Source& out) {
    const std::string path = paths_.shared_segment(identity_.kind, index);
    if (!storage_.exists(path)) return false;
    auto mapped = storage_.open_mapped_read_only(path);
    if (!mapped || (*mapped)->bytes().size() < segment_header_bytes ||
        offset > (*mapped)->bytes().size())
        return false;
    if (__atomic_load_n(reinterpret_cast<const std::uint64_t*>((*mapped)->bytes().data()),
                        __ATOMIC_ACQUIRE) == 0)
        return false;
    if (read_header((*mapped)->bytes(), identity_, out.header) != HeaderState::valid ||
        out.header.index != index)
        return false;
    if (out.header.segment_bytes != (*mapped)->bytes().size() || out.header.retired != 0)
        return false;
    out.mapping = std::move(*mapped);
    out.copy.clear();
    return true;
}

/// Loads a window of the file from `offset` on.
bool LogReader::load_durable(std::uint64_t index, std::uint64_t offset, Source& out) {
    if (!read_durable_header(storage_, paths_, identity_, index, out.header)) return false;
    if (offset > out.header.segment_bytes) return false;
    out.mapping.reset();
    out.copy = std::move(spare_);
    out.copy_begin = offset;
    out.copy.resize(std::min<std::uint64_t>(window_bytes, out.header.segment_bytes - offset));
    const auto read = storage_.read_into(paths_.durable(identity_.kind, index), offset, out.copy);
    return read && *read == out.copy.size();
}

/// Moves the window so that it begins at the position.
bool LogReader::move_window() {
    const std::uint64_t size =
        std::min<std::uint64_t>(window_bytes, source_.header.segment_bytes - at_.offset);
    source_.copy.resize(size);
    source_.copy_begin = at_.offset;
    const auto read =
        storage_.read_into(paths_.durable(identity_.kind, at_.segment), at_.offset, source_.copy);
    return read && *read == size;
}

/// The file at the position is missing: checks whether retention removed it or it does not exist
/// yet.
void LogReader::stop_if_removed() {
    const auto begin = read_begin(storage_, paths_, identity_);
    if (!begin || begin->first_sequence <= at_.next_sequence) return;
    oldest_ = begin->first_sequence;
    stop(ReaderState::no_longer_kept,
         no_longer_kept(paths_, identity_.kind, at_.next_sequence, oldest_));
}

void LogReader::stop_at_damage() {
    stop(ReaderState::damaged,
         fmt::format("record {} at byte {} of {} is not valid; run `buttonwood verify {}`",
                     at_.next_sequence, at_.offset, paths_.durable(identity_.kind, at_.segment),
                     paths_.directory));
}

void LogReader::stop(ReaderState state, std::string why) {
    state_ = state;
    error_ = std::move(why);
    view_ = {};
}

}  // namespace bw::event_store
