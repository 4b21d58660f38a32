#include "buttonwood/tools/log_tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "base/hash.hpp"
#include "buttonwood/runtime/helper_thread.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "codec/registry.hpp"
#include "engine/engine.hpp"
#include "event_store/recovery/read_ahead.hpp"
#include "event_store/store.hpp"
#include "gateway/rest/time_text.hpp"
#include "node/snapshots.hpp"

namespace bw::apps {
namespace {

using event_store::LogKind;
using event_store::LogReader;
using event_store::ReadAhead;
using event_store::RecordView;

int fail(const std::string& message) {
    fmt::print(stderr, "buttonwood: {}\n", message);
    return 1;
}

/// Hashes the events that replay makes and, where a reader of stored events is given, compares
/// them.
class ReplaySink final : public engine::EventSink {
 public:
    /// With the log from event `first` on.
    void compare_with(ReadAhead* stored, std::uint64_t first) {
        stored_ = stored;
        next_compared_ = first;
    }

    /// Events up to here were made before.
    void begin_after(std::uint64_t events) { events_ = events; }

    void begin_command(std::uint64_t timestamp_ns) { timestamp_ns_ = timestamp_ns; }

    void take(std::span<const std::byte> messages, bool last) override {
        while (!messages.empty() && difference_.empty()) {
            codec::MessageHeader header;
            BW_ASSERT(codec::read_header(messages, header));
            const std::size_t size = sizeof header + header.block_length;
            add(messages.first(size), last && size == messages.size());
            messages = messages.subspan(size);
        }
    }

    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] std::uint64_t compared() const { return compared_; }
    /// More events were made than are stored.
    [[nodiscard]] bool stored_ended() const { return stored_ended_; }
    [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }
    [[nodiscard]] const std::string& difference() const { return difference_; }

 private:
    void add(std::span<const std::byte> message, bool ends_command) {
        ++events_;
        hash_.add(events_);
        hash_.add(timestamp_ns_);
        hash_.add(message);
        if (stored_ != nullptr && next_compared_ == events_) compare(message, ends_command);
    }

    void compare(std::span<const std::byte> message, bool ends_command) {
        const RecordView* stored = stored_->poll();
        if (stored == nullptr) {
            stored_ended_ = true;
            return;
        }
        ++compared_;
        ++next_compared_;
        const std::uint32_t note = ends_command ? event_store::note_last_event_of_command : 0;
        if (stored->timestamp_ns == timestamp_ns_ && stored->note == note &&
            std::ranges::equal(stored->message, message))
            return;
        difference_ = fmt::format(
            "event {} differs\n  stored:     {{\"timestamp_ns\":{},{}}}\n  made again: "
            "{{\"timestamp_ns\":{},{}}}",
            events_, stored->timestamp_ns, codec::to_json_members(stored->message), timestamp_ns_,
            codec::to_json_members(message));
    }

