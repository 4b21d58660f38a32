// What is seen: events as lines, books and balances, and the names that a story gave.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "conformance/story_runner.hpp"

namespace bw::conformance {

using base::format_decimal;

/// One line per event, in the words of README.md.
class EventTeller {
 public:
    explicit EventTeller(const StoryRunner& run) : run_(run) {}

    // orders
    std::string operator()(const codec::CommandRejected& e) const {
        return fmt::format("rejected {}", model::name_of(e.reason));
    }
    std::string operator()(const codec::OrderAccepted& e) const {
        return fmt::format("accepted {} hold {}", order(e.order_id), money(e.hold));
    }
    std::string operator()(const codec::OrderConditions& e) const {
        std::string out = "conditions " + order(e.order_id);
        if (e.display_quantity.value() != 0)
            out += fmt::format(" display {}", e.display_quantity.value());
        if (e.stop_price.value() != 0) out += " stop " + price(e.stop_price);
        if (e.peg != model::PegKind::none) out += fmt::format(" peg {}", model::name_of(e.peg));
        if (e.offset.value() != 0) out += " offset " + price(e.offset);
        return out;
    }
    std::string operator()(const codec::DuplicateAnswered& e) const {
        const auto first = e.first_reason == model::RejectReason::none
                               ? "accepted"
                               : model::name_of(e.first_reason);
        return fmt::format("duplicate {} first #{} {}", e.client_order_id.view(), e.first_id,
                           first);
    }
    std::string operator()(const codec::TradeExecuted& e) const {
        const std::string kind = e.kind == model::TradeKind::continuous
                                     ? ""
                                     : fmt::format("{} ", model::name_of(e.kind));
        return fmt::format("{}trade {} @ {} maker {} taker {} left {} {} fees {} {} released {}",
                           kind, e.quantity.value(), price(e.price), order(e.maker_order),
                           order(e.taker_order), e.maker_remaining.value(),
                           e.taker_remaining.value(), money(e.maker_fee), money(e.taker_fee),
                           money(e.buyer_hold_released));
    }
    std::string operator()(const codec::OrderCancelled& e) const {
        return fmt::format("cancelled {} {} {} released {}", order(e.order_id), e.quantity.value(),
                           model::name_of(e.reason), money(e.hold_released));
    }
    std::string operator()(const codec::OrderReduced& e) const {
        return fmt::format("reduced {} by {} left {} released {}", order(e.order_id),
                           e.reduced_by.value(), e.remaining.value(), money(e.hold_released));
    }
    std::string operator()(const codec::OrderReplaced& e) const {
        return fmt::format("replaced {} {} @ {} hold {}", order(e.order_id), e.remaining.value(),
                           price(e.price), money(e.hold));
    }
    std::string operator()(const codec::MassCancelled& e) const {
        return fmt::format("mass cancelled {}", e.cancelled);
    }
    std::string operator()(const codec::OrderTriggered& e) const {
        return fmt::format("triggered {} stop {} last {}", order(e.order_id), price(e.stop_price),
                           price(e.last_price));
    }
    std::string operator()(const codec::OrderRefreshed& e) const {
        return fmt::format("refreshed {} shows {} of {}", order(e.order_id), e.displayed.value(),
                           e.remaining.value());
    }

