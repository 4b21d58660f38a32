// Any bytes as a segment: the decoder never reads outside of them, never loops, and what it accepts
// is a log. With the first input byte odd, the input becomes the records of a segment with a good
// header and the CRCs are made good as far as lengths are plausible, so that the fuzzer gets behind
// the checksums.
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "event_store/recovery/scan.hpp"

namespace {

using namespace bw::event_store;

constexpr LogIdentity identity{.cluster = 1, .node = 1, .kind = LogKind::commands};

void repair(std::vector<std::byte>& segment, std::uint32_t seed) {
    std::uint32_t previous = seed;
    std::size_t at = segment_header_bytes;
    while (at + sizeof(RecordHeader) <= segment.size()) {
        RecordHeader record;
        std::memcpy(&record, segment.data() + at, sizeof record);
        if (!plausible_length(record.length, segment.size() - at)) return;
        record.previous_crc = previous;
        std::memcpy(segment.data() + at, &record, sizeof record);
        record.crc = record_crc(seed, segment.data() + at, record.length);
        std::memcpy(segment.data() + at, &record, sizeof record);
        previous = record.crc;
        at += record.length;
    }
}

void scan(const std::vector<std::byte>& segment, LogPosition at, std::uint32_t seed) {
    std::uint64_t expected = at.next_sequence;
    std::uint64_t time = at.last_timestamp_ns;
    scan_records(segment, at, seed, [&](const RecordHeader& record, const std::byte* bytes) {
        BW_ASSERT(record.sequence == expected++ && record.timestamp_ns >= time);
        BW_ASSERT(bytes + record.length <= segment.data() + segment.size());
        time = record.timestamp_ns;
        const RecordView view = view_of(bytes, record);
        BW_ASSERT(view.message.empty() ||
                  view.message.data() + view.message.size() <= segment.data() + segment.size());
    });
    BW_ASSERT(at.offset <= segment.size());
    BW_ASSERT(residue(segment, at.offset) <= segment.size() - at.offset);
    static_cast<void>(proof_of_durability(segment, at.offset, at.next_sequence, seed));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::uint32_t seed = identity.seed();
    const auto* bytes = reinterpret_cast<const std::byte*>(data + 1);
    if ((data[0] & 1) == 0) {
        const std::vector<std::byte> segment(bytes, bytes + size - 1);
        SegmentHeader header;
        if (read_header(segment, identity, header) == HeaderState::valid)
            scan(segment, start_of(header, 0), seed);
        return 0;
    }
    std::vector<std::byte> segment(segment_header_bytes);
    const SegmentHeader header = make_header(identity, 1, 1, segment_header_bytes + size - 1, seed);
    std::memcpy(segment.data(), &header, sizeof header);
    segment.insert(segment.end(), bytes, bytes + size - 1);
    repair(segment, seed);
    SegmentHeader read_back;
    BW_ASSERT(read_header(segment, identity, read_back) == HeaderState::valid);
    scan(segment, start_of(read_back, 0), seed);
    return 0;
}