    ReadAhead* stored_ = nullptr;
    bool stored_ended_ = false;
    std::uint64_t events_ = 0;
    std::uint64_t compared_ = 0;
    std::uint64_t next_compared_ = 1;
    std::uint64_t timestamp_ns_ = 0;
    base::RunningHash hash_;
    std::string difference_;
};

/// Hash of a command's record; 0: the log does not have it.
std::uint64_t hash_of_command(const LogToolOptions& options, std::uint64_t sequence) {
    auto reader = event_store::open_log(options.directory, LogKind::commands, sequence,
                                        options.shared_directory);
    const RecordView* record = reader ? (*reader)->poll() : nullptr;
    return record != nullptr && record->sequence == sequence ? event_store::hash_of(*record) : 0;
}

/// Where a replay of everything that is kept begins: with nothing, or, when the beginning of the
/// log was removed, with the oldest snapshot that belongs to it.
base::Result<node::PlacedEngine> oldest_engine(const LogToolOptions& options,
                                               engine::EventSink& sink) {
    const auto first = event_store::oldest_sequence(options.directory, LogKind::commands);
    if (!first) return std::unexpected(first.error());
    if (*first == 1) return node::PlacedEngine{std::make_unique<engine::Engine>(sink), {}};
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, options.directory);
    if (!identity) return std::unexpected(identity.error());
    const node::Snapshots snapshots(storage, options.directory, *identity);
    const auto there = snapshots.list();
    if (!there) return std::unexpected(there.error());
    for (auto sequence = there->rbegin(); sequence != there->rend(); ++sequence) {
        const auto place = snapshots.read_place(*sequence);
        if (!place || hash_of_command(options, *sequence) != place->record_hash) continue;
        auto engine = std::make_unique<engine::Engine>(sink);
        if (snapshots.load(*sequence, *engine))
            return node::PlacedEngine{std::move(engine), *place};
    }
    return base::error(fmt::format(
        "the command log in {} begins with command {}, and there is no usable snapshot of that "
        "command or a later one: nothing can be replayed. Put one back into {}/snapshots",
        options.directory, *first, options.directory));
}

base::Result<ReplaySummary> replay(const LogToolOptions& options, ReplaySink& sink,
                                   node::PlacedEngine placed, std::uint64_t total) {
    auto commands = event_store::open_log(options.directory, LogKind::commands,
                                          placed.place.sequence + 1, options.shared_directory);
    if (!commands) return std::unexpected(commands.error());
    ReadAhead ahead(std::move(*commands), helper_starter());
    const std::unique_ptr<engine::Engine> engine = std::move(placed.engine);
    sink.begin_after(placed.place.events);
    ProgressBar progress("replaying commands");
    ReplaySummary result;
    result.after = placed.place.sequence;
    const auto start = std::chrono::steady_clock::now();
    std::array<RecordView, engine::Engine::look_ahead_max> batch;
    std::array<std::span<const std::byte>, engine::Engine::look_ahead_max> messages;
    while (const std::size_t count = ahead.poll_batch(batch)) {
        for (std::size_t i = 0; i < count; ++i) messages[i] = batch[i].message;
        engine->look_ahead(std::span(messages).first(count));
        for (const RecordView& command : std::span(batch).first(count)) {
            sink.begin_command(command.timestamp_ns);
            engine->apply(model::SequenceNumber{command.sequence}, command.message);
            if (!sink.difference().empty())
                return base::error(fmt::format("replay is not equal: {}", sink.difference()));
        }
        result.commands += count;
        progress.show_sometimes(result.commands, total);
    }
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!ahead.error().empty()) return base::error(ahead.error());
    engine->verify_invariants();
    result.events = sink.events();
    result.compared = sink.compared();
    result.state_hash = engine->state_hash();
    result.event_hash = sink.hash();
    return result;
}

void print_log(const char* name, const event_store::LogSummary& log) {
    fmt::print("{}: {} records, {} bytes, sequence {} to {}, hash {:016x}\n", name, log.records,
               log.bytes, log.first, log.last, log.hash);
    if (log.torn_tail_bytes != 0)
        fmt::print("{}: an interrupted write of {} bytes at the end; the next start cuts it\n",
                   name, log.torn_tail_bytes);
    if (log.in_memory_only != 0)
        fmt::print(
            "{}: {} records are in shared memory only until the exchange writes or recovers them\n",
            name, log.in_memory_only);
}

void print_seals(const char* name, const event_store::LogSummary& log) {
    if (log.first_segment > 1)
        fmt::print(
            "{}: begins with segment {}; {} of {} segments that were removed have left "
            "their seals\n",
            name, log.first_segment, log.removed_seals, log.first_segment - 1);
    if (log.head_segment != 0)
        fmt::print("{}: {} segments sealed, head {} (segment {}, up to sequence {})\n", name,
                   log.sealed_segments, event_store::to_hex(log.head), log.head_segment,
                   log.head_sequence);
}

