#include "buttonwood/snapshot.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "buttonwood/progress.hpp"
#include "codec/header.hpp"
#include "event_store/store.hpp"
#include "exchange/snapshots.hpp"

extern char** environ;

namespace bw::apps {
namespace {

using event_store::LogKind;
using event_store::RecordView;

constexpr std::uint64_t scheduled_min_commands = 100'000;
constexpr int lowest_priority = 19;

int fail(const std::string& message) {
    fmt::print(stderr, "buttonwood: {}\n", message);
    return 1;
}

/// Counts events; their bytes are in the log already.
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

/// The engine of a snapshot, brought up to the end of the log.
class Replica {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<Replica>> open(
        const SnapshotOptions& options, const exchange::Snapshots& snapshots) {
        std::unique_ptr<Replica> replica(new Replica);
        const auto record_at = [&](std::uint64_t sequence) -> std::uint64_t {
            auto reader = event_store::open_log(options.directory, LogKind::commands, sequence,
                                                options.shared_directory);
            const RecordView* record = reader ? (*reader)->poll() : nullptr;
            return record != nullptr && record->sequence == sequence ? exchange::hash_of(*record)
                                                                     : 0;
        };
        auto placed = exchange::engine_from_snapshot(
            snapshots, [&] { return std::make_unique<engine::Engine>(replica->events_); },
            UINT64_MAX, UINT64_MAX, record_at,
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
            place_ = {last.sequence, events_.count, last.timestamp_ns, exchange::hash_of(last)};
            progress.show_sometimes(place_.sequence, place_.sequence);
        }
        if (!commands_->error().empty()) return base::error(commands_->error());
        return {};
    }

    [[nodiscard]] const engine::Engine& engine() const { return *engine_; }
    [[nodiscard]] const exchange::SnapshotPlace& place() const { return place_; }
    [[nodiscard]] const exchange::SnapshotPlace& began() const { return began_; }

 private:
    Replica() = default;

    EventCounter events_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<event_store::LogReader> commands_;
    exchange::SnapshotPlace began_, place_;
};

}  // namespace

int run_snapshot(const SnapshotOptions& options) {
    const auto started = std::chrono::steady_clock::now();
    setpriority(PRIO_PROCESS, 0, lowest_priority);
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, options.directory);
    if (!identity) return fail(identity.error().message);
    exchange::Snapshots snapshots(storage, options.directory, *identity);
    auto replica = Replica::open(options, snapshots);
    if (!replica) return fail(replica.error().message);
    if (auto done = (*replica)->catch_up(); !done) return fail(done.error().message);

    const exchange::SnapshotPlace place = (*replica)->place();
    const std::uint64_t replayed = place.sequence - (*replica)->began().sequence;
    if (replayed < options.min_commands || place.sequence == 0) {
        fmt::print("{} commands since the last snapshot: nothing written\n", replayed);
        return 0;
    }
    const auto bytes = snapshots.write((*replica)->engine(), place);
    if (!bytes) return fail(bytes.error().message);
    EventCounter unused;
    const auto read_back = std::make_unique<engine::Engine>(unused);
    if (const auto loaded = snapshots.load(place.sequence, *read_back); !loaded)
        return fail(fmt::format("the snapshot just written cannot be read back: {}",
                                loaded.error().message));
    if (auto pruned = snapshots.prune(options.keep); !pruned) return fail(pruned.error().message);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    fmt::print(
        "snapshot of command {} (event {}): {} bytes, state hash {:016x}, {} commands replayed, "
        "{:.1f} s\n",
        place.sequence, place.events, *bytes, (*replica)->engine().state_hash(), replayed,
        took.count());
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
    // The signals that end the exchange are blocked here; the child must be free to be ended by them.
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
