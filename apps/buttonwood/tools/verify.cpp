#include "buttonwood/tools/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "buttonwood/runtime/helper_thread.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/tools/log_replay.hpp"
#include "event_store/store.hpp"

namespace bw::apps {
namespace {

using event_store::LogKind;
using event_store::ReadAhead;

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

/// Finds a noted head in the chains of the logs and prints what it covers. False: it is in neither.
bool print_noted_head(const std::string& noted, const event_store::LogSummary& commands,
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

/// Replays the kept commands and compares the result with the kept events. Returns the exit status.
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
    const auto result = replay_log(options, sink, std::move(*placed), commands.records);
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
        if (!print_noted_head(head, *commands, *events))
            return fail(fmt::format(
                "head {} is in no chain of {}: the head of another log was noted, or this one was "
                "changed and sealed again",
                head, options.log.directory));
    return verify_replay(options.log, *commands, *events);
}

}  // namespace bw::apps
