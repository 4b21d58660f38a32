#include "event_store/log/log_writer.hpp"

#include <cstring>

namespace bw::event_store {
namespace {

/// Stores the magic last: readers consider a header valid once they see it.
void publish_header(std::byte* segment, const SegmentHeader& header) {
    std::memcpy(segment + sizeof header.magic,
                reinterpret_cast<const std::byte*>(&header) + sizeof header.magic,
                sizeof header - sizeof header.magic);
    __atomic_store_n(reinterpret_cast<std::uint64_t*>(segment), header.magic, __ATOMIC_RELEASE);
}

}  // namespace

LogWriter::LogWriter(SegmentWindow& window, const LogPosition& at)
    : window_(window),
      seed_(window.identity().seed()),
      base_(window.find(at.segment)),
      size_(window.size_of(at.segment)),
      at_(at),
      appended_(at.last_sequence()) {
    BW_ASSERT(base_ != nullptr && at.offset >= segment_header_bytes && at.offset <= size_);
    begin_segment();
}

void LogWriter::begin_segment() {
    window_.set_active(at_.segment);
    window_.set_filled(at_.offset);
    limit_ = SegmentWindow::ask_at(size_);
    if (at_.offset >= limit_) ask_for_next();
}

void LogWriter::ask_for_next() {
    limit_ = size_;
    window_.ask_for(at_.segment + 1);
}

/// Returns false if a record of `length` does not fit and the next segment is not prepared.
bool LogWriter::pass_limit(std::uint64_t length) {
    if (limit_ != size_) ask_for_next();
    return size_ - at_.offset >= length || roll();
}

bool LogWriter::has_room_for(std::size_t bytes) {
    BW_ASSERT(bytes <= min_segment_bytes - segment_header_bytes);
    if (size_ - at_.offset >= bytes) return true;
    if (limit_ != size_) ask_for_next();
    return window_.find(at_.segment + 1) != nullptr;
}

std::uint64_t LogWriter::sure_room() const {
    std::uint64_t room = size_ - at_.offset;
    for (std::uint64_t next = at_.segment + 1; window_.find(next) != nullptr; ++next)
        room += window_.size_of(next) - segment_header_bytes;
    return room;
}

bool LogWriter::try_append(std::uint64_t sequence, std::uint64_t timestamp_ns, std::uint32_t note,
                           std::span<const std::byte> message) {
    BW_ASSERT(sequence == at_.next_sequence && timestamp_ns >= at_.last_timestamp_ns &&
              message.size() <= max_message_bytes);
    const auto length = static_cast<std::uint32_t>(record_bytes(message.size()));
    if (limit_ - at_.offset < length && !pass_limit(length)) return false;

    std::byte* record = base_ + at_.offset;  // all zeros, so padding needs no store
    RecordHeader header{0, 0, at_.previous_crc, note, sequence, timestamp_ns};
    std::memcpy(record + offsetof(RecordHeader, previous_crc), &header.previous_crc,
                sizeof header - offsetof(RecordHeader, previous_crc));
    if (!message.empty()) std::memcpy(record + sizeof header, message.data(), message.size());
    header.crc = record_crc(seed_, record, length);
    std::memcpy(record + offsetof(RecordHeader, crc), &header.crc, sizeof header.crc);
    store_length(record, length);

    header.length = length;
    advance(at_, header);
    appended_bytes_ += length;
    window_.set_filled(at_.offset);
    appended_.store(sequence, std::memory_order_release);
    return true;
}

bool LogWriter::roll() {
    const std::uint64_t next = at_.segment + 1;
    std::byte* segment = window_.find(next);
    if (segment == nullptr) return false;
    const std::size_t size = window_.size_of(next);
    publish_header(
        segment, make_header(window_.identity(), next, at_.next_sequence, size, at_.previous_crc));
    base_ = segment;
    size_ = size;
    at_.segment = next;
    at_.offset = segment_header_bytes;
    begin_segment();
    return true;
}

}  // namespace bw::event_store
