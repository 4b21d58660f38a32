// ReadModels: the projections that a gateway answers from, and the one place that knows their
// order.
//
//   everything:   reference data ► totals ► balances ► orders ► market ► proposals ► reports ► hub…
//   public_data:  reference data ► totals ► market ► hub…
//
// With Scope::public_data there are no balances, orders, proposals or reports, and so nobody's in
// the memory of the process.
//
// It obeys the contract of a Projection (views/projection/projection.hpp), but for its bytes: those
// are sections of the file of snapshots, see sections(). Requires: every record once, in
// order. One thread: apply() and queries between.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "event_store/snapshots/view_snapshots.hpp"
#include "views/balances/balances.hpp"
#include "views/market/market_data.hpp"
#include "views/orders/orders.hpp"
#include "views/projection/projection.hpp"
#include "views/proposals/proposal_book.hpp"
#include "views/reference_data/reference_data.hpp"
#include "views/reports/reports.hpp"
#include "views/totals/totals.hpp"

namespace bw::views {

static_assert(Projection<ReferenceData> && Projection<Totals> && Projection<Orders> &&
              Projection<Balances> && Projection<market::MarketData> && Projection<ProposalBook> &&
              Projection<Reports>);

enum class Scope : std::uint8_t { everything, public_data };

struct ReadModelsOptions {
    Scope scope = Scope::everything;
    OrdersOptions orders{};
    ReportsOptions reports{};
};

class ReadModels {
 public:
    /// `commands`: where the proposals read theirs; of public data it is not asked.
    explicit ReadModels(ProposalBook::CommandSource commands,
                        const ReadModelsOptions& options = {});
    ReadModels(const ReadModels&) = delete;
    ReadModels& operator=(const ReadModels&) = delete;

    /// `gateways` read what the projections have made of the record.
    template <Follower... Gateway>
    void apply(const RecordView& record, Gateway&... gateways) {
        if (own_)
            fold(record, position_, reference_data_, totals_, own_->balances, own_->orders, market_,
                 own_->proposals, own_->reports, gateways...);
        else
            fold(record, position_, reference_data_, totals_, market_, gateways...);
    }

    /// Of the last record applied.
    [[nodiscard]] std::uint64_t sequence() const { return position_.sequence(); }
    [[nodiscard]] Scope scope() const { return own_ ? Scope::everything : Scope::public_data; }

    [[nodiscard]] const ReferenceData& reference_data() const { return reference_data_; }
    [[nodiscard]] const Totals& totals() const { return totals_; }
    [[nodiscard]] const market::MarketData& market() const { return market_; }
    // Requires: scope() is everything.
    [[nodiscard]] const Balances& balances() const { return own().balances; }
    [[nodiscard]] const Orders& orders() const { return own().orders; }
    [[nodiscard]] const ProposalBook& proposals() const { return own().proposals; }
    [[nodiscard]] const Reports& reports() const { return own().reports; }
    /// nullptr: of public data.
    [[nodiscard]] const Reports* reports_if_any() const { return own_ ? &own_->reports : nullptr; }

    /// Its parts of the file of snapshots. `hub`: a gateway whose state stands in front of the
    /// reports in one section. It says whether storage is scarce, which `exchange` does not.
    template <class Hub>
    [[nodiscard]] std::vector<event_store::ViewSection> sections(Hub& hub) {
        return sections_with({[&hub](base::FieldWriter& out) { hub.save(out); },
                              [this, &hub](base::FieldReader& in) {
                                  if (!hub.load(in)) return false;
                                  reference_data_.set_storage_scarce(hub.storage_scarce());
                                  return true;
                              },
                              [&hub] { hub.reset(); }});
    }

 private:
    struct Own {
        Own(const ReferenceData& reference, ProposalBook::CommandSource commands,
            const ReadModelsOptions& options)
            : orders(reference, options.orders),
              balances(reference, orders),
              proposals(std::move(commands)),
              reports(options.reports) {}
        Orders orders;
        Balances balances;
        ProposalBook proposals;
        Reports reports;
    };
    struct GatewayState {
        std::function<void(base::FieldWriter&)> save;
        std::function<bool(base::FieldReader&)> load;
        std::function<void()> reset;
    };
    [[nodiscard]] const Own& own() const {
        BW_ASSERT(own_ != nullptr);
        return *own_;
    }
    [[nodiscard]] std::vector<event_store::ViewSection> sections_with(const GatewayState& hub);
    [[nodiscard]] event_store::ViewSection exchange_section();
    [[nodiscard]] event_store::ViewSection rules_section();
    [[nodiscard]] event_store::ViewSection day_section();
    [[nodiscard]] event_store::ViewSection websocket_section(const GatewayState& hub);
    void save_exchange(base::FieldWriter& out) const;
    [[nodiscard]] bool load_exchange(base::FieldReader& in);
    void load_rest(base::FieldReader& in, std::uint64_t first_execution, const Counts& counts);
    void reset_exchange();

    Position position_;
    ReferenceData reference_data_;
    Totals totals_{reference_data_};
    market::MarketData market_;
    std::unique_ptr<Own> own_;  // nullptr: of public data
};

}  // namespace bw::views