/// A head that somebody noted once must still be in the chain of one of the logs.
bool print_head(const std::string& noted, const event_store::LogSummary& commands,
                const event_store::LogSummary& events) {
    const auto wanted = event_store::hash_of_hex(noted);
    for (const auto& [name, log] : {std::pair{"commands", &commands}, std::pair{"events", &events}})
        for (const auto& head : log->heads)
            if (wanted && head.hash == *wanted) {
                fmt::print("{}: unchanged up to sequence {} (segment {}) since head {} was noted\n",
                           name, head.last_sequence, head.segment, noted);
                return true;
            }
    return false;
}

/// The times of the options in nanoseconds; `to` is 0 without one.
struct DumpTimes {
    std::uint64_t from_ns = 0;
    std::uint64_t to_ns = UINT64_MAX;
};

base::Result<DumpTimes> times_of(const DumpOptions& options) {
    DumpTimes times;
    for (const auto& [text, out] : {std::pair{&options.from_time, &times.from_ns},
                                    std::pair{&options.to_time, &times.to_ns}}) {
        if (text->empty()) continue;
        const auto time = gateway::rest::parse_time(*text);
        if (!time)
            return base::error(fmt::format(
                "\"{}\" is no time: write 2026-11-27T09:30:00Z or milliseconds since 1970", *text));
        *out = *time;
    }
    return times;
}

/// Prints until an end; the sequence behind the last record printed.
base::Result<std::uint64_t> print_records(const DumpOptions& options, LogReader& reader,
                                          std::uint64_t to_ns, const char* name) {
    std::uint64_t next = reader.next_sequence();
    for (std::uint64_t printed = 0; printed < options.count; ++printed) {
        const RecordView* record = reader.poll();
        if (record == nullptr || record->timestamp_ns >= to_ns) break;
        fmt::print("{{\"log\":\"{}\",\"sequence\":{},\"timestamp_ns\":{},{}}}\n", name,
                   record->sequence, record->timestamp_ns, codec::to_json_members(record->message));
        next = record->sequence + 1;
    }
    if (!reader.error().empty()) return base::error(reader.error());
    return next;
}

int dump_log(const DumpOptions& options, LogKind kind, const char* name) {
    const auto times = times_of(options);
    if (!times) return fail(times.error().message);
    auto reader = options.from_time.empty()
                      ? event_store::open_log(options.log.directory, kind, options.from,
                                              options.log.shared_directory)
                      : event_store::open_log_at_time(options.log.directory, kind, times->from_ns,
                                                      options.log.shared_directory);
    if (!reader) return fail(reader.error().message);
    const auto printed = print_records(options, **reader, times->to_ns, name);
    return printed ? 0 : fail(printed.error().message);
}

/// Goes on where the reader of that name was left, and notes how far it came once everything is
/// printed.
int dump_for_reader(const DumpOptions& options, LogKind kind, const char* name) {
    platform::Storage& storage = platform::system_storage();
    const platform::SystemClock clock;
    const auto identity = event_store::read_identity(storage, options.log.directory);
    if (!identity) return fail(identity.error().message);
    const event_store::Paths paths(options.log.directory, options.log.shared_directory, *identity);
    auto registered = event_store::RegisteredReader::open({storage, clock, paths, *identity},
                                                          options.reader, kind, options.from);
    if (!registered) return fail(registered.error().message);
    const auto times = times_of(options);
    if (!times) return fail(times.error().message);
    auto reader = event_store::open_log(paths.directory, kind, registered->needs(),
                                        options.log.shared_directory);
    if (!reader) return fail(reader.error().message);
    const auto next = print_records(options, **reader, times->to_ns, name);
    if (!next) return fail(next.error().message);
    if (std::fflush(stdout) != 0) return fail("the records cannot be written; nothing was noted");
    const auto noted = registered->advance(*next, true);
    return noted ? 0 : fail(noted.error().message);
}

}  // namespace