    // instruments
    std::string operator()(const codec::InstrumentUpdated& e) const {
        return fmt::format("instrument {} {} {} reference {} tick {} lot {}", e.symbol.view(),
                           model::name_of(e.state), model::name_of(e.reason),
                           price(e.reference_price), price(e.tick_size), e.lot_size.value());
    }
    std::string operator()(const codec::PriceBandsSet& e) const {
        return fmt::format("bands {} static {} dynamic {}", symbol(e.instrument),
                           percent_text(e.static_band.value()),
                           percent_text(e.dynamic_band.value()));
    }
    std::string operator()(const codec::LimitBandsSet& e) const {
        return fmt::format("limit_bands {} {} {}", symbol(e.instrument), price(e.lower),
                           price(e.upper));
    }
    std::string operator()(const codec::AllocationSet& e) const {
        const auto policy =
            fmt::format("allocation {} {}", symbol(e.instrument), model::name_of(e.allocation));
        if (e.allocation != model::Allocation::lead) return policy;
        return fmt::format("{} account {} share {}", policy, run_.account_name(e.lead_account),
                           percent_text(e.lead_share.value()));
    }
    std::string operator()(const codec::TickTableSet& e) const {
        std::string out = "ticks " + symbol(e.instrument);
        const std::array<std::pair<model::Price, model::Price>, 4> rows{
            {{e.from_price_1, e.tick_1},
             {e.from_price_2, e.tick_2},
             {e.from_price_3, e.tick_3},
             {e.from_price_4, e.tick_4}}};
        for (std::size_t row = 0; row < e.rows && row < rows.size(); ++row)
            out += fmt::format(" from {} tick {}", price(rows[row].first), price(rows[row].second));
        return e.rows == 0 ? out + " none" : out;
    }
    std::string operator()(const codec::ReferenceQuoteSet& e) const {
        return fmt::format("quote {} {} {}", symbol(e.instrument), price(e.bid), price(e.ask));
    }
    std::string operator()(const codec::IndicativePrice& e) const {
        return "indicative " + auction(e);
    }
    std::string operator()(const codec::IndicativesPublished& e) const {
        return fmt::format("indicatives {}", e.published);
    }
    std::string operator()(const codec::AuctionEnded& e) const {
        return "auction ended " + auction(e);
    }
    std::string operator()(const codec::LimitStateChanged& e) const {
        return fmt::format("limit_state {} {} {}", symbol(e.instrument), model::name_of(e.side),
                           e.entered == 1 ? "begins" : "ends");
    }
    std::string operator()(const codec::MarketStateSet& e) const {
        return fmt::format("market {} {} changed {} level {}", model::name_of(e.state),
                           model::name_of(e.reason), e.changed, e.level);
    }
    std::string operator()(const codec::SharesSplit& e) const {
        return fmt::format("split {} {} for {} issued {} was {} reference {}", symbol(e.instrument),
                           e.numerator, e.denominator, e.issued.value(), e.issued_before.value(),
                           price(e.reference_price));
    }
    std::string operator()(const codec::PositionAdjusted& e) const {
        return fmt::format("position {} {} {} was {}", run_.account_name(e.account),
                           symbol(e.instrument), e.total.value(), e.total_before.value());
    }
    std::string operator()(const codec::ClosingPrice& e) const {
        return fmt::format("closing {} {} {}", symbol(e.instrument), price(e.price),
                           e.business_date);
    }

    // accounts, approvals, the day
    std::string operator()(const codec::AccountUpdated& e) const {
        return fmt::format("account {} {} group {} {} firm {} tier {}", e.reference.view(),
                           model::name_of(e.state), e.self_trade_group,
                           model::name_of(e.self_trade_prevention), e.firm, e.fee_tier);
    }
    std::string operator()(const codec::CashMoved& e) const {
        return fmt::format("cash {} {} {}", run_.account_name(e.account), money(e.amount),
                           e.currency.view());
    }
    std::string operator()(const codec::SharesMoved& e) const {
        return fmt::format("shares {} {} {}", run_.account_name(e.account), e.quantity,
                           symbol(e.instrument));
    }
    std::string operator()(const codec::KillSwitchSet& e) const {
        return fmt::format("kill_switch {} {} {} cancelled {} by {}", model::name_of(e.scope),
                           scope_name(e), e.on == 1 ? "on" : "off", e.cancelled, e.operator_id);
    }
    std::string operator()(const codec::BusinessDateSet& e) const {
        return fmt::format("last day {} was {}", e.business_date, e.date_before);
    }
    std::string operator()(const codec::RuleSetChanged& e) const {
        return fmt::format("rules {} {}", model::name_of(e.rule_set),
                           e.in_force == 1 ? "in_force" : "from_next_day");
    }
    std::string operator()(const codec::ProposalMade& e) const {
        const codec::MessageInfo* info = codec::find_message(e.command_template);
        return fmt::format("proposal {} {} by {}", e.proposal,
                           info == nullptr ? "nothing" : info->name, e.operator_id);
    }
    std::string operator()(const codec::TradeBusted& e) const {
        return fmt::format("busted {} {} @ {} buyer {} seller {} fees {} {} by {} and {}",
                           e.match_number.value(), e.quantity.value(), price(e.price),
                           run_.account_name(e.buyer), run_.account_name(e.seller),
                           money(e.buyer_fee), money(e.seller_fee), e.proposed_by, e.approved_by);
    }
    std::string operator()(const codec::TradeCorrected& e) const {
        return fmt::format("corrected {} {} @ {} was {} buyer {} seller {} by {} and {}",
                           e.match_number.value(), e.quantity.value(), price(e.price),
                           price(e.price_before), run_.account_name(e.buyer),
                           run_.account_name(e.seller), e.proposed_by, e.approved_by);
    }
    std::string operator()(const codec::FeesChanged& e) const {
        return fmt::format("fees maker {} taker {} auction {} tier {}",
                           percent_text(e.maker.value()), percent_text(e.taker.value()),
                           percent_text(e.auction.value()), e.tier);
    }
    std::string operator()(const codec::DayEnded& e) const {
        return fmt::format("day {} ended", e.business_date);
    }
    std::string operator()(const codec::StorageStateSet& e) const {
        return e.scarce != 0 ? "storage scarce" : "storage ample";
    }

