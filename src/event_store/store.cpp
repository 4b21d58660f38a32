#include "event_store/store.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "event_store/archive/keeper.hpp"
#include "event_store/epoch.hpp"
#include "event_store/recovery/log_recovery.hpp"
#include "telemetry/log.hpp"

namespace bw::event_store {
namespace {

using base::Result;

const platform::SystemClock system_clock;

Result<Identity> identity_of(platform::Storage& storage, const platform::Clock& clock,
                             const StoreOptions& options, bool& created) {
    if (storage.exists(Paths::identity(options.directory))) {
        auto identity = read_identity(storage, options.directory);
        if (identity && identity->node != options.node)
            return base::error(
                fmt::format("{} belongs to node {}, not to node {}. Use that node's own directory.",
                            options.directory, identity->node, options.node));
        return identity;
    }
    for (const char* part : {"/commands", "/events"})
        if (storage.exists(options.directory + part))
            return base::error(
                fmt::format("{} has logs but no file `identity`. Restore that file from a backup; "
                            "nothing was changed.",
                            options.directory));
    created = true;
    platform::SystemRandom system_random;
    platform::Random& random = options.random != nullptr ? *options.random : system_random;
    return create_identity(storage, options.directory, options.node, random, clock);
}

/// Sets the mark of a segment in shared memory. Readers that have a retired file mapped reopen it
/// by name.
void set_retired(std::byte* segment, bool retired) {
    __atomic_store_n(reinterpret_cast<std::uint32_t*>(segment + offsetof(SegmentHeader, retired)),
                     retired ? 1u : 0u, __ATOMIC_RELEASE);
}

/// Removes every shared file of a log outside [first, last].
Result<void> remove_shared_outside(platform::Storage& storage, const Paths& paths, LogKind kind,
                                   std::uint64_t first, std::uint64_t last) {
    const auto names = storage.list(paths.shared);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (!name.starts_with(name_of(kind))) continue;
        bool wanted = false;
        for (std::uint64_t index = first; index <= last; ++index)
            wanted = wanted || name == shared_name(kind, index);
        if (wanted) continue;
        const std::string path = paths.shared + "/" + name;
        if (auto mapped = storage.open_mapped(path);
            mapped && (*mapped)->bytes().size() >= segment_header_bytes)
            set_retired((*mapped)->writable().data(), true);
        if (auto removed = storage.remove(path); !removed) return removed;
    }
    return {};
}

/// Creates a shared segment from the durable file (after a reboot, or if shared memory held another
/// history).
Result<std::unique_ptr<platform::MappedFile>> rebuild_shared(platform::Storage& storage,
                                                             const Paths& paths, LogKind kind,
                                                             const RecoveredLog& log) {
    const std::string path = paths.shared_segment(kind, log.durable.end.segment);
    auto mapped = storage.create_mapped(path + ".new", log.durable.segment_bytes);
    if (!mapped) return mapped;
    std::memcpy((*mapped)->writable().data(), log.cut.kept.data(), log.cut.kept.size());
    if (auto renamed = storage.rename(path + ".new", path); !renamed)
        return std::unexpected(renamed.error());
    return mapped;
}

/// Maps a shared segment that survived the process, and clears a record that was never completed.
Result<std::unique_ptr<platform::MappedFile>> adopt_shared(platform::Storage& storage,
                                                           const Paths& paths, LogKind kind,
                                                           std::uint64_t index,
                                                           const LogPosition& end) {
    auto mapped = storage.open_mapped(paths.shared_segment(kind, index));
    // An interrupted start may have retired it.
    if (mapped) set_retired((*mapped)->writable().data(), false);
    if (!mapped || index != end.segment) return mapped;
    const std::span<std::byte> rest = (*mapped)->writable().subspan(end.offset);
    std::memset(rest.data(), 0, rest.size());
    return mapped;
}

}  // namespace