base::Result<ReplaySummary> replay_commands(const LogToolOptions& options) {
    ReplaySink sink;
    auto placed = oldest_engine(options, sink);
    if (!placed) return std::unexpected(placed.error());
    return replay(options, sink, std::move(*placed), 0);
}

int run_replay(const LogToolOptions& options) {
    const auto result = replay_commands(options);
    if (!result) return fail(result.error().message);
    fmt::print(
        "{{\"commands\":{},\"events\":{},\"state_hash\":\"{:016x}\",\"event_hash\":\"{:016x}\","
        "\"seconds\":{:.3f},\"commands_per_second\":{:.0f}}}\n",
        result->commands, result->events, result->state_hash, result->event_hash, result->seconds,
        result->commands_per_second());
    return 0;
}

namespace {

/// Replays what is kept and compares it with the events that are kept.
int verify_replay(const LogToolOptions& options, const event_store::LogSummary& commands,
                  const event_store::LogSummary& events) {
    ReplaySink sink;
    auto placed = oldest_engine(options, sink);
    if (!placed) return fail(placed.error().message);
    const std::uint64_t first =
        std::max(placed->place.events + 1, std::max<std::uint64_t>(events.first, 1));
    auto stored =
        event_store::open_log(options.directory, LogKind::events, first, options.shared_directory);
    if (!stored) return fail(stored.error().message);
    ReadAhead stored_ahead(std::move(*stored), helper_starter());
    sink.compare_with(&stored_ahead, first);
    const auto result = replay(options, sink, std::move(*placed), commands.records);
    if (!result) return fail(result.error().message);
    if (sink.stored_ended() && !stored_ahead.error().empty()) return fail(stored_ahead.error());
    if (result->events < events.last)
        return fail(fmt::format(
            "replay is not equal: the event log holds {} events, but the commands give only {}",
            events.last, result->events));
    if (result->events > events.last)
        fmt::print("events: the last {} of {} are not in the log yet; the next start writes them\n",
                   result->events - events.last, result->events);
    if (result->after != 0)
        fmt::print(
            "replayed from the snapshot of command {}: what is kept from before has been "
            "checked by its seals only\n",
            result->after);
    fmt::print("replay equal: {} commands give {} events; state hash {:016x}\n", result->commands,
               result->events, result->state_hash);
    return 0;
}

}  // namespace

int run_verify(const VerifyOptions& options) {
    const auto commands = event_store::verify_log(options.log.directory, LogKind::commands,
                                                  options.log.shared_directory);
    if (!commands) return fail(commands.error().message);
    print_log("commands", *commands);
    print_seals("commands", *commands);
    const auto events = event_store::verify_log(options.log.directory, LogKind::events,
                                                options.log.shared_directory);
    if (!events) return fail(events.error().message);
    print_log("events", *events);
    print_seals("events", *events);
    for (const std::string& head : options.heads)
        if (!print_head(head, *commands, *events))
            return fail(fmt::format(
                "head {} is in no chain of {}: the log is not the one whose head was noted, or it "
                "was changed and sealed anew",
                head, options.log.directory));
    return verify_replay(options.log, *commands, *events);
}

int run_dump(const DumpOptions& options) {
    if (!options.reader.empty()) {
        if (options.which == "both" || !options.from_time.empty())
            return fail(
                "--reader wants one log (--log commands or --log events), and no --from-time");
        return options.which == "events" ? dump_for_reader(options, LogKind::events, "events")
                                         : dump_for_reader(options, LogKind::commands, "commands");
    }
    if (options.which != "events")
        if (const int status = dump_log(options, LogKind::commands, "commands"); status != 0)
            return status;
    if (options.which != "commands") return dump_log(options, LogKind::events, "events");
    return 0;
}

}  // namespace bw::apps
