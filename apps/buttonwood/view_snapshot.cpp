#include "buttonwood/view_snapshot.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bw::apps {
namespace {

using event_store::RecordView;
using event_store::view_section;

/// The beginning of a reader's bytes is tied to the history of the log by the hash of the event there.
std::uint64_t hash_at(const EventSource& source, std::uint64_t event) {
    const auto reader = source.open(event);
    const RecordView* record = reader ? (*reader)->poll() : nullptr;
    return record != nullptr && record->sequence == event ? event_store::hash_of(*record) : 0;
}

std::string no_beginning(std::uint64_t first, const std::string& why,
                         const std::vector<std::string>& passed_over) {
    std::string out = fmt::format(
        "the event log cannot be read from event {} on ({}), and there is no snapshot of the "
        "readers "
        "to begin with after it",
        first, why);
    if (!passed_over.empty())
        out += fmt::format(" (passed over: {})", fmt::join(passed_over, "; "));
    return out +
           ". Bring back a file `snapshots/*.views` or the first files of `events` from a copy";
}

}  // namespace

EventSource event_source(RunningCore& core) {
    return {core.store().storage(), core.directory(), core.store().identity(),
            core.store().recovery().events, [&core](std::uint64_t first) {
                return core.store().open_reader(event_store::LogKind::events, first);
            }};
}

base::Result<ReaderStart> start_readers(const EventSource& source,
                                        const std::vector<event_store::ViewSection>& sections) {
    const event_store::ViewSnapshots snapshots(source.storage, source.directory, source.identity);
    auto [place, passed_over] =
        load_newest_views(snapshots, sections, source.stored,
                          [&](std::uint64_t event) { return hash_at(source, event); });
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

// --- Sections -------------------------------------------------------------------------------------------------------
// A change of what a reader writes is a new version of its section: older files are then passed over, and the events are read.

std::vector<event_store::ViewSection> gateway_sections(gateway::session::ExchangeView& view,
                                                       gateway::session::ProposalBook& proposals,
                                                       market_data::MarketData& market,
                                                       gateway::websocket::Hub& hub) {
    return {view_section("exchange", 1, view), view_section("proposals", 1, proposals),
            view_section("market-data", 1, market), view_section("websocket", 1, hub)};
}

std::vector<event_store::ViewSection> scheduler_sections(scheduler::MarketView& view) {
    return {view_section("scheduler", 1, view)};
}

std::vector<event_store::ViewSection> demo_sections(demo::DemoMarket& market) {
    return {view_section("demo", 1, market)};
}

// --- AllReaders -----------------------------------------------------------------------------------------------------

/// Sends nothing, knows nobody, and its clock stands still: only applying events is asked of the readers.
class AllReaders::Nobody final : public sequencer::CommandPort,
                                 public gateway::session::Authenticator,
                                 public platform::Clock {
 public:
    bool try_send(std::span<const std::byte>) override { return false; }
    std::expected<gateway::session::Principal, gateway::session::AuthenticationError> authenticate(
        const gateway::session::SignedRequest&) override {
        return std::unexpected(gateway::session::AuthenticationError{});
    }
    [[nodiscard]] std::uint64_t realtime_ns() const override { return 0; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return 0; }
};

AllReaders::AllReaders(gateway::session::ProposalBook::CommandSource commands)
    : nobody_(std::make_unique<Nobody>()),
      proposals_(std::move(commands)),
      hub_(std::make_unique<gateway::websocket::Hub>(market_, *nobody_, *nobody_, *nobody_)),
      demo_(std::make_unique<demo::DemoMarket>(*nobody_, *nobody_)) {}

AllReaders::~AllReaders() = default;

void AllReaders::apply(const RecordView& record) {
    view_.apply(record);
    market_.apply(record);
    proposals_.apply(record);
    hub_->apply(record);
    scheduler_.apply(record);
    demo_->apply(record);
}

std::vector<event_store::ViewSection> AllReaders::sections() {
    auto all = gateway_sections(view_, proposals_, market_, *hub_);
    for (const auto& others : {scheduler_sections(scheduler_), demo_sections(*demo_)})
        all.insert(all.end(), others.begin(), others.end());
    return all;
}

}  // namespace bw::apps
