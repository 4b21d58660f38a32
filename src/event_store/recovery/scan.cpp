#include "event_store/recovery/scan.hpp"

namespace bw::event_store {

LogPosition start_of(const SegmentHeader& header, std::uint64_t last_timestamp_ns) {
    return {header.index, segment_header_bytes, header.first_sequence, last_timestamp_ns,
            header.previous_crc};
}

std::optional<RecordHeader> next_record(std::span<const std::byte> segment, const LogPosition& at,
                                        std::uint32_t seed) {
    const auto record = self_valid_record(segment, at.offset, seed);
    if (!record || record->sequence != at.next_sequence) return std::nullopt;
    if (record->previous_crc != at.previous_crc) return std::nullopt;
    if (record->timestamp_ns < at.last_timestamp_ns) return std::nullopt;
    return record;
}

bool walk_to(std::span<const std::byte> segment, const LogPosition& end, LogPosition& at,
             std::uint32_t seed) {
    while (at.next_sequence < end.next_sequence) {
        const auto record = next_record(segment, at, seed);
        if (!record) return false;
        advance(at, *record);
    }
    return at.segment == end.segment && at.offset == end.offset &&
           at.next_sequence == end.next_sequence && at.previous_crc == end.previous_crc;
}

std::size_t residue(std::span<const std::byte> segment, std::size_t offset) {
    std::size_t end = segment.size();
    while (end >= offset + 8) {
        std::uint64_t word;
        std::memcpy(&word, segment.data() + end - 8, 8);
        if (word != 0) break;
        end -= 8;
    }
    while (end > offset && segment[end - 1] == std::byte{0}) --end;
    return end > offset ? end - offset : 0;
}

std::optional<std::size_t> proof_of_durability(std::span<const std::byte> segment,
                                               std::size_t offset, std::uint64_t sequence,
                                               std::uint32_t seed) {
    for (std::size_t at = offset; at + sizeof(RecordHeader) <= segment.size();
         at += record_alignment) {
        const auto record = self_valid_record(segment, at, seed);
        if (record && record->sequence > sequence && record->sequence - sequence > record->note)
            return at;
    }
    return std::nullopt;
}

}  // namespace bw::event_store