/// Everything a store owns, in the order of construction.
class Store::Parts {
 public:
    Parts(const StoreOptions& options, std::unique_ptr<platform::FileLock> lock,
          const Identity& identity)
        : options_(options),
          storage_(options.storage != nullptr ? *options.storage : platform::system_storage()),
          clock_(options.clock != nullptr ? *options.clock : system_clock),
          lock_(std::move(lock)),
          identity_(identity),
          paths_(options.directory, options.shared_directory, identity) {}

    Result<void> recover(bool created, const Progress& progress) {
        report_.created = created;
        if (auto known = Epoch::check_file(storage_, paths_); !known) return known;
        if (auto held = hold_shared_memory(); !held) return held;
        RecoveredLog commands;
        RecoveredLog events;
        if (auto judged = judge_logs(commands, events, progress); !judged) return judged;
        fill_report(commands, events);
        if (options_.before_first_change)
            if (auto wanted = options_.before_first_change(report_); !wanted) return wanted;
        return take_over(commands, events);
    }

    void close() {
        command_writer_->finish();
        event_writer_->finish();
        for (LogKind kind : {LogKind::commands, LogKind::events})
            if (auto removed = remove_shared_outside(storage_, paths_, kind, 1, 0); !removed)
                telemetry::log_event(telemetry::Event::segment_not_removed,
                                     {.message = removed.error().message});
        static_cast<void>(storage_.remove(paths_.shared + "/lock"));
        // fails, and the folder stays, if it is not empty
        static_cast<void>(storage_.remove(paths_.shared));
    }

    StoreOptions options_;
    platform::Storage& storage_;
    const platform::Clock& clock_;
    std::unique_ptr<platform::FileLock> lock_;
    std::unique_ptr<platform::FileLock> shared_lock_;
    Identity identity_;
    Paths paths_;
    RecoveryReport report_;
    DiskTurn turn_;
    std::unique_ptr<SegmentWindow> command_window_;
    std::unique_ptr<SegmentWindow> event_window_;
    std::unique_ptr<DurableWriter> command_writer_;
    std::unique_ptr<DurableWriter> event_writer_;
    std::unique_ptr<LocalLog> commands_;
    std::unique_ptr<EventLogWriter> events_;
    std::unique_ptr<Preparer> preparer_;
    std::unique_ptr<Keeper> keeper_;
    std::optional<Epoch> epoch_;
    std::array<BackgroundTask, 4> tasks_;

 private:
    /// Changes nothing in the folder.
    Result<void> judge_logs(RecoveredLog& commands, RecoveredLog& events,
                            const Progress& progress) {
        std::optional<DurableState> events_found;
        const std::function<void()> join = scan_events_in_helper(events_found);
        auto judged = judge_log(
            storage_, paths_, identity_.log(LogKind::commands),
            {options_.segment_bytes, scan_options(LogKind::commands, progress, no_limit), {}});
        if (join) join();
        if (!judged) return std::unexpected(judged.error());
        commands = std::move(*judged);
        const std::uint64_t limit = commands.end.last_sequence();
        judged = judge_log(storage_, paths_, identity_.log(LogKind::events),
                           {options_.segment_bytes, scan_options(LogKind::events, progress, limit),
                            std::move(events_found)});
        if (!judged) return std::unexpected(judged.error());
        events = std::move(*judged);
        return {};
    }

    /// Both logs are judged. From here on the folder is changed, and only a disk error can stop the
    /// start.
    Result<void> take_over(RecoveredLog& commands, RecoveredLog& events) {
        for (const LogKind kind : {LogKind::commands, LogKind::events})
            if (auto made = storage_.create_directories(paths_.durable(kind)); !made) return made;
        if (auto synced = storage_.sync_directory(paths_.directory); !synced) return synced;
        if (auto begun = begin_epoch(); !begun) return begun;
        for (const auto& [kind, log] :
             {std::pair{LogKind::commands, &commands}, std::pair{LogKind::events, &events}})
            if (auto ready = make_ready(storage_, paths_, identity_.log(kind), options_.mode, *log);
                !ready)
                return ready;
        if (auto opened = open_commands(commands); !opened) return opened;
        if (auto opened = open_events(events); !opened) return opened;
        make_keeper(commands.durable.begin, events.durable.begin);
        make_tasks();
        return {};
    }

