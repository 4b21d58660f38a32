#include "event_store/log_reader.hpp"

#include <cstring>

#include <fmt/format.h>

namespace bw::event_store {

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
    if (auto found = reader->seek(); !found) return std::unexpected(found.error());
    return reader;
}

/// The newest segment that starts at or before the wanted sequence. Segments in use form a prefix of the
/// durable files, perhaps continued in shared memory.
base::Result<void> LogReader::seek() {
    const auto names = storage_.list(paths_.durable(identity_.kind));
    if (!names) return std::unexpected(names.error());
    std::uint64_t best = 0;
    SegmentHeader header;
    for (const std::string& name : *names) {
        const auto index = index_of_durable_name(name);
        if (index && read_durable_header(*index, header) && header.first_sequence <= first_)
            best = *index;
    }
    if (best == 0)
        return base::error(fmt::format("{} holds no readable segment; run `buttonwood verify {}`",
                                       paths_.durable(identity_.kind), paths_.directory));
    Source source;
    if (!load_shared(best, source) && !load_durable(best, source))
        return base::error(fmt::format("cannot read {}; run `buttonwood verify {}`",
                                       paths_.durable(identity_.kind, best), paths_.directory));
    use(std::move(source));
    at_ = start_of(source_.header, 0);
    return {};
}

const RecordView* LogReader::poll() {
    while (const RecordView* record = step())
        if (record->sequence >= first_) return record;
    return nullptr;
}

std::size_t LogReader::poll_batch(std::span<RecordView> out) {
    std::size_t count = 0;
    // After the first, only records in the bytes that are mapped or copied now: the views point into them.
    for (const RecordView* record = out.empty() ? nullptr : poll(); record != nullptr;
         record = count < out.size() ? record_here() : nullptr)
        out[count++] = *record;
    return count;
}

/// The record at the position, if a good one is there.
const RecordView* LogReader::record_here() {
    const std::span<const std::byte> bytes = source_.bytes();
    const std::size_t room = bytes.size() - at_.offset;
    if (room < sizeof(RecordHeader) || load_length(bytes.data() + at_.offset) == 0) return nullptr;
    const std::byte* record = bytes.data() + at_.offset;
    RecordHeader header;
    std::memcpy(&header, record, sizeof header);
    const bool good = source_.shared() ? plausible_length(header.length, room) &&
                                             header.sequence == at_.next_sequence
                                       : next_record(bytes, at_, seed_).has_value();
    if (!good) return nullptr;
    advance(at_, header);
    view_ = view_of(record, header);
    return &view_;
}

const RecordView* LogReader::step() {
    if (!error_.empty()) return nullptr;
    if (const RecordView* record = record_here()) return record;
    const std::span<const std::byte> bytes = source_.bytes();
    const std::size_t room = bytes.size() - at_.offset;
    if (room < sizeof(RecordHeader) || load_length(bytes.data() + at_.offset) == 0)
        return find_more() ? step() : nullptr;
    // A record that is not good. A file may have been copied while it was written; one in shared memory may have become whole just now.
    if (source_.shared()) {
        if (const RecordView* record = record_here()) return record;
    } else if (find_more()) {
        return step();
    }
    if (source_.shared() || is_damage()) stop_at_damage();
    return nullptr;
}

/// What is not valid in a durable file: more than the interrupted write of a process that died?
bool LogReader::is_damage() {
    SegmentHeader next;
    return proof_of_durability(source_.bytes(), at_.offset, at_.next_sequence, seed_).has_value() ||
           read_durable_header(at_.segment + 1, next);
}

/// Nothing (good) at the position. True if a source was found that has a record there.
bool LogReader::find_more() {
    const std::size_t room = source_.bytes().size() - at_.offset;
    if (source_.shared() && room >= max_record_length && !retired())
        return false;  // the next record fits here: it will come here
    return take_next_segment();
}

bool LogReader::retired() const {
    return __atomic_load_n(reinterpret_cast<const std::uint32_t*>(source_.bytes().data() +
                                                                  offsetof(SegmentHeader, retired)),
                           __ATOMIC_RELAXED) != 0;
}

bool LogReader::take_next_segment() {
    Source next;
    const bool next_exists =
        load_shared(at_.segment + 1, next) || load_durable(at_.segment + 1, next);
    // Only now look again at the present segment: records may have been added to it before the next one was
    // opened.
    if (source_.shared() && !retired()) {
        if (source_.bytes().size() - at_.offset >= sizeof(RecordHeader) &&
            load_length(source_.bytes().data() + at_.offset) != 0)
            return true;
    } else {
        Source again;
        if ((load_shared(at_.segment, again) || load_durable(at_.segment, again)) &&
            next_record(again.bytes(), at_, seed_)) {
            use(std::move(again));
            return true;
        }
    }
    if (!next_exists || next.header.first_sequence != at_.next_sequence) return false;
    if (next.header.previous_crc != at_.previous_crc) {
        stop(fmt::format(
            "{} segment {} does not continue the one before it; run `buttonwood verify {}`",
            name_of(identity_.kind), at_.segment + 1, paths_.directory));
        return false;
    }
    use(std::move(next));
    at_ = start_of(source_.header, at_.last_timestamp_ns);
    return source_.bytes().size() - at_.offset >= sizeof(RecordHeader) &&
           load_length(source_.bytes().data() + at_.offset) != 0;
}

/// The bytes of the source before serve again for the next copy: a fresh 64 MiB costs more than reading them.
void LogReader::use(Source source) {
    if (source_.copy.size() > spare_.size()) spare_ = std::move(source_.copy);
    source_ = std::move(source);
}

bool LogReader::load_shared(std::uint64_t index, Source& out) {
    const std::string path = paths_.shared_segment(identity_.kind, index);
    if (!storage_.exists(path)) return false;
    auto mapped = storage_.open_mapped_read_only(path);
    if (!mapped || (*mapped)->bytes().size() < segment_header_bytes) return false;
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

bool LogReader::load_durable(std::uint64_t index, Source& out) {
    if (!read_durable_header(index, out.header)) return false;
    out.mapping.reset();
    out.copy = std::move(spare_);
    out.copy.resize(out.header.segment_bytes);
    const auto read = storage_.read_into(paths_.durable(identity_.kind, index), 0, out.copy);
    return read && *read == out.copy.size();
}

bool LogReader::read_durable_header(std::uint64_t index, SegmentHeader& out) {
    const std::string path = paths_.durable(identity_.kind, index);
    if (!storage_.exists(path)) return false;
    const auto bytes = storage_.read(path, 0, segment_header_bytes);
    return bytes && read_header(*bytes, identity_, out) == HeaderState::valid && out.index == index;
}

void LogReader::stop_at_damage() {
    stop(fmt::format("record {} at byte {} of {} is not valid; run `buttonwood verify {}`",
                     at_.next_sequence, at_.offset, paths_.durable(identity_.kind, at_.segment),
                     paths_.directory));
}

void LogReader::stop(std::string why) {
    error_ = std::move(why);
    view_ = {};
}

}  // namespace bw::event_store
