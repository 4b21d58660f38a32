#include "buttonwood/tools/snapshot.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/view_snapshot.hpp"
#include "codec/header.hpp"
#include "event_store/snapshots/reader_start.hpp"
#include "event_store/store.hpp"
#include "node/snapshots.hpp"
#include "platform/thread.hpp"

extern char** environ;

namespace bw::apps {
namespace {

using event_store::LogKind;
using event_store::RecordView;

constexpr std::uint64_t scheduled_min_commands = 100'000;
constexpr int lowest_priority = 19;
constexpr auto event_patience = std::chrono::seconds(10);  // if the exchange writes no event

/// Counts events; their bytes are already in the log.
class EventCounter final : public engine::EventSink {
 public:
    void take(std::span<const std::byte> messages, bool) override {
        codec::MessageHeader header;
        while (codec::read_header(messages, header)) {
            ++count;
            messages =
                messages.subspan(std::min(messages.size(), sizeof header + header.block_length));
        }
    }
    std::uint64_t count = 0;
};

/// The engine of a snapshot, with all later commands of the log applied.
class Replica {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<Replica>> open(
        const SnapshotOptions& options, const node::Snapshots& snapshots) {
        std::unique_ptr<Replica> replica(new Replica);
        const auto record_at = [&](std::uint64_t sequence) -> std::uint64_t {
            auto reader = event_store::open_log(options.directory, LogKind::commands, sequence,
                                                options.shared_directory);
            const RecordView* record = reader ? (*reader)->poll() : nullptr;
            return record != nullptr && record->sequence == sequence ? event_store::hash_of(*record)
                                                                     : 0;
        };
        auto placed = node::engine_from_snapshot(
            snapshots, [&] { return std::make_unique<engine::Engine>(replica->events_); },
            {.last_command = UINT64_MAX, .last_event = UINT64_MAX}, record_at,
            [](const std::string& why) {
                fmt::print(stderr, "buttonwood: passed over {}\n", why);
            });
        replica->engine_ = std::move(placed.engine);
        replica->began_ = replica->place_ = placed.place;
        replica->events_.count = placed.place.events;
        auto commands = event_store::open_log(options.directory, LogKind::commands,
                                              placed.place.sequence + 1, options.shared_directory);
        if (!commands) return std::unexpected(commands.error());
        replica->commands_ = std::move(*commands);
        return replica;
    }

    base::Result<void> catch_up() {
        ProgressBar progress("replaying commands");
        std::array<RecordView, engine::Engine::look_ahead_max> batch;
        std::array<std::span<const std::byte>, engine::Engine::look_ahead_max> messages;
        while (const std::size_t count = commands_->poll_batch(batch)) {
            for (std::size_t i = 0; i < count; ++i) messages[i] = batch[i].message;
            engine_->look_ahead(std::span(messages).first(count));
            for (const RecordView& command : std::span(batch).first(count))
                engine_->apply(model::SequenceNumber{command.sequence}, command.message);
            const RecordView& last = batch[count - 1];
            place_ = {last.sequence, events_.count, last.timestamp_ns, event_store::hash_of(last)};
            progress.show_sometimes(place_.sequence, place_.sequence);
        }
        if (!commands_->error().empty()) return base::error(commands_->error());
        return {};
    }

    [[nodiscard]] const engine::Engine& engine() const { return *engine_; }
    [[nodiscard]] const node::SnapshotPlace& place() const { return place_; }
    [[nodiscard]] const node::SnapshotPlace& began() const { return began_; }

 private:
    Replica() = default;

    EventCounter events_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<event_store::LogReader> commands_;
    node::SnapshotPlace began_, place_;
};

/// Writes the engine's snapshot first, then the readers' at the same place, so that only one of the
/// two is in memory.
class Maker {
 public:
    Maker(const SnapshotOptions& options, const event_store::Identity& identity)
        : options_(options),
          identity_(identity),
          engines_(storage_, options.directory, identity),
          views_(storage_, options.directory, identity) {}