    /// Locks the shared-memory folder. A copy of a data folder has the same identity and so the
    /// same shared memory: it must not take that from the original.
    Result<void> hold_shared_memory() {
        if (auto made = storage_.create_directories(paths_.shared); !made) return made;
        auto held = storage_.lock(paths_.shared + "/lock");
        if (!held)
            return base::error(fmt::format(
                "{} If {} is a copy of the folder of an exchange that runs on this machine: only "
                "one of the two can run here.",
                held.error().message, paths_.directory));
        shared_lock_ = std::move(*held);
        return {};
    }

    /// Fills `found` in a helper thread if options allow one; the returned function waits for it.
    /// On an error `found` stays empty, and judge_log() finds the error again.
    std::function<void()> scan_events_in_helper(std::optional<DurableState>& found) {
        if (!options_.start_helper) return {};
        return options_.start_helper([this, &found] {
            auto state = scan_durable(storage_, paths_, identity_.log(LogKind::events),
                                      scan_options(LogKind::events, {}, no_limit));
            if (state) found = std::move(*state);
        });
    }

    [[nodiscard]] ScanOptions scan_options(LogKind kind, const Progress& progress,
                                           std::uint64_t command_limit) const {
        ScanOptions scan;
        scan.progress = progress;
        scan.command_limit = command_limit;
        scan.trusted_before = kind == LogKind::commands ? options_.trusted_before_command
                                                        : options_.trusted_before_event;
        return scan;
    }

    Result<std::unique_ptr<SegmentWindow>> open_window(LogKind kind, const RecoveredLog& log) {
        const std::uint64_t first = log.durable.end.segment;
        const bool continued = log.continued();
        if (auto removed = remove_shared_outside(storage_, paths_, kind, first,
                                                 continued ? log.end.segment : 0);
            !removed)
            return std::unexpected(removed.error());
        auto window = std::make_unique<SegmentWindow>(identity_.log(kind), first);
        for (std::uint64_t index = first; index <= log.end.segment; ++index) {
            auto mapped = continued ? adopt_shared(storage_, paths_, kind, index, log.end)
                                    : rebuild_shared(storage_, paths_, kind, log);
            if (!mapped) return std::unexpected(mapped.error());
            window->put(index, std::move(*mapped));
        }
        return window;
    }

    Result<void> open_commands(const RecoveredLog& log) {
        auto window = open_window(LogKind::commands, log);
        if (!window) return std::unexpected(window.error());
        command_window_ = std::move(*window);
        auto mark =
            CommitMark::open(storage_, paths_.mark(), identity_.log(LogKind::commands).seed());
        if (!mark) return std::unexpected(mark.error());
        auto writer =
            DurableWriter::open({storage_, clock_, paths_, *command_window_, options_.mode,
                                 log.durable.end, std::move(*mark), &*epoch_, &turn_});
        if (!writer) return std::unexpected(writer.error());
        command_writer_ = std::move(*writer);
        commands_ =
            std::make_unique<LocalLog>(*command_window_, log.end, *command_writer_, options_.mode);
        return {};
    }

    Result<void> open_events(const RecoveredLog& log) {
        auto window = open_window(LogKind::events, log);
        if (!window) return std::unexpected(window.error());
        event_window_ = std::move(*window);
        auto writer =
            DurableWriter::open({storage_, clock_, paths_, *event_window_, Durability::memory,
                                 log.durable.end, std::nullopt, &*epoch_, &turn_});
        if (!writer) return std::unexpected(writer.error());
        event_writer_ = std::move(*writer);
        events_ = std::make_unique<EventLogWriter>(*event_window_, log.end);
        return {};
    }

