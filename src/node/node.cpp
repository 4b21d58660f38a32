#include "node/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "codec/commands.hpp"
#include "node/board.hpp"

namespace bw::node {
namespace {

/// Memory for this many open orders is provided at start: 36 MiB.
constexpr std::uint32_t orders_provided = 1u << 19;
constexpr std::uint64_t day_ns = 86'400'000'000'000;
constexpr std::uint64_t retry_full_log_ns = 1'000'000;

/// yyyymmdd of the trading day that ends at `end_ns`: the date of its last nanosecond.
std::uint32_t business_date(std::uint64_t end_ns) {
    const std::chrono::sys_days day{
        std::chrono::days{static_cast<std::int64_t>((end_ns - 1) / day_ns)}};
    const std::chrono::year_month_day date{day};
    return static_cast<std::uint32_t>(static_cast<int>(date.year())) * 10'000 +
           static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day());
}

template <class Message>
sequencer::RingSlot slot_of(const Message& command) {
    codec::Frame<Message> frame;
    frame.body = command;
    const auto bytes = codec::bytes_of(frame);
    sequencer::RingSlot slot{};
    slot.size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(slot.bytes, bytes.data(), bytes.size());
    return slot;
}

sequencer::RingSlot end_day_command(std::uint64_t due_ns) {
    codec::EndDay command{};
    command.business_date = business_date(due_ns);
    return slot_of(command);
}

platform::Storage& storage_of(const event_store::StoreOptions& options) {
    return options.storage != nullptr ? *options.storage : platform::system_storage();
}

/// Trusts seals up to the newest snapshot; if that turns out to be bad, the commands replayed
/// instead are checked as they are read.
void trust_up_to_snapshot(event_store::StoreOptions& options) {
    platform::Storage& storage = storage_of(options);
    const auto identity = event_store::read_identity(storage, options.directory);
    if (!identity) return;
    const SnapshotPlace place = newest_place(Snapshots(storage, options.directory, *identity));
    options.trusted_before_command = place.sequence;
    options.trusted_before_event = place.events;
}

/// A log whose beginning was removed can be continued from a snapshot only.
base::Result<void> check_snapshots(const event_store::StoreOptions& options,
                                   const event_store::RecoveryReport& found) {
    using event_store::LogKind;
    platform::Storage& storage = storage_of(options);
    const auto identity = event_store::read_identity(storage, options.directory);
    if (!identity) return std::unexpected(identity.error());
    const event_store::Paths paths(options.directory, options.shared_directory, *identity);
    const auto hash_at = [&](std::uint64_t sequence) -> std::uint64_t {
        const auto reader = event_store::LogReader::open(
            storage, paths, identity->log(LogKind::commands), sequence);
        const event_store::RecordView* record = reader ? (*reader)->poll() : nullptr;
        return record != nullptr && record->sequence == sequence ? event_store::hash_of(*record)
                                                                 : 0;
    };
    return check_that_logs_reach_back(
        Snapshots(storage, options.directory, *identity), options.directory,
        {found.first_command, found.first_event, found.commands, found.events}, hash_at);
}

}  // namespace

base::Result<std::unique_ptr<Node>> Node::open(const Options& options, const platform::Clock& clock,
                                               const StartProgress& progress) {
    const auto report = [&](std::uint64_t done, std::uint64_t total) {
        if (progress) progress("checking the logs", done, total);
    };
    std::uint64_t last_ns = clock.monotonic_ns();
    const auto lap = [&] {
        const std::uint64_t before_ns = std::exchange(last_ns, clock.monotonic_ns());
        return last_ns - before_ns;
    };
    event_store::StoreOptions store_options = options.store;
    if (options.trust_seals) trust_up_to_snapshot(store_options);
    store_options.before_first_change = [&](const event_store::RecoveryReport& found) {
        return check_snapshots(store_options, found);
    };
    auto store = event_store::Store::open(store_options, report);
    if (!store) return std::unexpected(store.error());

    std::unique_ptr<Node> node(new Node);
    node->directory_ = options.store.directory;
    node->store_ = std::move(*store);
    if (auto made = node->make_rings(options.gateways); !made) return std::unexpected(made.error());
    node->start_times_.logs_ns = lap();

    if (auto made = node->make_engine(options); !made) return std::unexpected(made.error());
    node->start_times_.snapshot_ns = lap();
    if (auto replayed = node->replay(options, progress); !replayed)
        return std::unexpected(replayed.error());
    node->start_times_.replay_ns = lap();

    std::vector<sequencer::GatewayRing*> rings;
    for (const MappedRing& ring : node->rings_) rings.push_back(ring.ring);
    node->sequencer_ = std::make_unique<sequencer::Sequencer>(
        node->store_->commands(), clock, rings, node->store_->last_command_timestamp_ns());
    node->add_day_end_timer(options, clock);
    if (options.first_rules) node->begin_exchange(*options.first_rules, clock.realtime_ns());
    node->guard_.emplace(node->store_->reserve(), node->engine_->figures().storage_scarce);
    return node;
}