    /// The place of the newest snapshot, made in this run or before; zeros: there is none, and none
    /// is due.
    [[nodiscard]] base::Result<node::SnapshotPlace> engine();
    /// Writes the readers' snapshot at the place of the engine's, unless it exists.
    [[nodiscard]] base::Result<void> readers(const node::SnapshotPlace& place);
    [[nodiscard]] base::Result<void> prune();

 private:
    using Clock = std::chrono::steady_clock;
    static double seconds_since(Clock::time_point begin) {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    }
    [[nodiscard]] base::Result<void> write_engine(const Replica& replica, Clock::time_point began);
    [[nodiscard]] event_store::EventSource events() const;
    [[nodiscard]] std::unique_ptr<AllReaders> new_readers() const;
    [[nodiscard]] base::Result<std::uint64_t> read_up_to(AllReaders& readers,
                                                         event_store::ReaderStart& start,
                                                         event_store::SnapshotPlace& place) const;

    const SnapshotOptions& options_;
    event_store::Identity identity_;
    platform::Storage& storage_ = platform::system_storage();
    node::Snapshots engines_;
    event_store::ViewSnapshots views_;
};

base::Result<node::SnapshotPlace> Maker::engine() {
    const auto began = Clock::now();
    auto replica = Replica::open(options_, engines_);
    if (!replica) return std::unexpected(replica.error());
    if (auto done = (*replica)->catch_up(); !done) return std::unexpected(done.error());
    const node::SnapshotPlace place = (*replica)->place();
    const std::uint64_t replayed = place.sequence - (*replica)->began().sequence;
    if (replayed < options_.min_commands || place.sequence == 0) {
        fmt::print("{} commands since the last snapshot: nothing written\n", replayed);
        return (*replica)->began();
    }
    if (auto written = write_engine(**replica, began); !written)
        return std::unexpected(written.error());
    return place;
}

base::Result<void> Maker::write_engine(const Replica& replica, Clock::time_point began) {
    const node::SnapshotPlace place = replica.place();
    const auto bytes = engines_.write(replica.engine(), place);
    if (!bytes) return std::unexpected(bytes.error());
    EventCounter unused;
    const auto read_back = std::make_unique<engine::Engine>(unused);
    if (const auto loaded = engines_.load(place.sequence, *read_back); !loaded)
        return base::error(fmt::format("the snapshot just written cannot be read back: {}",
                                       loaded.error().message));
    fmt::print(
        "snapshot of command {} (event {}): {} bytes, state hash {:016x}, {} commands replayed, "
        "{:.1f} s\n",
        place.sequence, place.events, *bytes, replica.engine().state_hash(),
        place.sequence - replica.began().sequence, seconds_since(began));
    return {};
}

event_store::EventSource Maker::events() const {
    return {storage_, options_.directory, identity_, UINT64_MAX, [this](std::uint64_t first) {
                return event_store::open_log(options_.directory, LogKind::events, first,
                                             options_.shared_directory);
            }};
}

std::unique_ptr<AllReaders> Maker::new_readers() const {
    return std::make_unique<AllReaders>([this](model::SequenceNumber number) {
        const auto reader = event_store::open_log(options_.directory, LogKind::commands,
                                                  number.value(), options_.shared_directory);
        const RecordView* record = reader ? (*reader)->poll() : nullptr;
        return record != nullptr ? std::vector(record->message.begin(), record->message.end())
                                 : std::vector<std::byte>{};
    });
}

/// Returns the number of events read. The exchange writes an event shortly after the command that
/// this replica has already applied.
base::Result<std::uint64_t> Maker::read_up_to(AllReaders& readers, event_store::ReaderStart& start,
                                              event_store::SnapshotPlace& place) const {
    ProgressBar progress("reading events");
    auto patience = Clock::now() + event_patience;
    std::uint64_t applied = start.place.events;
    while (applied < place.events) {
        const RecordView* record = start.records->poll();
        if (record == nullptr) {
            if (!start.records->error().empty()) return base::error(start.records->error());
            if (Clock::now() > patience)
                return base::error(fmt::format("the event log ends at event {}, before event {}",
                                               applied, place.events));
            platform::sleep_for_ns(10'000'000);
            continue;
        }
        const bool last = record->sequence == place.events;
        if (last && !record->ends_command())
            return base::error(fmt::format(
                "event {} is not the last one of its command, as it is for the engine; run "
                "`buttonwood verify {}`",
                place.events, options_.directory));
        readers.apply(*record);
        applied = record->sequence;
        if (last) place.record_hash = event_store::hash_of(*record);
        if (applied % 65'536 == 0) patience = Clock::now() + event_patience;
        progress.show_sometimes(applied, place.events);
    }
    return applied - start.place.events;
}

base::Result<void> Maker::readers(const node::SnapshotPlace& at) {
    if (at.sequence == 0 || views_.read_place(at.sequence)) return {};
    const auto began = Clock::now();
    event_store::SnapshotPlace place = at;
    auto readers = new_readers();
    event_store::EventSource source = events();
    source.stored = place.events - 1;  // an existing snapshot of that place could not be read
    auto start = event_store::start_readers(source, readers->sections());
    if (!start) return std::unexpected(start.error());
    const auto read = read_up_to(*readers, *start, place);
    if (!read) return std::unexpected(read.error());
    const auto bytes = views_.write(place, readers->sections());
    if (!bytes) return std::unexpected(bytes.error());
    readers = new_readers();
    if (const auto loaded = views_.load(place.sequence, readers->sections()); !loaded)
        return std::unexpected(loaded.error());
    if (const auto equal = views_.compare(place.sequence, readers->sections()); !equal)
        return equal;
    fmt::print("readers at event {}: {} bytes, {} events read, {:.1f} s\n", place.events, *bytes,
               *read, seconds_since(began));
    return {};
}

base::Result<void> Maker::prune() {
    if (auto pruned = engines_.prune(options_.keep); !pruned) return pruned;
    const auto kept = engines_.list();
    if (!kept) return std::unexpected(kept.error());
    return views_.prune(*kept);
}

}  // namespace

int run_snapshot(const SnapshotOptions& options) {
    setpriority(PRIO_PROCESS, 0, lowest_priority);
    const auto identity = event_store::read_identity(platform::system_storage(), options.directory);
    if (!identity) return fail(identity.error().message);
    Maker maker(options, *identity);
    const auto place = maker.engine();
    if (!place) return fail(place.error().message);
    if (const auto made = maker.readers(*place); !made)
        return fail(fmt::format("the engine's snapshot is there, but not that of the readers: {}",
                                made.error().message));
    if (const auto pruned = maker.prune(); !pruned) return fail(pruned.error().message);
    return 0;
}

SnapshotSchedule::~SnapshotSchedule() {
    if (process_ == 0) return;
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
}

void SnapshotSchedule::do_work() {
    if (interval_.count() == 0) return;
    if (process_ != 0) {
        int status = 0;
        if (waitpid(process_, &status, WNOHANG) != process_) return;
        process_ = 0;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            fmt::print(stderr,
                       "buttonwood: the snapshot was not made; it is tried again in {} minutes\n",
                       interval_.count());
    }
    if (std::chrono::steady_clock::now() - last_ < interval_) return;
    last_ = std::chrono::steady_clock::now();
    start();
}

void SnapshotSchedule::start() {
    const std::string min_commands = std::to_string(scheduled_min_commands);
    const std::string keep = std::to_string(options_.keep);
    std::array<const char*, 10> arguments{"buttonwood",
                                          "snapshot",
                                          options_.directory.c_str(),
                                          "--shared-dir",
                                          options_.shared_directory.c_str(),
                                          "--keep",
                                          keep.c_str(),
                                          "--min-commands",
                                          min_commands.c_str(),
                                          nullptr};
    // The parent blocks the signals that end it; the child must receive them.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t child = 0;
    const int failed = posix_spawn(&child, "/proc/self/exe", nullptr, &attributes,
                                   const_cast<char**>(arguments.data()), environ);
    posix_spawnattr_destroy(&attributes);
    if (failed == 0) process_ = child;
}

}  // namespace bw::apps
