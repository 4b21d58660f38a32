// The sections of the file of snapshots, and where each projection lies in them. A change of what
// is written is a new version of the section: older files are then passed over, and the events are
// read.
//
//   market-data 1   market
//   exchange    1   position | first execution, orders, trades | instruments | accounts |
//                   fees collected | fees, kill switches | orders, lists, closed ones, executions
//   rules       1   the version of the trading rules; files of before have none
//   day         1   the last day that ended; files of before: the beginning of `scheduler`
//   proposals   1   proposals
//   websocket   2   the hub | reports
//
// Of public data a process reads `exchange` up to the orders, to count those that are open, and
// `websocket` up to the reports.
#include "views/read_models/read_models.hpp"

#include <utility>

#include "views/projection/map_fields.hpp"

namespace bw::views {

using event_store::view_section;
using event_store::ViewSection;

ReadModels::ReadModels(ProposalBook::CommandSource commands, const ReadModelsOptions& options) {
    if (options.scope == Scope::everything)
        own_ = std::make_unique<Own>(reference_data_, std::move(commands), options);
}

std::vector<ViewSection> ReadModels::sections_with(const GatewayState& hub) {
    std::vector<ViewSection> all{view_section("market-data", 1, market_), exchange_section(),
                                 rules_section(), day_section()};
    if (own_) all.push_back(view_section("proposals", 1, own_->proposals));
    all.push_back(websocket_section(hub));
    return all;
}

ViewSection ReadModels::exchange_section() {
    return {.name = "exchange",
            .version = 1,
            .save = [this](base::FieldWriter& out) { save_exchange(out); },
            .load = [this](base::FieldReader& in) { return load_exchange(in); },
            .reset = [this] { reset_exchange(); },
            .is_read_whole = own_ != nullptr};
}

/// Behind `exchange`, whose reader it belongs to.
ViewSection ReadModels::rules_section() {
    return {.name = "rules",
            .version = 1,
            .save = [this](base::FieldWriter& out) { reference_data_.save_rule_set(out); },
            .load = [this](base::FieldReader& in) { return reference_data_.load_rule_set(in); },
            .reset = [this] { reference_data_.reset_rule_set(); },
            .may_be_missing = true};
}

ViewSection ReadModels::day_section() {
    return {.name = "day",
            .version = 1,
            .save = [this](base::FieldWriter& out) { reference_data_.save_day(out); },
            .load = [this](base::FieldReader& in) { return reference_data_.load_day(in); },
            .reset = [this] { reference_data_.reset_day(); },
            .may_be_missing = true,
            .was_part_of = "scheduler"};
}

ViewSection ReadModels::websocket_section(const GatewayState& hub) {
    Reports* reports = own_ ? &own_->reports : nullptr;
    const auto reset = [=] {
        hub.reset();
        if (reports) reports->reset();
    };
    return {.name = "websocket",
            .version = 2,
            .save =
                [=](base::FieldWriter& out) {
                    BW_ASSERT(reports != nullptr);
                    hub.save(out);
                    reports->save(out);
                },
            .load =
                [=](base::FieldReader& in) {
                    const bool good = hub.load(in) && (!reports || reports->load(in));
                    if (!good) reset();
                    return good;
                },
            .reset = reset,
            .is_read_whole = reports != nullptr};
}

void ReadModels::save_exchange(base::FieldWriter& out) const {
    position_.save(out);
    const Counts& counts = totals_.counts();
    out(orders().first_execution(), counts.orders, counts.trades);
    reference_data_.save_instruments(out);
    balances().save(out);
    save_map(out, totals_.fees_collected(), [&](const auto& money) { out(money); });
    reference_data_.save_rules(out);
    orders().save_rows(out);
}

bool ReadModels::load_exchange(base::FieldReader& in) {
    reset_exchange();
    bool good = position_.load(in);
    Counts counts;
    std::uint64_t first_execution = 0;
    in(first_execution, counts.orders, counts.trades);
    reference_data_.load_instruments(in);
    if (good && in.good()) load_rest(in, first_execution, counts);
    good = good && in.good();
    if (!good) reset_exchange();
    return good;
}

void ReadModels::load_rest(base::FieldReader& in, std::uint64_t first_execution,
                           const Counts& counts) {
    Balances::Extent accounts;
    if (!own_)
        accounts = Balances::pass_over(in);
    else if (own_->balances.load(in))
        accounts = own_->balances.extent();
    Totals::Fees fees_collected;
    load_map(in, fees_collected, [&](auto& money) { in(money); });
    reference_data_.load_rules(in);
    Counts all = counts;
    all.accounts = accounts.accounts;
    if (own_)
        all.open_orders = own_->orders.load_rows(in, first_execution, [this](model::AccountId id) {
            return own_->balances.account(id) != nullptr;
        });
    else
        all.open_orders = Orders::pass_over_rows(in);
    totals_.restore(all, accounts.last, std::move(fees_collected));
}

void ReadModels::reset_exchange() {
    position_.reset();
    reference_data_.reset();
    totals_.reset();
    if (!own_) return;
    own_->balances.reset();
    own_->orders.reset();
}

}  // namespace bw::views
