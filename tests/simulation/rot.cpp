#include "simulation/rot.hpp"

#include <algorithm>
#include <cstring>

#include "event_store/log/commit_mark.hpp"
#include "event_store/recovery/scan.hpp"

namespace bw::simulation {
namespace {

using event_store::LogKind;
using event_store::Paths;

struct Place {
    std::string path;
    std::uint64_t begin = 0;  ///< bytes
    std::uint64_t end = 0;
};

struct Found {
    std::vector<Place> records;  ///< of commands, whose durability is proven
    std::vector<Place> headers;  ///< of command segments that hold records
    /// of records whose successor, or the mark, knows their CRC and is proven durable
    std::vector<Place> chained;
};

struct Record {
    Place place;
    std::uint64_t sequence = 0;
    std::uint64_t known_durable = 0;  ///< by its note: everything up to here was
};

/// The good records of the command log; a record is proven durable by the mark, by the note of a
/// later record of its segment, or by a later segment.
Found find_commands(SimStorage& storage, const Paths& paths, const event_store::LogIdentity& log) {
    Found out;
    std::uint64_t marked = 0;
    if (const auto mark = event_store::read_mark(storage, paths.mark(), log.seed()); mark && *mark)
        marked = (*mark)->sequence;
    std::vector<std::vector<Record>> segments;
    for (std::uint64_t index = 1; storage.exists(paths.durable(LogKind::commands, index));
         ++index) {
        const std::string path = paths.durable(LogKind::commands, index);
        const std::span<const std::byte> bytes = storage.bytes_of(path);
        event_store::SegmentHeader header;
        if (event_store::read_header(bytes, log, header) != event_store::HeaderState::valid) break;
        auto at = event_store::start_of(header, 0);
        std::vector<Record> records;
        event_store::scan_records(
            bytes, at, log.seed(), [&](const event_store::RecordHeader& record, const std::byte*) {
                records.push_back({{path, at.offset, at.offset + record.length},
                                   record.sequence,
                                   record.sequence - 1 -
                                       std::min<std::uint64_t>(record.note, record.sequence - 1)});
            });
        segments.push_back(std::move(records));
    }
    for (std::size_t i = 0; i < segments.size(); ++i) {
        std::uint64_t proven = i + 1 < segments.size() ? ~std::uint64_t{0} : marked;
        if (!segments[i].empty())
            out.headers.push_back(
                {segments[i].front().place.path, 0, event_store::segment_header_bytes});
        for (auto record = segments[i].rbegin(); record != segments[i].rend(); ++record) {
            if (record->sequence <= proven) out.records.push_back(record->place);
            if (record->sequence < proven || record->sequence == marked)
                out.chained.push_back(record->place);
            proven = std::max(proven, record->known_durable);
        }
    }
    return out;
}

Rot bit_in(const Place& place, Random& random) {
    return {.path = place.path,
            .bit = place.begin * 8 + random.below((place.end - place.begin) * 8)};
}

/// A record of the same log, number and time that says something else, good in itself: what an
/// older history would have there.
Rot other_record_at(SimStorage& storage, const Place& place, std::uint32_t seed) {
    const std::span<const std::byte> old =
        storage.bytes_of(place.path).subspan(place.begin, place.end - place.begin);
    Rot rot{.path = place.path,
            .bit = place.begin * 8,
            .bytes = Bytes(old.begin(), old.end()),
            .must_refuse = true,
            .situation = Situation::record_of_another_history_found};
    event_store::RecordHeader header;
    std::memcpy(&header, rot.bytes.data(), sizeof header);
    rot.bytes.back() ^= std::byte{1};
    header.crc = event_store::record_crc(seed, rot.bytes.data(), header.length);
    std::memcpy(rot.bytes.data(), &header, sizeof header);
    return rot;
}

Rot bit_in(SimStorage& storage, const std::string& path, Random& random) {
    return bit_in({path, 0, storage.bytes_of(path).size()}, random);
}

}  // namespace

std::optional<Rot> choose_rot(SimStorage& storage, const Paths& paths,
                              const event_store::Identity& identity, Random& random) {
    Rot rot;
    switch (random.below(11)) {
        case 0: {
            const auto files = storage.files_below(paths.durable(LogKind::events));
            if (files.empty()) return std::nullopt;
            rot = bit_in(storage, random.one_of(files), random);
            rot.situation = Situation::rot_in_events_made_again;
            return rot;
        }
        case 1: {
            if (!storage.exists(paths.mark())) return std::nullopt;
            rot = bit_in(storage, paths.mark(), random);
            rot.situation = Situation::rot_in_the_mark_survived;
            return rot;
        }
        case 2: {
            rot = bit_in(storage, Paths::identity(paths.directory), random);
            rot.situation = Situation::rot_in_the_identity_found;
            break;
        }
        case 3: {
            const Found found = find_commands(storage, paths, identity.log(LogKind::commands));
            if (found.headers.empty()) return std::nullopt;
            // Behind its fields a header is 4,032 zeros: half of the time it must be the fields.
            Place place = random.one_of(found.headers);
            if (random.below(2) == 0) place.end = place.begin + sizeof(event_store::SegmentHeader);
            rot = bit_in(place, random);
            rot.situation = Situation::rot_in_a_segment_header_found;
            const std::uint64_t retired = offsetof(event_store::SegmentHeader, retired);
            if (rot.bit / 8 >= retired && rot.bit / 8 < retired + 4) return std::nullopt;
            break;
        }
        case 4:
        case 5: {
            const auto files = storage.files_below(paths.directory + "/snapshots");
            if (files.empty()) return std::nullopt;
            rot = bit_in(storage, random.one_of(files), random);
            rot.situation = Situation::rot_in_a_snapshot;
            return rot;
        }
        case 6: {
            const Found found = find_commands(storage, paths, identity.log(LogKind::commands));
            if (found.chained.empty()) return std::nullopt;
            rot = other_record_at(storage, random.one_of(found.chained),
                                  identity.log(LogKind::commands).seed());
            break;
        }
        default: {
            const Found found = find_commands(storage, paths, identity.log(LogKind::commands));
            if (found.records.empty()) return std::nullopt;
            rot = bit_in(random.one_of(found.records), random);
            rot.situation = Situation::rot_in_commands_found;
            break;
        }
    }
    rot.must_refuse = true;
    return rot;
}

}  // namespace bw::simulation
