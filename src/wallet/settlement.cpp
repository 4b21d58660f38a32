#include "wallet/settlement.hpp"

#include <bit>
#include <limits>

#include "base/assert.hpp"

namespace bw::wallet {

using model::Money;
using model::Quantity;
using model::RejectReason;

namespace {

Quantity saturating_add(Quantity a, Quantity b) {
    std::uint64_t sum = 0;
    return __builtin_add_overflow(a.value(), b.value(), &sum) ? model::unlimited_quantity
                                                              : Quantity{sum};
}

Money amount_of(const TradeRecord& trade) { return *model::notional(trade.price, trade.quantity); }

}  // namespace

Settlement::Settlement(codec::EventBuffer& events, const Capacity& capacity)
    : capacity_(capacity),
      events_(events),
      wallet_(capacity.accounts, capacity.positions),
      issued_(capacity.instruments),
      bustable_from_(capacity.instruments),
      trades_(capacity.trades, base::PageSize::huge) {
    BW_ASSERT(std::has_single_bit(capacity.trades));
    BW_ASSERT(capacity.currencies <= currencies_.size());
}

std::optional<CurrencyIndex> Settlement::find_currency(const model::Currency& code) const {
    for (CurrencyIndex i = 0; i < currency_count_; ++i)
        if (currencies_[i].code == code) return i;
    return std::nullopt;
}

CurrencyIndex Settlement::add_currency(const model::Currency& code) {
    currencies_[currency_count_].code = code;
    return currency_count_++;
}

template <bool both_rest>
void Settlement::settle(const Match& match) {
    order_book::Order& maker = match.maker;
    order_book::Order& taker = match.taker;
    const Money amount = value_of(match.price, match.quantity);
    const FeeSchedule& maker_rates = fees_.schedule(maker.fee_schedule);
    const FeeSchedule& taker_rates = fees_.schedule(taker.fee_schedule);
    model::Fee maker_fee =
        model::exact_fee(amount, both_rest ? maker_rates.auction : maker_rates.maker);
    model::Fee taker_fee =
        model::exact_fee(amount, both_rest ? taker_rates.auction : taker_rates.taker);
    settle_shares<both_rest>(match, amount);

    const bool maker_buys = maker.side == model::Side::buy;
    order_book::Order& buyer = maker_buys ? maker : taker;
    const order_book::Order& seller = maker_buys ? taker : maker;
    const Money buyer_fee = maker_buys ? maker_fee.amount : taker_fee.amount;
    const Money seller_fee = maker_buys ? taker_fee.amount : maker_fee.amount;
    Cash& buyer_cash = wallet_.cash(buyer.account, match.currency);
    Cash& seller_cash = wallet_.cash(seller.account, match.currency);
    const Money released = lower_hold(buyer);
    buyer_cash.held -= released;
    buyer_cash.total -= amount + buyer_fee;
    seller_cash.total += amount - seller_fee;
    BW_ASSERT(buyer_cash.held >= Money{0} && buyer_cash.total >= buyer_cash.held);
    CurrencyTotals& totals = currencies_[match.currency];
    totals.fees += maker_fee.amount + taker_fee.amount;
    totals.rounding += maker_fee.remainder + taker_fee.remainder;

    auto& event = events_.emit<codec::TradeExecuted>();
    event.match_number = model::MatchNumber{++last_match_};
    event.maker_order = maker.id;
    event.taker_order = taker.id;
    event.price = match.price;
    event.quantity = match.quantity;
    event.maker_remaining = maker.remaining;
    event.taker_remaining = taker.remaining;
    event.maker_fee = maker_fee.amount;
    event.taker_fee = taker_fee.amount;
    event.buyer_hold_released = released;
    event.maker_account = model::AccountId{maker.account + 1};
    event.taker_account = model::AccountId{taker.account + 1};
    event.instrument = model::InstrumentId{maker.instrument + 1u};
    event.taker_side = taker.side;
    event.kind = match.kind;
    event.reserved = 0;
    remember_trade(match, buyer_fee, seller_fee);
}

template void Settlement::settle<false>(const Match&);
template void Settlement::settle<true>(const Match&);

template <bool both_rest>
void Settlement::settle_shares(const Match& match, Money amount) {
    const order_book::Order& maker = match.maker;
    const order_book::Order& taker = match.taker;
    const Quantity quantity = match.quantity;
    Position& maker_position = wallet_.position(maker.position);
    Position& taker_position = wallet_.position(taker.position);
    maker_position.open_quantity -= quantity;
    maker_position.open_value -= value_of(maker.price, quantity).value();
    if constexpr (both_rest) {
        taker_position.open_quantity -= quantity;
        taker_position.open_value -= value_of(taker.price, quantity).value();
    }
    for (Position* position : {&maker_position, &taker_position}) {
        position->day_quantity = saturating_add(position->day_quantity, quantity);
        position->day_value += amount.value();
    }
    Position& buyer = maker.side == model::Side::buy ? maker_position : taker_position;
    Position& seller = maker.side == model::Side::buy ? taker_position : maker_position;
    BW_ASSERT(seller.held >= quantity && seller.total >= seller.held);
    seller.held -= quantity;
    seller.total -= quantity;
    buyer.total += quantity;
}

void Settlement::remember_trade(const Match& match, Money buyer_fee, Money seller_fee) {
    const bool maker_buys = match.maker.side == model::Side::buy;
    trades_[last_match_ & (capacity_.trades - 1)] = {
        .buyer = maker_buys ? match.maker.account : match.taker.account,
        .seller = maker_buys ? match.taker.account : match.maker.account,
        .quantity = match.quantity,
        .price = match.price,
        .buyer_fee = buyer_fee,
        .seller_fee = seller_fee,
        .instrument = match.maker.instrument,
        .busted = false};
}

RejectReason Settlement::move_cash(AccountIndex account, const model::Currency& code,
                                   Money amount) {
    auto currency = find_currency(code);
    if (!currency && currencies_full()) return RejectReason::currency_capacity_reached;
    const Money deposited = currency ? currencies_[*currency].deposited : Money{0};
    const auto total = base::checked_add(deposited.value(), amount.value());
    if (!total) return RejectReason::value_overflow;
    const Money available = currency ? wallet_.cash(account, *currency).available() : Money{0};
    if (amount < Money{0} && available.value() + amount.value() < 0)
        return RejectReason::insufficient_cash;
    if (!currency) currency = add_currency(code);
    currencies_[*currency].deposited = Money{*total};
    wallet_.cash(account, *currency).total += amount;
    return RejectReason::none;
}

RejectReason Settlement::move_shares(AccountIndex account, InstrumentIndex instrument,
                                     std::int64_t quantity) {
    const auto issued =
        base::checked_add(static_cast<std::int64_t>(issued_[instrument].value()), quantity);
    if (!issued) return RejectReason::value_overflow;
    PositionIndex position = wallet_.find_position(account, instrument);
    if (position == no_position && wallet_.positions_full())
        return RejectReason::position_capacity_reached;
    const auto available =
        position == no_position
            ? 0
            : static_cast<std::int64_t>(wallet_.position(position).available().value());
    if (quantity < 0 && available + quantity < 0) return RejectReason::insufficient_shares;
    if (position == no_position) position = wallet_.open_position(account, instrument);
    issued_[instrument] = Quantity{static_cast<std::uint64_t>(*issued)};
    Quantity& total = wallet_.position(position).total;
    total = Quantity{total.value() + static_cast<std::uint64_t>(quantity)};
    return RejectReason::none;
}

const TradeRecord* Settlement::find_trade(model::MatchNumber number) const {
    if (number.value() == 0 || number.value() > last_match_ ||
        last_match_ - number.value() >= capacity_.trades)
        return nullptr;
    const TradeRecord& found = trades_[number.value() & (capacity_.trades - 1)];
    return number < bustable_from_[found.instrument] ? nullptr : &found;
}

RejectReason Settlement::check_trade(model::MatchNumber number) const {
    const TradeRecord* found = find_trade(number);
    if (found == nullptr) return RejectReason::unknown_trade;
    return found->busted ? RejectReason::trade_busted : RejectReason::none;
}

RejectReason Settlement::check_bust(model::MatchNumber number, CurrencyIndex currency) const {
    const TradeRecord& found = *find_trade(number);
    const auto position = wallet_.find_position(found.buyer, found.instrument);
    if (wallet_.position(position).available() < found.quantity)
        return RejectReason::insufficient_shares;
    const Cash& cash = wallet_.cash(found.seller, currency);
    return cash.available() >= amount_of(found) - found.seller_fee
               ? RejectReason::none
               : RejectReason::insufficient_cash;
}

const TradeRecord& Settlement::bust(model::MatchNumber number, CurrencyIndex currency) {
    TradeRecord& wrong = trade(number);
    const Money amount = amount_of(wrong);
    wallet_.position(wallet_.find_position(wrong.buyer, wrong.instrument)).total -= wrong.quantity;
    wallet_.position(wallet_.find_position(wrong.seller, wrong.instrument)).total += wrong.quantity;
    wallet_.cash(wrong.seller, currency).total -= amount - wrong.seller_fee;
    wallet_.cash(wrong.buyer, currency).total += amount + wrong.buyer_fee;
    currencies_[currency].fees -= wrong.buyer_fee + wrong.seller_fee;
    wrong.busted = true;
    return wrong;
}

RejectReason Settlement::check_correction(model::MatchNumber number, model::Price price,
                                          CurrencyIndex currency) const {
    const TradeRecord& found = *find_trade(number);
    const auto amount = model::notional(price, found.quantity);
    if (!amount) return RejectReason::value_overflow;
    const Money difference = *amount - amount_of(found);
    const bool buyer_pays = difference > Money{0};
    const Cash& payer = wallet_.cash(buyer_pays ? found.buyer : found.seller, currency);
    const Money due = buyer_pays ? difference : Money{0} - difference;
    return payer.available() >= due ? RejectReason::none : RejectReason::insufficient_cash;
}

void Settlement::correct(model::MatchNumber number, model::Price price, CurrencyIndex currency) {
    TradeRecord& wrong = trade(number);
    const Money difference = *model::notional(price, wrong.quantity) - amount_of(wrong);
    wallet_.cash(wrong.buyer, currency).total -= difference;
    wallet_.cash(wrong.seller, currency).total += difference;
    wrong.price = price;
}

bool Settlement::split_fits(InstrumentIndex instrument, std::uint32_t numerator,
                            std::uint32_t denominator) const {
    const base::uint128 after =
        base::uint128{issued_[instrument].value()} * numerator / denominator;
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return after <= largest;
}

void Settlement::split(InstrumentIndex instrument, std::uint32_t numerator,
                       std::uint32_t denominator) {
    std::uint64_t issued = 0;
    for (PositionIndex p = 0; p < wallet_.positions(); ++p) {
        if (wallet_.instrument_of(p) != instrument) continue;
        Quantity& total = wallet_.position(p).total;
        const Quantity before = total;
        total = Quantity{
            static_cast<std::uint64_t>(base::uint128{before.value()} * numerator / denominator)};
        issued += total.value();
        if (total == before) continue;
        auto& event = events_.emit<codec::PositionAdjusted>();
        event.request_id = events_.request();
        event.total_before = before;
        event.total = total;
        event.account = model::AccountId{wallet_.account_of(p) + 1};
        event.instrument = model::InstrumentId{instrument + 1};
    }
    issued_[instrument] = Quantity{issued};
    bustable_from_[instrument] = model::MatchNumber{last_match_ + 1};
}

void Settlement::end_day() {
    for (PositionIndex p = 0; p < wallet_.positions(); ++p) {
        wallet_.position(p).day_quantity = Quantity{};
        wallet_.position(p).day_value = 0;
    }
}

}  // namespace bw::wallet
