#include "buttonwood/runtime/view_snapshot.hpp"

namespace bw::apps {
namespace {

using event_store::RecordView;
using event_store::view_section;

}  // namespace

// --- Sections
// -------------------------------------------------------------------------------------------------
// A change of a reader's saved bytes requires a new version of its section: older files are then
// passed over, and the reader reads events instead.

std::vector<event_store::ViewSection> market_data_sections(views::market::MarketData& market) {
    return {view_section("market-data", 1, market)};
}

std::vector<event_store::ViewSection> scheduler_sections(scheduler::MarketView& view) {
    return {view_section("scheduler", 1, view)};
}

std::vector<event_store::ViewSection> demo_sections(demo::DemoMarket& market) {
    return {view_section("demo", 1, market)};
}

// --- AllReaders
// -------------------------------------------------------------------------------------------------

/// The surroundings that hub and demo require, without function: here they only apply events, and
/// send nothing.
class AllReaders::Nobody final : public sequencer::CommandPort,
                                 public access::Authenticator,
                                 public platform::Clock {
 public:
    bool try_send(std::span<const std::byte>) override { return false; }
    std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest&) override {
        return std::unexpected(access::AuthenticationError{});
    }
    [[nodiscard]] std::uint64_t realtime_ns() const override { return 0; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return 0; }
};

AllReaders::AllReaders(views::ProposalBook::CommandSource commands)
    : nobody_(std::make_unique<Nobody>()),
      models_(std::move(commands)),
      hub_(std::make_unique<gateway::websocket::Hub>(gateway::websocket::HubParts{
          models_.market(), &models_.reports(), *nobody_, *nobody_, *nobody_})),
      demo_(std::make_unique<demo::DemoMarket>(*nobody_, *nobody_)) {}

AllReaders::~AllReaders() = default;

void AllReaders::apply(const RecordView& record) {
    models_.apply(record, *hub_, scheduler_, *demo_);
}

std::vector<event_store::ViewSection> AllReaders::sections() {
    auto all = models_.sections(*hub_);
    for (const auto& others : {scheduler_sections(scheduler_), demo_sections(*demo_)})
        all.insert(all.end(), others.begin(), others.end());
    return all;
}

}  // namespace bw::apps
