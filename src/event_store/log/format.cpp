#include "event_store/log/format.hpp"

#include <cstring>

#include <fmt/format.h>

#include "base/crc32c.hpp"

namespace bw::event_store {
namespace {

constexpr std::size_t digits_in_name = 10;

std::span<const std::byte> crc_part(const SegmentHeader& header) {
    return std::as_bytes(std::span(&header, 1)).first(offsetof(SegmentHeader, crc));
}

bool all_zero(std::span<const std::byte> bytes) {
    for (std::byte b : bytes)
        if (b != std::byte{0}) return false;
    return true;
}

}  // namespace

std::string_view name_of(LogKind kind) { return kind == LogKind::commands ? "commands" : "events"; }

std::uint32_t LogIdentity::seed() const {
    struct {
        std::uint64_t cluster;
        std::uint32_t node;
        std::uint32_t kind;
    } bytes{cluster, node, static_cast<std::uint32_t>(kind)};
    const std::uint32_t crc = base::crc32c(format_version, std::as_bytes(std::span(&bytes, 1)));
    return crc == 0 ? 1 : crc;
}

SegmentHeader make_header(const LogIdentity& identity, std::uint64_t index,
                          std::uint64_t first_sequence, std::uint64_t segment_bytes,
                          std::uint32_t previous_crc) {
    SegmentHeader header{.magic = segment_magic,
                         .cluster = identity.cluster,
                         .index = index,
                         .first_sequence = first_sequence,
                         .segment_bytes = segment_bytes,
                         .version = format_version,
                         .node = identity.node,
                         .kind = static_cast<std::uint32_t>(identity.kind),
                         .previous_crc = previous_crc,
                         .crc = 0,
                         .retired = 0};
    header.crc = base::crc32c(identity.seed(), crc_part(header));
    return header;
}

HeaderState read_header(std::span<const std::byte> segment, const LogIdentity& identity,
                        SegmentHeader& out) {
    if (segment.size() < segment_header_bytes) return HeaderState::damaged;
    std::memcpy(&out, segment.data(), sizeof out);
    if (all_zero(segment.first(segment_header_bytes))) return HeaderState::unused;
    if (out.magic != segment_magic) return HeaderState::damaged;
    if (out.crc != base::crc32c(identity.seed(), crc_part(out))) {
        const LogIdentity claimed{out.cluster, out.node, static_cast<LogKind>(out.kind)};
        if (out.crc != base::crc32c(claimed.seed(), crc_part(out))) return HeaderState::damaged;
        return out.version > format_version ? HeaderState::newer_version : HeaderState::foreign;
    }
    if (out.version > format_version) return HeaderState::newer_version;
    if (out.version != format_version || out.first_sequence == 0) return HeaderState::damaged;
    if (!all_zero(segment.subspan(sizeof out, segment_header_bytes - sizeof out)))
        return HeaderState::damaged;
    return HeaderState::valid;
}

std::uint32_t record_crc(std::uint32_t seed, const std::byte* record, std::uint32_t length) {
    const std::uint32_t crc = base::crc32c(seed, std::as_bytes(std::span(&length, 1)));
    return base::crc32c(crc, {record + offsetof(RecordHeader, previous_crc),
                              length - offsetof(RecordHeader, previous_crc)});
}

std::optional<RecordHeader> self_valid_record(std::span<const std::byte> segment,
                                              std::size_t offset, std::uint32_t seed) {
    if (offset + sizeof(RecordHeader) > segment.size()) return std::nullopt;
    RecordHeader header;
    std::memcpy(&header, segment.data() + offset, sizeof header);
    if (!plausible_length(header.length, segment.size() - offset)) return std::nullopt;
    if (header.crc != record_crc(seed, segment.data() + offset, header.length)) return std::nullopt;
    return header;
}

RecordView view_of(const std::byte* record, const RecordHeader& header) {
    return {header.sequence,
            header.timestamp_ns,
            header.note,
            {record + sizeof header, header.length - sizeof header}};
}

std::string durable_name(std::uint64_t index) { return fmt::format("{:010}.log", index); }

std::string seal_name(std::uint64_t index) { return fmt::format("{:010}.seal", index); }

std::string shared_name(LogKind kind, std::uint64_t index) {
    return fmt::format("{}-{:010}.seg", name_of(kind), index);
}

namespace {

std::optional<std::uint64_t> index_before(std::string_view name, std::string_view suffix) {
    if (name.size() != digits_in_name + suffix.size() || !name.ends_with(suffix))
        return std::nullopt;
    std::uint64_t index = 0;
    for (char c : name.substr(0, digits_in_name)) {
        if (c < '0' || c > '9') return std::nullopt;
        index = index * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return index;
}

}  // namespace

std::optional<std::uint64_t> index_of_durable_name(std::string_view name) {
    return index_before(name, ".log");
}

std::optional<std::uint64_t> index_of_seal_name(std::string_view name) {
    return index_before(name, ".seal");
}

}  // namespace bw::event_store
