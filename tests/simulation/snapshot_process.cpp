#include "simulation/snapshot_process.hpp"

#include <algorithm>

#include "codec/header.hpp"
#include "simulation/places.hpp"

namespace bw::simulation {
namespace {

using event_store::LogKind;
using event_store::LogReader;
using event_store::RecordView;
using node::SnapshotPlace;

/// Counts events; their bytes are in the log already.
class EventCounter final : public engine::EventSink {
 public:
    void take(std::span<const std::byte> messages, bool) override {
        count += differential::split(messages).size();
    }
    std::uint64_t count = 0;
};

}  // namespace

/// The engine of a snapshot, brought up to the end of the log: also commands that are not committed
/// yet, as another process sees them.
struct SnapshotProcess::Replica {
    EventCounter events;
    std::unique_ptr<engine::Engine> engine;
    SnapshotPlace began;
    SnapshotPlace place;
};

void SnapshotProcess::run(const event_store::Identity& identity,
                          const std::function<std::uint64_t()>& faults) {
    const Paths paths = paths_of(identity);
    node::Snapshots snapshots(storage_, data_directory, identity);
    const auto open_commands = [&](std::uint64_t first) {
        auto reader = LogReader::open(storage_, paths, identity.log(LogKind::commands), first);
        if (!reader) violated("the snapshot process cannot read: {}", reader.error().message);
        return std::move(*reader);
    };
    Replica replica;
    auto placed = node::engine_from_snapshot(
        snapshots, [&] { return std::make_unique<engine::Engine>(replica.events, limits_); },
        {.last_command = UINT64_MAX, .last_event = UINT64_MAX},
        [&](std::uint64_t sequence) {
            const auto reader = open_commands(sequence);
            const RecordView* record = reader->poll();
            return record != nullptr && record->sequence == sequence ? event_store::hash_of(*record)
                                                                     : 0;
        },
        [](const std::string&) {});
    replica.engine = std::move(placed.engine);
    replica.began = replica.place = placed.place;
    replica.events.count = placed.place.events;
    check_passed_over(snapshots, replica.began);
    const auto commands = open_commands(replica.began.sequence + 1);
    while (const RecordView* record = commands->poll()) {
        replica.engine->apply(model::SequenceNumber{record->sequence}, record->message);
        replica.place = {record->sequence, replica.events.count, record->timestamp_ns,
                         event_store::hash_of(*record)};
    }
    if (!commands->error().empty()) violated("the snapshot process: {}", commands->error());
    if (replica.place.sequence == replica.began.sequence) return;
    const std::uint64_t faults_before = faults();
    if (!write(snapshots, replica) && faults() == faults_before)
        violated("snapshot {} cannot be written", replica.place.sequence);
    if (faults() == faults_before) check_folder(snapshots);
}

/// False: the disk refused.
bool SnapshotProcess::write(node::Snapshots& snapshots, const Replica& replica) {
    const std::uint64_t sequence = replica.place.sequence;
    if (sequence == ledger_.commands() && replica.engine->state_hash() != ledger_.state_hash())
        violated("at command {} the snapshot process has another state", sequence);
    finished_.erase(sequence);
    if (!snapshots.write(*replica.engine, replica.place)) return false;
    finished_.insert(sequence);
    situations_.met(Situation::snapshot_written);
    EventCounter unused;
    engine::Engine read_back(unused, limits_);
    if (const auto loaded = snapshots.load(sequence, read_back); !loaded)
        violated("the snapshot just written cannot be read back: {}", loaded.error().message);
    const auto there = snapshots.list();
    for (std::size_t i = kept; there && i < there->size(); ++i) finished_.erase((*there)[i]);
    return snapshots.prune(kept).has_value();
}

void SnapshotProcess::check_folder(const node::Snapshots& snapshots) const {
    const auto files = storage_.files_below(std::string(data_directory) + "/snapshots");
    const auto there = snapshots.list();
    if (!there || there->empty() || there->size() > kept)
        violated("{} files are in the folder of snapshots after it was tidied", files.size());
    // A draft of a life whose commands were lost with the machine's memory may be ahead of the
    // newest snapshot, as that of a living writer is.
    const std::string newest = snapshots.path(there->front()) + ".new";
    const auto in_the_way = std::ranges::count_if(
        files, [&](const std::string& file) { return !file.ends_with(".new") || file <= newest; });
    if (static_cast<std::size_t>(in_the_way) != there->size())
        violated("{} files are in the folder of snapshots after it was tidied", files.size());
}

bool SnapshotProcess::belongs_to_this_history(const SnapshotPlace& place) const {
    if (place.sequence > ledger_.commands()) return false;
    const Ledger::Command& command = ledger_.command(place.sequence);
    return command.last_event == place.events && command.timestamp_ns == place.timestamp_ns &&
           event_store::hash_of({place.sequence, command.timestamp_ns, 0, command.message}) ==
               place.record_hash;
}

void SnapshotProcess::check_passed_over(const node::Snapshots& snapshots,
                                        const SnapshotPlace& began) const {
    const auto there = snapshots.list();
    for (const std::uint64_t sequence : there ? *there : std::vector<std::uint64_t>{}) {
        if (sequence <= began.sequence) return;
        const auto place = snapshots.read_place(sequence);
        if (place && belongs_to_this_history(*place) && !storage_.rotten(snapshots.path(sequence)))
            violated("the snapshot process passed over the good snapshot {}", sequence);
    }
}

/// The newest good one that the logs reach must have been used, and nothing else.
void SnapshotProcess::check_start(node::Node& core, bool reads_failed) {
    const event_store::Store& store = core.store();
    const node::Snapshots snapshots(storage_, data_directory, store.identity());
    const std::uint64_t used = core.snapshot_sequence();
    const auto there = snapshots.list();
    if (!there) violated("the snapshots cannot be listed: {}", there.error().message);
    for (const std::uint64_t sequence : finished_)
        if (std::ranges::count(*there, sequence) == 0)
            violated("snapshot {} was written and is not there", sequence);
    std::uint64_t expected = 0;
    for (const std::uint64_t sequence : *there) {
        const bool rotten = storage_.rotten(snapshots.path(sequence));
        const auto place = snapshots.read_place(sequence);
        if (!place && !rotten)
            violated("snapshot {} is not good: {}", sequence, place.error().message);
        const bool reached =
            place && belongs_to_this_history(*place) && place->events <= store.recovery().events;
        if (!rotten && reached) {
            expected = sequence;
            break;
        }
        if (reads_failed && used == sequence) break;
        situations_.met(rotten                          ? Situation::damaged_snapshot_passed_over
                        : sequence > ledger_.commands() ? Situation::snapshot_ahead_of_the_log
                        : place && !belongs_to_this_history(*place)
                            ? Situation::snapshot_of_another_history
                            : Situation::snapshot_ahead_of_the_events);
    }
    if (used > expected || (used != expected && !reads_failed))
        violated("the start used snapshot {} where {} was the newest good one", used, expected);
    if (used == 0) return;
    situations_.met(Situation::started_from_a_snapshot);
    if (used != there->front()) situations_.met(Situation::started_from_an_older_snapshot);
}

}  // namespace bw::simulation