 private:
    template <class Result>
    [[nodiscard]] std::string auction(const Result& e) const {
        return fmt::format("{} {} {} x {} surplus {}", symbol(e.instrument),
                           model::name_of(e.state), price(e.price), e.volume.value(), e.surplus);
    }
    [[nodiscard]] std::string scope_name(const codec::KillSwitchSet& e) const {
        if (e.scope == model::KillScope::account) return run_.account_name(model::AccountId{e.id});
        return std::to_string(e.id);
    }
    [[nodiscard]] std::string order(model::OrderId id) const { return run_.order_name(id); }
    [[nodiscard]] std::string symbol(model::InstrumentId id) const { return run_.symbol_of(id); }
    static std::string money(model::Money amount) { return format_decimal(amount.value()); }
    static std::string price(model::Price price) {
        return price == model::no_price ? "none" : format_decimal(price.value());
    }

    const StoryRunner& run_;
};

std::string StoryRunner::tell(std::span<const std::byte> event) const {
    std::string out;
    const auto see = [&](const auto& message) { out = EventTeller(*this)(message); };
    if (!codec::visit<codec::AllEvents>(event, see)) unreadable("an event that is none");
    return out;
}

namespace {

codec::ConfigureInstrument terms_of(const codec::InstrumentUpdated& event) {
    codec::ConfigureInstrument terms{};
    terms.instrument = event.instrument;
    terms.symbol = event.symbol;
    terms.currency = event.currency;
    terms.tick_size = event.tick_size;
    terms.lot_size = event.lot_size;
    terms.reference_price = event.reference_price;
    terms.collar = event.collar;
    terms.max_order_quantity = event.max_order_quantity;
    terms.max_order_value = event.max_order_value;
    return terms;
}

}  // namespace

void StoryRunner::learn(std::span<const std::byte> event) {
    const auto see = [&](const auto& message) {
        using Event = std::remove_cvref_t<decltype(message)>;
        if constexpr (std::is_same_v<Event, codec::AccountUpdated>) {
            accounts_[message.reference.str()] = message.account.value();
        } else if constexpr (std::is_same_v<Event, codec::InstrumentUpdated>) {
            std::erase_if(instruments_, [&](const auto& known) {
                return known.second.instrument == message.instrument;
            });
            instruments_[message.symbol.str()] = terms_of(message);
        } else if constexpr (std::is_same_v<Event, codec::OrderAccepted>) {
            if (!message.client_order_id.empty())
                order_names_[message.order_id.value()] = message.client_order_id.str();
        } else if constexpr (std::is_same_v<Event, codec::LimitStateChanged>) {
            limit_state_since_ = message.command_sequence;
        }
    };
    codec::visit<codec::AllEvents>(event, see);
}

// ---- questions

namespace {

std::string number_text(differential::int128 value) {
    const auto narrow = base::narrow_to_int64(value);
    return narrow ? format_decimal(*narrow) : "too large";
}

}  // namespace

namespace {

using differential::Order;
using differential::Place;

/// Orders of one line: same place, side and price.
bool together(const Order& a, const Order& b) {
    return a.place == b.place && a.side == b.side &&
           (a.at == b.at || a.place == Place::unpriced || a.place == Place::waiting ||
            a.place == Place::parked);
}

/// `dark bid 100`, `stop buy 101`, `waiting sell`.
std::string place_text(const Order& order) {
    const std::string price = " " + format_decimal(order.at);
    const std::string quote = (order.side == model::Side::buy ? "bid" : "ask") + price;
    const std::string side(model::name_of(order.side));
    switch (order.place) {
        case Place::unpriced: return "unpriced " + side;
        case Place::lit: return quote;
        case Place::dark: return "dark " + quote;
        case Place::stop: return "stop " + side + price;
        case Place::waiting: return "waiting " + side;
        case Place::parked: return "parked " + side;
        case Place::incoming:
        case Place::closed: break;
    }
    return "nowhere";
}

/// Both sides of a place, buys first, then the next place.
std::vector<Order> place_by_place(const std::vector<Order>& orders) {
    std::vector<Order> out;
    for (const Place place :
         {Place::unpriced, Place::lit, Place::dark, Place::stop, Place::waiting, Place::parked})
        std::ranges::copy_if(orders, std::back_inserter(out),
                             [&](const Order& order) { return order.place == place; });
    return out;
}

std::uint64_t displayed(const Order& order) {
    const bool iceberg = order.place == Place::lit && order.display_quantity != 0;
    return iceberg ? order.displayed : order.remaining;
}

}  // namespace

/// One line per price level of a place: total displayed, and the orders in their turn.
StoryRunner::Answers StoryRunner::show_book(const Words& words) const {
    const auto orders = place_by_place(naive_->open_orders_of(instrument_of(at(words, 1)).value()));
    Answers out;
    for (auto first = orders.begin(); first != orders.end();) {
        const auto last = std::find_if(
            first, orders.end(), [&](const Order& order) { return !together(*first, order); });
        std::uint64_t total = 0;
        Words names;
        for (const Order& order : std::ranges::subrange(first, last)) {
            total += displayed(order);
            std::string name = order_name(model::OrderId{order.id});
            name += fmt::format(" {}", displayed(order));
            if (displayed(order) < order.remaining) name += fmt::format(" of {}", order.remaining);
            names.push_back(name);
        }
        out.push_back(
            fmt::format("{} x {} ({})", place_text(*first), total, fmt::join(names, ", ")));
        first = last;
    }
    if (out.empty()) out.push_back("empty");
    return out;
}

StoryRunner::Answers StoryRunner::show_balance(const Words& words) const {
    const std::uint32_t account = account_of(at(words, 1)).value();
    const std::string& what = at(words, 2);
    if (const auto known = instruments_.find(what); known != instruments_.end()) {
        const auto shares = naive_->shares(account, known->second.instrument.value());
        return {fmt::format("{} held {}", static_cast<std::int64_t>(shares.total),
                            static_cast<std::int64_t>(shares.held))};
    }
    const auto cash = naive_->cash(account, what);
    return {fmt::format("{} held {}", number_text(cash.total), number_text(cash.held))};
}

StoryRunner::Answers StoryRunner::show_collected(const Words& words) const {
    return {number_text(naive_->fees_collected(at(words, 1)))};
}

// ---- names

model::AccountId StoryRunner::account_of(const std::string& name) const {
    constexpr std::uint32_t nobody = 9'999;
    const auto found = accounts_.find(name);
    return model::AccountId{found == accounts_.end() ? nobody : found->second};
}

model::InstrumentId StoryRunner::instrument_of(const std::string& symbol) const {
    constexpr std::uint32_t nothing = 9'999;
    const auto found = instruments_.find(symbol);
    return found == instruments_.end() ? model::InstrumentId{nothing} : found->second.instrument;
}

model::InstrumentId StoryRunner::instrument_or_all(const std::string& symbol) const {
    return symbol == "all" ? model::InstrumentId{} : instrument_of(symbol);
}

std::string StoryRunner::order_name(model::OrderId id) const {
    const auto found = order_names_.find(id.value());
    return found == order_names_.end() ? fmt::format("#{}", id.value()) : found->second;
}

std::string StoryRunner::account_name(model::AccountId id) const {
    for (const auto& [name, number] : accounts_)
        if (number == id.value()) return name;
    return "?";
}

std::string StoryRunner::symbol_of(model::InstrumentId id) const {
    for (const auto& [symbol, terms] : instruments_)
        if (terms.instrument == id) return symbol;
    return "?";
}

}  // namespace bw::conformance