/// Loads the engine from the newest good snapshot, or makes a fresh one, and places the log readers
/// after it.
base::Result<void> Node::make_engine(const Options& options) {
    using event_store::LogKind;
    writer_ = std::make_unique<EventWriter>(store_->events(), store_->recovery().events);
    writer_->set_rest(options.rest_while_full);
    PlacedEngine placed = engine_from_snapshot(
        snapshots(), [&] { return std::make_unique<engine::Engine>(*writer_, options.limits); },
        {.last_command = store_->recovery().commands, .last_event = store_->recovery().events},
        [&](std::uint64_t sequence) { return hash_of_command(sequence); },
        [&](const std::string& why) { passed_over_.push_back(why); });
    snapshot_ = placed.place;
    engine_ = std::move(placed.engine);
    engine_->provide_memory(orders_provided);

    if (auto reach = check_that_logs_reach_back(); !reach) return reach;
    auto stored = store_->open_reader(LogKind::events, snapshot_.events + 1);
    if (!stored) return std::unexpected(stored.error());
    writer_->begin_after(snapshot_.events, std::make_unique<event_store::ReadAhead>(
                                               std::move(*stored), options.store.start_helper));
    agent_ =
        std::make_unique<EngineAgent>(*engine_, *writer_, store_->commands(), snapshot_.sequence);
    return {};
}

Snapshots Node::snapshots() const {
    return Snapshots(store_->storage(), directory_, store_->identity());
}

/// 0 if the log does not have the command.
std::uint64_t Node::hash_of_command(std::uint64_t sequence) const {
    auto reader = store_->open_reader(event_store::LogKind::commands, sequence);
    const event_store::RecordView* record = reader ? (*reader)->poll() : nullptr;
    return record != nullptr && record->sequence == sequence ? event_store::hash_of(*record) : 0;
}

/// Checks the snapshot that was chosen and loaded; that there is a usable one was checked before.
base::Result<void> Node::check_that_logs_reach_back() const {
    const event_store::RecoveryReport& report = store_->recovery();
    if (report.first_command <= snapshot_.sequence + 1 &&
        report.first_event <= snapshot_.events + 1)
        return {};
    std::string reasons;
    for (const std::string& why : passed_over_) reasons += "\n  passed over: " + why;
    return base::error(
        fmt::format("{} begins with command {} and event {}, and this program cannot take over a "
                    "snapshot of command {} or later. Put one back into {}/snapshots from a "
                    "backup, or restore the whole folder{}",
                    directory_, report.first_command, report.first_event, report.first_command,
                    directory_, reasons));
}

void Node::allow_retention() const {
    const RetentionFloor floor = retention_floor(
        snapshots(), [&](std::uint64_t sequence) { return hash_of_command(sequence); });
    store_->set_retention_floor(floor.commands, floor.events);
}

/// The store's threads do not run yet. Commands found only in shared memory must be durable before
/// they are applied.
base::Result<void> Node::commit_all() const {
    while (store_->commands().committed_sequence() < store_->recovery().commands)
        if (store_->do_background_work() == 0)
            return base::error("the commands found in shared memory cannot be written");
    return {};
}

base::Result<void> Node::replay(const Options& options, const StartProgress& progress) {
    const std::uint64_t total = store_->recovery().commands;
    if (auto committed = commit_all(); !committed) return committed;
    auto reader = store_->open_reader(event_store::LogKind::commands, snapshot_.sequence + 1);
    if (!reader) return std::unexpected(reader.error());
    event_store::ReadAhead commands(std::move(*reader), options.store.start_helper);
    // Rebuilt events may need more segments than exist.
    writer_->set_while_full([this] { return store_->do_background_work(); });
    std::array<event_store::RecordView, engine::Engine::look_ahead_max> batch;
    while (agent_->applied_sequence() < total) {
        const std::size_t count = commands.poll_batch(batch);
        if (count == 0)
            return base::error(fmt::format("command {} cannot be read: {}",
                                           agent_->applied_sequence() + 1, commands.error()));
        agent_->apply(std::span(batch).first(count));
        if (!writer_->difference().empty())
            return base::error(
                fmt::format("replaying the commands does not give the stored events: {}. The event "
                            "log was written by another "
                            "version of the program or was damaged; run `buttonwood verify DIR`",
                            writer_->difference()));
        if (progress) progress("replaying commands", agent_->applied_sequence(), total);
    }
    writer_->end_comparing();
    writer_->set_while_full({});
    if (writer_->events() < store_->recovery().events)
        return base::error(
            fmt::format("the event log holds {} events but the commands give only {}: commands "
                        "were lost with the machine's "
                        "memory (mode memory). Move the folder `events` away and start again; it "
                        "is rebuilt from the commands",
                        store_->recovery().events, writer_->events()));
    auto following = store_->open_reader(event_store::LogKind::commands, total + 1);
    if (!following) return std::unexpected(following.error());
    agent_->follow(std::move(*following));
    return {};
}

