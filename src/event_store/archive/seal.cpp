#include "event_store/archive/seal.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

using base::Result;

constexpr std::uint64_t seal_magic = 0x314C4553'444F4F57ull;  // "WOODSEL1" as it lies in the file
constexpr std::size_t max_places = 1u << 20;
constexpr std::size_t max_file_bytes = sizeof(Seal) + max_places * sizeof(SealedPlace) + 1;

std::uint32_t crc_of(const SealFile& file, std::uint32_t seed) {
    const auto fields = std::as_bytes(std::span(&file.seal, 1)).first(offsetof(Seal, crc));
    return base::crc32c(base::crc32c(seed, fields), std::as_bytes(std::span(file.places)));
}

SealState judge(const SealFile& file, const LogIdentity& identity, std::uint64_t index) {
    const Seal& seal = file.seal;
    if (seal.magic != seal_magic) return SealState::damaged;
    const LogIdentity claimed{seal.cluster, seal.node, static_cast<LogKind>(seal.kind)};
    if (seal.crc != crc_of(file, claimed.seed())) return SealState::damaged;
    if (seal.version > seal_version) return SealState::newer_version;
    if (claimed.seed() != identity.seed()) return SealState::foreign;
    const bool sound = seal.version == seal_version && seal.index == index &&
                       seal.first_sequence <= seal.last_sequence &&
                       seal.records_end <= seal.segment_bytes;
    return sound ? SealState::valid : SealState::damaged;
}

bool parse(std::span<const std::byte> bytes, SealFile& out) {
    if (bytes.size() < sizeof(Seal)) return false;
    std::memcpy(&out.seal, bytes.data(), sizeof(Seal));
    if (out.seal.places > max_places ||
        bytes.size() != sizeof(Seal) + out.seal.places * sizeof(SealedPlace))
        return false;
    out.places.resize(out.seal.places);
    if (!out.places.empty())
        std::memcpy(out.places.data(), bytes.data() + sizeof(Seal),
                    out.places.size() * sizeof(SealedPlace));
    return true;
}

LogPosition position_of(const SealFile& file, std::size_t place) {
    const SealedPlace& at = file.places[place];
    return {file.seal.index, at.offset,
            file.seal.first_sequence + (place + 1) * records_between_places, at.last_timestamp_ns,
            at.previous_crc};
}

}  // namespace

Result<SealFile> read_seal(platform::Storage& storage, const Paths& paths,
                           const LogIdentity& identity, std::uint64_t index) {
    const std::string path = paths.seal(identity.kind, index);
    SealFile out;
    if (!storage.exists(path)) return out;
    const auto size = storage.file_size(path);
    if (!size) return std::unexpected(size.error());
    const auto bytes = storage.read(path, 0, std::min<std::size_t>(*size, max_file_bytes));
    if (!bytes) return std::unexpected(bytes.error());
    out.state = parse(*bytes, out) ? judge(out, identity, index) : SealState::damaged;
    return out;
}

Result<void> write_seal(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                        const SealFile& file) {
    std::vector<std::byte> bytes(sizeof(Seal) + file.places.size() * sizeof(SealedPlace));
    std::memcpy(bytes.data(), &file.seal, sizeof(Seal));
    if (!file.places.empty())
        std::memcpy(bytes.data() + sizeof(Seal), file.places.data(),
                    file.places.size() * sizeof(SealedPlace));
    return storage.write_file(paths.seal(identity.kind, file.seal.index), bytes);
}

Hash chain_of(const Hash& previous, const Seal& seal) {
    Hasher hasher;
    hasher.add(previous);
    hasher.add(std::as_bytes(std::span(&seal, 1)).first(offsetof(Seal, chain)));
    return hasher.finish();
}

base::Error refusal(const std::string& path, const SealFile& file) {
    if (file.state == SealState::newer_version)
        return newer_format(path, file.seal.version, seal_version);
    return {
        fmt::format("{} belongs to another log (cluster {:016x}, node {}). Put the right file "
                    "there, or remove it: it is made again. Nothing was changed.",
                    path, file.seal.cluster, file.seal.node)};
}

LogPosition end_of(const Seal& seal) {
    return {seal.index, seal.records_end, seal.last_sequence + 1, seal.last_timestamp_ns,
            seal.last_crc};
}

std::optional<LogPosition> place_of_sequence(const SealFile& file, std::uint64_t sequence) {
    if (sequence < file.seal.first_sequence) return std::nullopt;
    const std::uint64_t place = std::min<std::uint64_t>(
        (sequence - file.seal.first_sequence) / records_between_places, file.places.size());
    if (place == 0) return std::nullopt;
    return position_of(file, place - 1);
}

