#include "buttonwood/tools/dump.hpp"

#include <fmt/format.h>

#include "buttonwood/runtime/startup.hpp"
#include "codec/registry.hpp"
#include "event_store/store.hpp"
#include "gateway/rest/time_text.hpp"

namespace bw::apps {
namespace {

using event_store::LogKind;
using event_store::LogReader;
using event_store::RecordView;

/// The times of the options, in nanoseconds since 1970.
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

/// Prints records up to the limits of the options or the end of the log. Returns the sequence after
/// the last record printed.
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

/// Continues where the reader of that name stopped, and saves its new position once everything is
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