    void make_tasks() {
        preparer_ = std::make_unique<Preparer>(
            Preparer::Setup{storage_, clock_, paths_, options_.segment_bytes, options_.mode,
                            options_.kept_shared_segments, &turn_},
            std::vector<SegmentWindow*>{command_window_.get(), event_window_.get()});
        tasks_ = {
            BackgroundTask{"bw-cmd-disk", options_.mode == Durability::sync ? -10 : 0,
                           [this](std::stop_token stop) { command_writer_->run(std::move(stop)); },
                           [this] { return command_writer_->do_turn(); }},
            BackgroundTask{"bw-event-disk", 5,
                           [this](std::stop_token stop) { event_writer_->run(std::move(stop)); },
                           [this] { return event_writer_->do_turn(); }},
            BackgroundTask{"bw-segments", 5,
                           [this](std::stop_token stop) { preparer_->run(std::move(stop)); },
                           [this] { return preparer_->do_work(); }},
            BackgroundTask{"bw-keeper", 15,
                           [this](std::stop_token stop) { keeper_->run(std::move(stop)); },
                           [this] { return keeper_->do_work(); }}};
    }

    void make_keeper(const LogBegin& commands, const LogBegin& events) {
        keeper_ = std::make_unique<Keeper>(
            Keeper::Setup{storage_, clock_, paths_, options_.retention,
                          options_.kept_shared_segments, turn_},
            Keeper::Log{*command_window_, commands}, Keeper::Log{*event_window_, events});
    }

    Result<void> begin_epoch() {
        platform::SystemRandom system_random;
        auto epoch = Epoch::begin(storage_, paths_,
                                  options_.random != nullptr ? *options_.random : system_random);
        if (!epoch) return std::unexpected(epoch.error());
        epoch_ = *epoch;
        report_.epoch = epoch->number();
        return {};
    }

    void fill_report(const RecoveredLog& commands, const RecoveredLog& events) {
        report_.commands = commands.end.last_sequence();
        report_.events = events.end.last_sequence();
        report_.first_command = commands.durable.begin.first_sequence;
        report_.first_event = events.durable.begin.first_sequence;
        report_.trusted_segments =
            commands.durable.trusted_segments + events.durable.trusted_segments;
        report_.commands_cut_bytes = commands.durable.torn_bytes;
        report_.events_cut_bytes = events.durable.torn_bytes;
        report_.commands_from_memory =
            commands.end.last_sequence() - commands.durable.end.last_sequence();
        report_.events_from_memory =
            events.end.last_sequence() - events.durable.end.last_sequence();
    }
};

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, const Progress& progress) {
    if (options.segment_bytes < min_segment_bytes ||
        options.segment_bytes % platform::disk_block != 0)
        return base::error(
            fmt::format("segment size {} is not a multiple of {} of at least {} bytes",
                        options.segment_bytes, platform::disk_block, min_segment_bytes));
    if (options.kept_shared_segments < 2 ||
        options.kept_shared_segments > SegmentWindow::capacity - 2)
        return base::error(fmt::format("the number of shared segments to keep must be 2 to {}",
                                       SegmentWindow::capacity - 2));
    platform::Storage& storage =
        options.storage != nullptr ? *options.storage : platform::system_storage();
    if (auto made = storage.create_directories(options.directory); !made)
        return std::unexpected(made.error());
    auto lock = storage.lock(Paths::lock(options.directory));
    if (!lock) return std::unexpected(lock.error());
    bool created = false;
    const auto identity = identity_of(
        storage, options.clock != nullptr ? *options.clock : system_clock, options, created);
    if (!identity) return std::unexpected(identity.error());

    auto parts = std::make_unique<Parts>(options, std::move(*lock), *identity);
    if (auto recovered = parts->recover(created, progress); !recovered)
        return std::unexpected(recovered.error());
    return std::unique_ptr<Store>(new Store(std::move(parts)));
}

