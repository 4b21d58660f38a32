#include "buttonwood/tools/readers.hpp"

#include <fmt/format.h>

#include "buttonwood/runtime/startup.hpp"
#include "event_store/archive/reader_registry.hpp"
#include "event_store/store.hpp"

namespace bw::apps {
namespace {

using event_store::LogKind;

struct Extent {
    std::uint64_t first = 1;
    std::uint64_t next = 1;  ///< sequence after the last record
};

base::Result<Extent> extent_of(const ReadersOptions& options, LogKind kind) {
    const auto first = event_store::oldest_sequence(options.directory, kind);
    if (!first) return std::unexpected(first.error());
    auto reader = event_store::open_log_at_time(options.directory, kind, UINT64_MAX,
                                                options.shared_directory);
    if (!reader) return std::unexpected(reader.error());
    static_cast<void>((*reader)->poll());  // scans to the end: no record is that late
    return Extent{*first, (*reader)->next_sequence()};
}

const char* state_of(const event_store::Registration& reader, const Extent& log) {
    if (reader.damaged) return "damaged";
    if (reader.newer_format != 0) return "of-a-newer-program";
    return reader.needs < log.first ? "needs-snapshot" : "following";
}

}  // namespace

int run_readers(const ReadersOptions& options) {
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, options.directory);
    if (!identity) return fail(identity.error().message);
    const event_store::Paths paths(options.directory, options.shared_directory, *identity);
    event_store::ReaderRegistry registry(storage, paths);
    if (!options.remove.empty()) {
        if (auto removed = registry.remove(options.remove); !removed)
            return fail(removed.error().message);
        fmt::print("{} is not registered any more\n", options.remove);
        return 0;
    }
    const auto readers = registry.list();
    if (!readers) return fail(readers.error().message);
    if (readers->empty()) fmt::print("no readers are registered\n");
    for (const auto& reader : *readers) {
        const auto log = extent_of(options, reader.kind);
        if (!log) return fail(log.error().message);
        const std::uint64_t lag = log->next > reader.needs ? log->next - reader.needs : 0;
        fmt::print("{} {} needs {} lag {} updated {} {}\n", reader.name,
                   event_store::name_of(reader.kind), reader.needs, lag,
                   reader.updated.empty() ? "-" : reader.updated, state_of(reader, *log));
    }
    return 0;
}

}  // namespace bw::apps
