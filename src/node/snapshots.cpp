#include "node/snapshots.hpp"

#include <fmt/format.h>

namespace bw::node {
namespace {

constexpr event_store::SnapshotKind kind{.magic = 0x31504E53444F4F57ull,  // "WOODSNP1"
                                         .version = 1,
                                         .salt = 0,
                                         .suffix = ".snapshot"};

}  // namespace

Snapshots::Snapshots(platform::Storage& storage, const std::string& directory,
                     const event_store::Identity& identity)
    : files_(storage, directory, identity, kind), views_(storage, directory, identity) {}

base::Result<std::uint64_t> Snapshots::write(const engine::Engine& engine,
                                             const SnapshotPlace& place) {
    base::ByteCounter counter;
    engine.save(counter);
    return files_.write(place, engine.state_hash(), counter.count,
                        [&engine](base::ByteSink& sink) { engine.save(sink); });
}

base::Result<SnapshotPlace> Snapshots::check(std::uint64_t sequence) const {
    auto payload = files_.open(sequence);
    if (!payload) return std::unexpected(payload.error());
    const event_store::SnapshotHeader header = payload->header();
    if (auto sound = payload->check(0, header.payload_bytes); !sound)
        return std::unexpected(sound.error());
    return header.place;
}

/// Checks everything before it loads anything.
base::Result<SnapshotPlace> Snapshots::load(std::uint64_t sequence, engine::Engine& engine) const {
    auto payload = files_.open(sequence);
    if (!payload) return std::unexpected(payload.error());
    const event_store::SnapshotHeader header = payload->header();
    if (auto sound = payload->check(0, header.payload_bytes); !sound)
        return std::unexpected(sound.error());
    const auto wrong = [&](const std::string& what) {
        return base::error(fmt::format("{}: {}", path(sequence), what));
    };
    if (!engine.load(*payload) || !payload->at_end())
        return wrong("its state is not one this program can take over");
    if (engine.state_hash() != header.state_hash)
        return wrong("the state read back has another hash than the one written");
    return header.place;
}

base::Result<void> Snapshots::prune(std::size_t keep) {
    const auto there = list();
    if (!there) return std::unexpected(there.error());
    for (std::size_t i = keep; i < there->size(); ++i)
        if (auto removed = files_.remove((*there)[i]); !removed) return removed;
    return files_.remove_unfinished();
}

PlacedEngine engine_from_snapshot(
    const Snapshots& snapshots, const std::function<std::unique_ptr<engine::Engine>()>& make_engine,
    const LogExtent& logs, const std::function<std::uint64_t(std::uint64_t sequence)>& record_at,
    const std::function<void(const std::string&)>& passed_over) {
    const auto there = snapshots.list();
    if (!there) passed_over(there.error().message);
    for (const std::uint64_t sequence : there ? *there : std::vector<std::uint64_t>{}) {
        const auto place = snapshots.read_place(sequence);
        if (!place) {
            passed_over(place.error().message);
            continue;
        }
        if (place->sequence > logs.last_command || place->events > logs.last_event ||
            record_at(place->sequence) != place->record_hash) {
            passed_over(fmt::format("{}: the logs do not reach it, or took another way",
                                    snapshots.path(sequence)));
            continue;
        }
        auto engine = make_engine();
        if (const auto loaded = snapshots.load(sequence, *engine); !loaded) {
            passed_over(loaded.error().message);
            continue;
        }
        return {std::move(engine), *place};
    }
    return {make_engine(), {}};
}

base::Result<void> check_that_logs_reach_back(
    const Snapshots& snapshots, const std::string& directory, const LogExtent& logs,
    const std::function<std::uint64_t(std::uint64_t sequence)>& record_at) {
    if (logs.first_command == 1 && logs.first_event == 1) return {};
    const auto there = snapshots.list();
    if (!there) return std::unexpected(there.error());
    std::string reasons;
    for (const std::uint64_t sequence : *there) {
        const auto place = snapshots.check(sequence);
        const bool fits =
            place && place->sequence + 1 >= logs.first_command &&
            place->events + 1 >= logs.first_event && place->sequence <= logs.last_command &&
            place->events <= logs.last_event && record_at(sequence) == place->record_hash;
        if (fits) return {};
        reasons +=
            fmt::format("\n  passed over: {}",
                        place ? fmt::format("{}: the logs do not reach it, or took another way",
                                            snapshots.path(sequence))
                              : place.error().message);
    }
    return base::error(fmt::format(
        "{} begins with command {} and event {}, and there is no usable snapshot of command {} or "
        "later to start from. Put one back into {}/snapshots from a backup, or restore the whole "
        "folder. Nothing was changed.{}",
        directory, logs.first_command, logs.first_event, logs.first_command, directory, reasons));
}

RetentionFloor retention_floor(
    const Snapshots& snapshots,
    const std::function<std::uint64_t(std::uint64_t sequence)>& record_at) {
    const auto there = snapshots.list();
    if (!there) return {};
    for (auto sequence = there->rbegin(); sequence != there->rend(); ++sequence) {
        const auto place = snapshots.read_place(*sequence);
        if (!place || record_at(place->sequence) != place->record_hash) continue;
        return {place->sequence, snapshots.has_views(*sequence) ? place->events : 0};
    }
    return {};
}

SnapshotPlace newest_place(const Snapshots& snapshots) {
    const auto there = snapshots.list();
    if (!there) return {};
    for (const std::uint64_t sequence : *there)
        if (const auto place = snapshots.read_place(sequence)) return *place;
    return {};
}

}  // namespace bw::node