void Node::add_day_end_timer(const Options& options, const platform::Clock& clock) {
    if (!options.day_end_ns) return;
    // The first end of day after the newest command: if it passed while the exchange was down, it
    // is sent at once.
    const std::uint64_t last = store_->last_command_timestamp_ns();
    const std::uint64_t from = last != 0 ? last : clock.realtime_ns();
    std::uint64_t due = from / day_ns * day_ns + *options.day_end_ns % day_ns;
    if (due <= from) due += day_ns;
    sequencer_->add_timer(due, day_ns, end_day_command);
}

/// The first commands of a new data folder: its rules, and yesterday as the last day that ended, so
/// that no order can be good until a day that is over.
void Node::begin_exchange(model::RuleSet rules, std::uint64_t now_ns) {
    const std::uint64_t commands = store_->recovery().commands;
    const engine::Engine::Figures figures = engine_->figures();
    const bool dated =
        figures.accounts != 0 || figures.instruments != 0 || figures.last_business_date != 0;
    if (commands == 0) {
        codec::SetRuleSet command{};
        command.rule_set = rules;
        sequencer_->put_first(slot_of(command));
    }
    if (commands <= 1 && !dated) {  // 1: it died between the two
        codec::SetBusinessDate command{};
        command.business_date = business_date(now_ns - day_ns);
        sequencer_->put_first(slot_of(command));
    }
}

std::size_t Node::do_work() {
    watch_storage();
    const std::size_t done = sequencer_->do_work() + finish_work();
    if (append_ != nullptr && done > 0) note_turn();
    return done;
}

std::uint64_t Node::nothing_due_ns(std::uint64_t realtime_ns, std::uint64_t most_ns) const {
    // nobody says when the log has room again
    if (sequencer_->holds_batch() || sequencer_->owes_first())
        return std::min(most_ns, retry_full_log_ns);
    const std::uint64_t timer_ns = sequencer_->next_timer_ns();
    return std::min(most_ns, timer_ns - std::min(timer_ns, realtime_ns));
}

void Node::watch_storage() {
    const StorageGuard::Room now = room();
    if (append_ != nullptr) {  // also without commands: a new segment comes by itself
        (*append_)[0].sure_room.set(now.commands);
        (*append_)[1].sure_room.set(now.events);
    }
    if (sequencer_->owes_first()) return;
    if (const auto scarce = guard_->look(now))
        sequencer_->put_first(storage_state_command(*scarce));
}

StorageGuard::Room Node::room() const {
    return {.commands = store_->sure_room(event_store::LogKind::commands),
            .events = store_->sure_room(event_store::LogKind::events),
            .waiting_commands = store_->commands().appended_sequence() - agent_->applied_sequence(),
            .next_segment_fails = store_->preparation_fails()};
}

std::size_t Node::finish_work() { return store_->commands().do_work() + agent_->do_work(); }

void Node::observe(observe::Page* page, const platform::Clock& clock) {
    store_->observe(page);
    sequencer_->observe(page != nullptr ? &page->sequencer : nullptr);
    agent_->observe(page != nullptr ? &page->engine : nullptr, &clock);
    append_ = page != nullptr ? &page->append : nullptr;
    if (append_ != nullptr) note_turn();
}

void Node::note_turn() {
    auto& [commands, events] = *append_;
    commands.sequence.set(store_->commands().appended_sequence());
    commands.bytes.set(store_->appended_bytes(event_store::LogKind::commands));
    commands.committed_sequence.set(store_->commands().committed_sequence());
    events.sequence.set(store_->events().appended_sequence());
    events.bytes.set(store_->appended_bytes(event_store::LogKind::events));
}

/// Commands left in a killed process's rings were never sequenced, and so never acknowledged: every
/// start makes empty rings. That process's board goes first: while it exists, gateways may take
/// rings.
base::Result<void> Node::make_rings(std::size_t count) {
    const std::string board = board_path(store_->shared_directory());
    if (store_->storage().exists(board))
        if (auto removed = store_->storage().remove(board); !removed) return removed;
    for (std::size_t i = 0; i < count; ++i) {
        MappedRing ring{ring_path(store_->shared_directory(), i), nullptr, nullptr};
        platform::Storage& storage = store_->storage();
        if (storage.exists(ring.path))
            if (auto removed = storage.remove(ring.path); !removed) return removed;
        auto file = storage.create_mapped(ring.path, sizeof(sequencer::GatewayRing));
        if (!file) return std::unexpected(file.error());
        ring.file = std::move(*file);
        ring.ring = new (ring.file->writable().data()) sequencer::GatewayRing;
        rings_.push_back(std::move(ring));
    }
    return {};
}

void Node::close() {
    for (const MappedRing& ring : rings_) static_cast<void>(store_->storage().remove(ring.path));
    store_->close();
}

bool Node::idle() {
    return sequencer_->rings_drained() && !sequencer_->holds_batch() && applied_everything();
}

bool Node::applied_everything() const {
    return agent_->applied_sequence() == store_->commands().appended_sequence();
}

}  // namespace bw::node