CommandLog& Store::commands() { return *parts_->commands_; }
EventLogWriter& Store::events() { return *parts_->events_; }
std::span<const BackgroundTask> Store::background() const { return parts_->tasks_; }
std::size_t Store::do_background_work() {
    const std::size_t written =
        parts_->command_writer_->do_work() + parts_->event_writer_->do_work();
    return written != 0 ? written
                        : parts_->preparer_
                              ->do_work();  // zeroing a new segment is slow: only if it is needed
}
const RecoveryReport& Store::recovery() const { return parts_->report_; }
const Identity& Store::identity() const { return parts_->identity_; }
Durability Store::mode() const { return parts_->options_.mode; }
std::uint64_t Store::last_command_timestamp_ns() const {
    return parts_->commands_->last_timestamp_ns();
}
std::uint64_t Store::durable_command_sequence() const {
    return parts_->command_writer_->durable_sequence();
}
std::uint64_t Store::appended_bytes(LogKind kind) const {
    return kind == LogKind::commands ? parts_->commands_->appended_bytes()
                                     : parts_->events_->appended_bytes();
}
std::uint64_t Store::sure_room(LogKind kind) const {
    return kind == LogKind::commands ? parts_->commands_->sure_room()
                                     : parts_->events_->sure_room();
}
bool Store::begin_next_segment(LogKind kind) {
    return kind == LogKind::commands ? parts_->commands_->begin_next_segment()
                                     : parts_->events_->begin_next_segment();
}
std::uint64_t Store::reserve() const { return parts_->options_.segment_bytes / 2; }
bool Store::preparation_fails() const { return parts_->preparer_->failing(); }
void Store::wake_lazy_writers() {
    parts_->event_writer_->wake_up().wake();
    if (parts_->options_.mode == Durability::memory) parts_->command_writer_->wake_up().wake();
}
void Store::observe(observe::Page* page) {
    parts_->command_writer_->observe(page != nullptr ? &page->disk[0] : nullptr);
    parts_->event_writer_->observe(page != nullptr ? &page->disk[1] : nullptr);
    parts_->preparer_->observe(page != nullptr ? &page->segments : nullptr);
}
void Store::close() { parts_->close(); }
const std::string& Store::shared_directory() const { return parts_->paths_.shared; }
platform::Storage& Store::storage() const { return parts_->storage_; }

Result<std::unique_ptr<LogReader>> Store::open_reader(LogKind kind,
                                                      std::uint64_t first_sequence) const {
    return LogReader::open(parts_->storage_, parts_->paths_, parts_->identity_.log(kind),
                           first_sequence);
}

Result<std::uint64_t> Store::oldest_sequence(LogKind kind) const {
    const auto begin = read_begin(parts_->storage_, parts_->paths_, parts_->identity_.log(kind));
    if (!begin) return std::unexpected(begin.error());
    return begin->first_sequence;
}

Result<RegisteredReader> Store::register_reader(const std::string& name, LogKind kind,
                                                std::uint64_t first_sequence) const {
    return RegisteredReader::open(
        {parts_->storage_, parts_->clock_, parts_->paths_, parts_->identity_}, name, kind,
        first_sequence);
}

void Store::set_retention_floor(std::uint64_t command, std::uint64_t event) {
    parts_->keeper_->set_floor(command, event);
}

Result<std::unique_ptr<LogReader>> open_log(const std::string& directory, LogKind kind,
                                            std::uint64_t first_sequence,
                                            const std::string& shared_directory) {
    platform::Storage& storage = platform::system_storage();
    const auto identity = read_identity(storage, directory);
    if (!identity) return std::unexpected(identity.error());
    return LogReader::open(storage, Paths(directory, shared_directory, *identity),
                           identity->log(kind), first_sequence);
}

Result<std::unique_ptr<LogReader>> open_log_at_time(const std::string& directory, LogKind kind,
                                                    std::uint64_t timestamp_ns,
                                                    const std::string& shared_directory) {
    platform::Storage& storage = platform::system_storage();
    const auto identity = read_identity(storage, directory);
    if (!identity) return std::unexpected(identity.error());
    return LogReader::open_at_time(storage, Paths(directory, shared_directory, *identity),
                                   identity->log(kind), timestamp_ns);
}

Result<std::uint64_t> oldest_sequence(const std::string& directory, LogKind kind) {
    platform::Storage& storage = platform::system_storage();
    const auto identity = read_identity(storage, directory);
    if (!identity) return std::unexpected(identity.error());
    const auto begin = read_begin(storage, Paths(directory, "", *identity), identity->log(kind));
    if (!begin) return std::unexpected(begin.error());
    return begin->first_sequence;
}

}  // namespace bw::event_store
