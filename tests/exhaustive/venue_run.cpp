#include "exhaustive/venue_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.hpp"

namespace bw::exhaustive {
namespace {

using model::InstrumentState;
using model::OrderType;
using model::RejectReason;
using model::Side;

constexpr std::int64_t unit = base::decimal_unit;
constexpr std::int64_t market_price = 100 * unit;
constexpr std::uint64_t order_quantity = 10;
constexpr std::uint32_t accounts_per_run = 3;

engine::Limits small_limits() {
    engine::Limits limits;
    limits.open_orders = 16;
    limits.order_numbers = 256;
    limits.price_level_groups = 64;
    limits.instruments = Venue::runs_max;
    limits.accounts = accounts_per_run * Venue::runs_max;
    limits.positions = accounts_per_run * Venue::runs_max;
    limits.client_order_ids = 16;
    limits.references = 256;
    limits.currencies = 1;
    limits.trades = 64;
    return limits;
}

}  // namespace

Venue::Venue() : naive_(small_limits()), engine_(small_limits()) {}

VenueRun::VenueRun(Venue& venue, Scene scene, Side side)
    : venue_(venue),
      instrument_{venue.runs_ + 1},
      owner_{venue.runs_ * accounts_per_run + 1},
      others_{model::AccountId{owner_.value() + 1}, model::AccountId{owner_.value() + 2}},
      side_(side) {
    ++venue_.runs_;
    list_and_fund();
    if (scene != Scene::empty) trade_once();
    if (scene == Scene::smaller) rest(opposite(side), market_price, order_quantity / 2);
    if (scene == Scene::larger) rest(opposite(side), market_price, order_quantity * 2);
    if (scene == Scene::quoted) rest(Side::buy, market_price - 2 * unit, order_quantity / 2);
    if (scene == Scene::quoted) rest(Side::sell, market_price + 2 * unit, order_quantity / 2);
}

void VenueRun::list_and_fund() {
    codec::ConfigureInstrument listing{};
    listing.tick_size = model::Price{unit / 100};
    listing.lot_size = model::Quantity{1};
    listing.reference_price = model::Price{market_price};
    listing.collar = model::Ppm{100'000};
    listing.max_order_quantity = model::unlimited_quantity;
    listing.max_order_value = model::unlimited_money;
    listing.currency = *model::Currency::from("USD");
    listing.symbol = *model::Symbol::from(fmt::format("A{}", instrument_.value()));
    send(listing);
    listed_ = true;
    codec::SetFees fees{};
    fees.maker = model::FeeRate{-500};
    fees.taker = model::FeeRate{2'000};
    fees.auction = model::FeeRate{1'500};
    send(fees);
    for (const model::AccountId id : {owner_, others_[0], others_[1]}) {
        codec::OpenAccount account{};
        account.reference = *model::ClientOrderId::from(fmt::format("account{}", id.value()));
        send(account);
    }
    for (const model::AccountId account : {owner_, others_[0], others_[1]}) {
        codec::MoveCash cash{};
        cash.account = account;
        cash.currency = listing.currency;
        cash.amount = model::Money{100'000 * unit};
        send(cash);
        codec::MoveShares shares{};
        shares.account = account;
        shares.instrument = instrument_;
        shares.quantity = 1'000;
        send(shares);
    }
}

/// So that there is a last price.
void VenueRun::trade_once() {
    rest(Side::sell, market_price, 1);
    codec::NewOrder order{};
    order.account = others_[1];
    order.instrument = instrument_;
    order.price = model::Price{market_price};
    order.quantity = model::Quantity{1};
    send(order);
}

void VenueRun::rest(Side side, std::int64_t price, std::uint64_t quantity) {
    codec::NewOrder order{};
    order.account = others_[0];
    order.instrument = instrument_;
    order.side = side;
    order.price = model::Price{price};
    order.quantity = model::Quantity{quantity};
    expect(send(order) == RejectReason::none, "the order that is to be met is refused");
}

codec::NewOrder VenueRun::order_of(const Variant& variant) const {
    const std::int64_t towards = side_ == Side::buy ? unit : -unit;
    codec::NewOrder order{};
    order.account = owner_;
    order.instrument = instrument_;
    order.side = side_;
    order.order_type = variant.type;
    order.time_in_force = variant.time_in_force;
    order.quantity = model::Quantity{order_quantity};
    order.price = model::Price{market_price};
    if (variant.time_in_force == model::TimeInForce::gtd) order.expire_date = venue_.day_ + 1;
    if (variant.post_only())
        order.instructions |= static_cast<std::uint8_t>(model::Instruction::post_only);
    if (variant.hidden())
        order.instructions |= static_cast<std::uint8_t>(model::Instruction::hidden);
    if (variant.iceberg()) order.display_quantity = model::Quantity{4};
    if (variant.type == OrderType::market || variant.type == OrderType::stop ||
        variant.type == OrderType::trailing_stop)
        order.price = model::no_price;
    if (variant.type == OrderType::stop || variant.type == OrderType::stop_limit)
        order.stop_price = model::Price{market_price};
    if (variant.type == OrderType::trailing_stop) order.offset = model::Price{unit};
    order.peg = variant.peg;
    if (variant.peg != model::PegKind::none) order.price = model::Price{market_price + towards};
    if (variant.peg == model::PegKind::market) order.offset = model::Price{unit};
    return order;
}

RejectReason VenueRun::enter(const Variant& variant) {
    const codec::NewOrder order = order_of(variant);
    order_id_ = venue_.naive_.order_count() + 1;
    price_ = order.price.value();
    return send(order);
}

void VenueRun::go(const std::vector<InstrumentState>& states) {
    for (const InstrumentState state : states)
        expect(set_state(state) == RejectReason::none, "a state that may follow is refused");
}

void VenueRun::set_scarce(bool scarce) {
    codec::SetStorageState command{};
    command.scarce = scarce ? 1 : 0;
    expect(send(command) == RejectReason::none, "a state of the storage is refused");
}

RejectReason VenueRun::set_state(InstrumentState state) {
    codec::SetInstrumentState command{};
    command.instrument = instrument_;
    command.state = state;
    return send(command);
}

void VenueRun::delist() {
    go({InstrumentState::closed});
    codec::Delist command{};
    command.instrument = instrument_;
    expect(send(command) == RejectReason::none, "the delisting is refused");
}

RejectReason VenueRun::cancel() {
    codec::CancelOrder command{};
    command.account = owner_;
    command.order_id = model::OrderId{order_id_};
    return send(command);
}

RejectReason VenueRun::reduce(std::uint64_t quantity) {
    codec::ReduceOrder command{};
    command.account = owner_;
    command.order_id = model::OrderId{order_id_};
    command.quantity = model::Quantity{quantity};
    return send(command);
}

RejectReason VenueRun::replace(std::uint64_t quantity) {
    codec::ReplaceOrder command{};
    command.account = owner_;
    command.order_id = model::OrderId{order_id_};
    command.price = model::Price{market_price};
    command.quantity = model::Quantity{quantity};
    return send(command);
}

RejectReason VenueRun::amend(std::uint64_t quantity) {
    codec::AmendOrder command{};
    command.account = owner_;
    command.order_id = model::OrderId{order_id_};
    command.price = model::no_price;
    command.quantity = model::Quantity{quantity};
    return send(command);
}

bool VenueRun::would_meet() const {
    return std::ranges::any_of(venue_.naive_.book(instrument_.value()), [&](const auto& entry) {
        if (entry.side == side_) return false;
        return side_ == Side::buy ? entry.price <= price_ : entry.price >= price_;
    });
}

// ---- the end

void VenueRun::end() {
    go({InstrumentState::closed});
    end_day(venue_.day_++, true);
    end_day(venue_.day_++, false);
    cancel_the_rest();
    withdraw_everything();
}

/// Day orders are gone, also those for an auction; gtd ones after the second day; gtc ones never.
void VenueRun::end_day(std::uint32_t date, bool first) {
    codec::EndDay command{};
    command.business_date = date;
    expect(send(command) == RejectReason::none, "the end of the day is refused");
    for (const auto& [id, order] : ledger_.orders()) {
        const bool stays = order.time_in_force == model::TimeInForce::gtc ||
                           (order.time_in_force == model::TimeInForce::gtd && first);
        expect(!order.open || stays, fmt::format("order {} outlives its day", id));
    }
}

void VenueRun::cancel_the_rest() {
    codec::MassCancel command{};
    command.side = model::SideSelection::both;
    for (const model::AccountId account : {owner_, others_[0], others_[1]}) {
        command.account = account;
        expect(send(command) == RejectReason::none, "the mass cancel is refused");
    }
    for (const auto& [id, order] : ledger_.orders())
        expect(!order.open && order.hold == 0, fmt::format("order {} is left over", id));
    expect(venue_.naive_.open_orders() == 0, "there are open orders that no event told of");
}

/// What can be withdrawn is not held.
void VenueRun::withdraw_everything() {
    for (const model::AccountId account : {owner_, others_[0], others_[1]}) {
        codec::MoveCash cash{};
        cash.account = account;
        cash.currency = *model::Currency::from("USD");
        cash.amount = model::Money{
            -static_cast<std::int64_t>(venue_.naive_.cash(account.value(), "USD").total)};
        expect(send(cash) == RejectReason::none, "cash is still held");
        codec::MoveShares shares{};
        shares.account = account;
        shares.instrument = instrument_;
        shares.quantity = -static_cast<std::int64_t>(
            venue_.naive_.shares(account.value(), instrument_.value()).total);
        expect(send(shares) == RejectReason::none, "shares are still held");
    }
}

// ---- every command

template <class Command>
RejectReason VenueRun::send(Command command) {
    if (!problem().empty()) return RejectReason::none;
    codec::Frame<Command> frame;
    command.request_id = model::RequestId{++venue_.sequence_};
    frame.body = command;
    const std::span<const std::byte> bytes = codec::bytes_of(frame);
    const auto naive = venue_.naive_.apply(venue_.sequence_, bytes);
    const auto engine = differential::split(venue_.engine_.apply(venue_.sequence_, bytes));
    RejectReason refused = RejectReason::none;
    for (const differential::Bytes& event : engine) {
        ledger_.take(event);
        codec::CommandRejected rejection{};
        if (codec::decode(std::span<const std::byte>(event), rejection) == codec::DecodeError::none)
            refused = rejection.reason;
    }
    expect(engine == naive, fmt::format("command {} ({}): the naive exchange says something else",
                                        venue_.sequence_, Command::name));
    venue_.engine_.verify_invariants();
    expect(venue_.naive_.broken_balance() + venue_.naive_.broken_book() == "",
           "the naive exchange is broken");
    check_book();
    return refused;
}

void VenueRun::check_book() {
    if (!listed_) return;
    if (venue_.naive_.instrument(instrument_.value()).state != InstrumentState::trading) return;
    std::int64_t bid = 0;
    std::int64_t ask = model::max_price.value() + 1;
    for (const differential::BookEntry& entry : venue_.naive_.book(instrument_.value()))
        if (entry.side == Side::buy)
            bid = std::max(bid, entry.price);
        else
            ask = std::min(ask, entry.price);
    expect(bid < ask, "the book is crossed in trading");
}

void VenueRun::expect(bool holds, const std::string& what) {
    if (!holds && problem().empty()) problem_ = what;
}

}  // namespace bw::exhaustive