std::optional<LogPosition> place_before_time(const SealFile& file, std::uint64_t timestamp_ns) {
    const auto later = std::ranges::partition_point(file.places, [&](const SealedPlace& place) {
        return place.last_timestamp_ns < timestamp_ns;
    });
    if (later == file.places.begin()) return std::nullopt;
    return position_of(file, static_cast<std::size_t>(later - file.places.begin()) - 1);
}

SealMaker::SealMaker(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                     std::uint64_t index)
    : storage_(storage),
      path_(paths.durable(identity.kind, index)),
      identity_(identity),
      index_(index),
      buffer_(piece_bytes_max + max_record_length) {}

/// A record belongs to the piece in which it begins; `piece` extends beyond its end so that the
/// last record is complete.
Result<bool> SealMaker::step(std::size_t piece_bytes) {
    const std::size_t wanted = std::min(piece_bytes, piece_bytes_max);
    const auto got =
        storage_.read_into(path_, offset_, std::span(buffer_).first(wanted + max_record_length));
    if (!got) return std::unexpected(got.error());
    const std::span<std::byte> bytes = std::span(buffer_).first(*got);
    if (offset_ == 0)
        if (auto taken = take_header(bytes); !taken) return std::unexpected(taken.error());
    const std::size_t piece = std::min(wanted, bytes.size());
    if (auto taken = take_records(bytes, piece); !taken) return std::unexpected(taken.error());
    hasher_.add(bytes.first(piece));
    offset_ += piece;
    if (offset_ < made_.seal.segment_bytes && piece != 0) return false;
    if (offset_ != made_.seal.segment_bytes || at_.next_sequence == made_.seal.first_sequence)
        return wrong(fmt::format("{} is incomplete: it ends at byte {}", path_, offset_));
    return true;
}

Result<void> SealMaker::take_header(std::span<std::byte> piece) {
    SegmentHeader header;
    if (read_header(piece, identity_, header) != HeaderState::valid || header.index != index_)
        return wrong(fmt::format("{} is damaged at byte 0: its header is not valid", path_));
    std::memset(piece.data() + offsetof(SegmentHeader, retired), 0, sizeof header.retired);
    at_ = start_of(header, 0);
    made_.seal.segment_bytes = header.segment_bytes;
    made_.seal.first_sequence = header.first_sequence;
    return {};
}

Result<void> SealMaker::take_records(std::span<const std::byte> piece, std::size_t begin_before) {
    while (!ended_ && at_.offset < offset_ + begin_before) {
        LogPosition here = at_;
        here.offset = at_.offset - offset_;
        const auto record = next_record(piece, here, identity_.seed());
        ended_ = !record;
        if (record) take_record(*record);
    }
    const std::uint64_t begin = std::max(at_.offset, offset_) - offset_;
    if (ended_ && begin < piece.size() && residue(piece, begin) != 0)
        return wrong(fmt::format("{} is damaged at byte {}: record {} is not valid", path_,
                                 at_.offset, at_.next_sequence));
    return {};
}

std::unexpected<base::Error> SealMaker::wrong(std::string what) {
    content_is_wrong_ = true;
    return base::error(std::move(what));
}

void SealMaker::take_record(const RecordHeader& record) {
    const std::uint64_t number = record.sequence - made_.seal.first_sequence;
    if (number == 0) made_.seal.first_timestamp_ns = record.timestamp_ns;
    if (number != 0 && number % records_between_places == 0)
        made_.places.push_back({at_.offset, at_.last_timestamp_ns, at_.previous_crc, 0});
    if (record.ends_command() && identity_.kind == LogKind::events) ++made_.seal.commands_ended;
    advance(at_, record);
}

SealFile SealMaker::finish(const Hash& previous_chain) {
    Seal& seal = made_.seal;
    seal.magic = seal_magic;
    seal.version = seal_version;
    seal.node = identity_.node;
    seal.kind = static_cast<std::uint32_t>(identity_.kind);
    seal.cluster = identity_.cluster;
    seal.index = index_;
    seal.last_sequence = at_.last_sequence();
    seal.last_timestamp_ns = at_.last_timestamp_ns;
    seal.last_crc = at_.previous_crc;
    seal.records_end = at_.offset;
    seal.hash = hasher_.finish();
    seal.chain = chain_of(previous_chain, seal);
    seal.places = static_cast<std::uint32_t>(made_.places.size());
    seal.crc = crc_of(made_, identity_.seed());
    made_.state = SealState::valid;
    return std::move(made_);
}

}  // namespace bw::event_store
