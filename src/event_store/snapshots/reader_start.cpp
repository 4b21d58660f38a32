#include "event_store/snapshots/reader_start.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bw::event_store {
namespace {

/// The hash of the event at the place ties a reader's snapshot to the history of the log.
std::uint64_t hash_at(const EventSource& source, std::uint64_t event) {
    const auto reader = source.open(event);
    const RecordView* record = reader ? (*reader)->poll() : nullptr;
    return record != nullptr && record->sequence == event ? hash_of(*record) : 0;
}

std::string no_beginning(std::uint64_t first, const std::string& why,
                         const std::vector<std::string>& passed_over) {
    std::string out = fmt::format(
        "the event log cannot be read from event {} on ({}), and there is no snapshot of the "
        "readers to begin with after it",
        first, why);
    if (!passed_over.empty())
        out += fmt::format(" (passed over: {})", fmt::join(passed_over, "; "));
    return out +
           ". Bring back a file `snapshots/*.views` or the first files of `events` from a copy";
}

}  // namespace

base::Result<ReaderStart> start_readers(const EventSource& source,
                                        std::span<const ViewSection> sections,
                                        const LoadProgress& progress) {
    const ViewSnapshots snapshots(source.storage, source.directory, source.identity);
    auto [place, passed_over] = load_newest_views(
        snapshots, sections, source.stored,
        [&](std::uint64_t event) { return hash_at(source, event); }, progress);
    const std::uint64_t first = place.events + 1;
    auto records = source.open(first);
    if (!records) return base::error(no_beginning(first, records.error().message, passed_over));
    if ((*records)->next_sequence() != first)
        return base::error(
            no_beginning(first, fmt::format("it begins with event {}", (*records)->next_sequence()),
                         passed_over));
    return ReaderStart{place, std::move(passed_over), source.stored, std::move(*records)};
}

std::string describe(const std::string& reader, const ReaderStart& start) {
    const std::uint64_t read = start.stored - start.place.events;
    if (start.place.events == 0) return fmt::format("{}: read {} events", reader, read);
    return fmt::format("{}: began with the snapshot of event {}, read {} events", reader,
                       start.place.events, read);
}

}  // namespace bw::event_store
