#include "demo/demo_market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "codec/registry.hpp"

namespace bw::demo {
namespace {

/// Trees and shrubs, in memory of the one under which the brokers met.
constexpr std::array<std::string_view, DemoMarket::instrument_count> symbols{
    "ACACIA", "ALDER",  "ALMOND", "APPLE",  "ARGAN",  "ASH",    "ASPEN",  "BALSA",  "BAMBOO",
    "BANYAN", "BAOBAB", "BAY",    "BEECH",  "BIRCH",  "BOX",    "BRIAR",  "CACAO",  "CAROB",
    "CASSIA", "CEDAR",  "CHERRY", "CHICO",  "CITRON", "CLOVE",  "COCOA",  "COFFEE", "CORK",
    "CYPRES", "DATE",   "DOGWD",  "EBONY",  "ELDER",  "ELM",    "FERN",   "FIG",    "FIR",
    "GINKGO", "GORSE",  "GUAVA",  "GUM",    "HAZEL",  "HEATH",  "HEMLOK", "HICKRY", "HOLLY",
    "HORNB",  "IRON",   "IVY",    "JARRAH", "JUNIPR", "KAPOK",  "KARRI",  "KAURI",  "KOA",
    "LARCH",  "LAUREL", "LEMON",  "LILAC",  "LIME",   "LINDEN", "LOCUST", "LOTUS",  "LYCHEE",
    "MANGO",  "MAPLE",  "MEDLAR", "MIMOSA", "MULBRY", "MYRTLE", "NEEM",   "NUTMEG", "OAK",
    "OLIVE",  "ORANGE", "OSIER",  "PALM",   "PAPAYA", "PEACH",  "PEAR",   "PECAN",  "PINE",
    "PLANE",  "PLUM",   "POPLAR", "QUINCE", "RATTAN", "ROWAN",  "RUBBER", "SEQUOI", "SORREL",
    "SPRUCE", "SUMAC",  "TAMARI", "TEAK",   "THORN",  "TULIP",  "WALNUT", "WILLOW", "YEW",
    "YUCCA"};

static_assert(!symbols.back().empty(), "one symbol for each instrument");

const model::Currency currency = *model::Currency::from("USD");
constexpr std::int64_t cent = 100;                               // in 10^-4 of the currency unit
constexpr std::int64_t deposit_cash = 5'000'000'000 * 10'000ll;  // 5 billion
constexpr std::int64_t deposit_shares = 10'000'000;

constexpr double commands_together = 5;
constexpr std::uint64_t shortest_rest_ns = 1'000'000;
constexpr std::uint64_t longest_rest_ns = 50'000'000;

std::int64_t starting_cents(std::uint32_t instrument) {
    return 1'000 + static_cast<std::int64_t>(base::mix64(instrument + 1) % 39'000);
}

model::ClientOrderId reference_of(std::size_t account) {
    const bool maker = account < DemoMarket::maker_count;
    return *model::ClientOrderId::from(
        maker ? fmt::format("demo-maker-{}", account + 1)
              : fmt::format("demo-taker-{}", account - DemoMarket::maker_count + 1));
}

}  // namespace

bool DemoMarket::lists(std::string_view symbol) {
    return std::ranges::find(symbols, symbol) != symbols.end();
}

DemoMarket::DemoMarket(sequencer::CommandPort& port, const platform::Clock& clock,
                       const DemoOptions& options)
    : port_(port), clock_(clock), options_(options), random_state_(base::mix64(options.seed) | 1) {
    reset();
}

/// These orders are from an earlier run: no quote belongs to them.
void DemoMarket::save(base::FieldWriter& out) const {
    out(fees_set_);
    for (const Listing& listing : listings_) out(listing.id, listing.fair_cents, listing.halted);
    for (const model::AccountId account : accounts_) out(account);
    const std::map<std::uint64_t, std::uint32_t> slots(instrument_slots_.begin(),
                                                       instrument_slots_.end());
    out.count(slots.size());
    for (const auto& [instrument, slot] : slots) out(instrument, slot);
    std::vector<std::uint64_t> orders;
    orders.reserve(open_.size());
    for (const auto& [id, order] : open_) orders.push_back(id);
    std::ranges::sort(orders);
    out.count(orders.size());
    for (const std::uint64_t id : orders) out(id, open_.at(id).account);
}

bool DemoMarket::load(base::FieldReader& in) {
    reset();
    in(fees_set_);
    for (Listing& listing : listings_) in(listing.id, listing.fair_cents, listing.halted);
    for (model::AccountId& account : accounts_) in(account);
    load_instruments(in);
    load_orders(in);
    const bool good = in.good();
    if (!good) reset();
    return good;
}

void DemoMarket::load_instruments(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        std::uint64_t instrument = 0;
        std::uint32_t slot = 0;
        in(instrument, slot);
        if (slot >= listings_.size()) return in.spoil();
        instrument_slots_[instrument] = slot;
    }
}

void DemoMarket::load_orders(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        std::uint64_t id = 0;
        OwnOrder order{};
        in(id, order.account);
        open_[id] = order;
    }
}

void DemoMarket::reset() {
    fees_set_ = false;
    listings_ = {};
    for (std::uint32_t i = 0; i < instrument_count; ++i)
        listings_[i].fair_cents = starting_cents(i);
    accounts_ = {};
    instrument_slots_.clear();
    open_.clear();
}

std::uint64_t DemoMarket::random() {  // xorshift64*
    random_state_ ^= random_state_ >> 12;
    random_state_ ^= random_state_ << 25;
    random_state_ ^= random_state_ >> 27;
    return random_state_ * 0x2545F4914F6CDD1Dull >> 16;
}

void DemoMarket::apply(const views::RecordView&, const views::AnyEvent& event) {
    event.visit<Events>([this](const auto& known) { on(known); });
}

bool DemoMarket::lists_something() const {
    return std::ranges::any_of(listings_,
                               [](const Listing& listing) { return listing.id.value() != 0; });
}

void DemoMarket::on(const codec::InstrumentUpdated& event) {
    const auto found = std::ranges::find(symbols, event.symbol.view());
    if (found == symbols.end()) return;
    const auto slot = static_cast<std::uint32_t>(found - symbols.begin());
    listings_[slot].id = event.instrument;
    listings_[slot].halted = event.state != model::InstrumentState::trading;
    instrument_slots_[event.instrument.value()] = slot;
}

void DemoMarket::on(const codec::AccountUpdated& event) {
    for (std::size_t i = 0; i < accounts_.size(); ++i)
        if (event.reference == reference_of(i)) accounts_[i] = event.account;
}

std::size_t DemoMarket::account_slot(model::AccountId id) const {
    return static_cast<std::size_t>(std::ranges::find(accounts_, id) - accounts_.begin());
}

void DemoMarket::on(const codec::OrderAccepted& event) {
    if (account_slot(event.account) == accounts_.size()) return;
    OwnOrder order{event.account, std::nullopt};
    if (const auto waiting = waiting_.find(event.request_id.value()); waiting != waiting_.end()) {
        order.quote = waiting->second;
        quote_at(*order.quote) = {Quote::State::open, event.order_id};
        waiting_.erase(waiting);
    }
    open_[event.order_id.value()] = order;
}

void DemoMarket::on(const codec::OrderCancelled& event) { order_closed(event.order_id); }

void DemoMarket::on(const codec::TradeExecuted& event) {
    if (const auto slot = instrument_slots_.find(event.instrument.value());
        slot != instrument_slots_.end())
        listings_[slot->second].fair_cents =
            (listings_[slot->second].fair_cents * 7 + event.price.value() / cent) / 8;
    if (event.maker_remaining == model::Quantity{0}) order_closed(event.maker_order);
    if (event.taker_remaining == model::Quantity{0}) order_closed(event.taker_order);
}

void DemoMarket::on(const codec::CommandRejected& event) {
    if (const auto waiting = waiting_.find(event.request_id.value()); waiting != waiting_.end()) {
        quote_at(waiting->second) = {};
        waiting_.erase(waiting);
    }
}

void DemoMarket::order_closed(model::OrderId id) {
    const auto found = open_.find(id.value());
    if (found == open_.end()) return;
    if (found->second.quote) quote_at(*found->second.quote) = {};
    open_.erase(found);
}

template <class Message>
bool DemoMarket::send(Message message) {
    message.request_id = model::make_request_id(options_.gateway, next_request_);
    codec::Frame<Message> frame;
    frame.body = message;
    if (!port_.try_send(codec::bytes_of(frame))) return false;
    ++next_request_;
    return true;
}

std::size_t DemoMarket::do_work() {
    if (stage_ != Stage::trading) return set_up() ? 1 : 0;
    const std::uint64_t now = clock_.monotonic_ns();
    if (started_ns_ == 0) started_ns_ = now;
    const auto due = static_cast<std::uint64_t>(static_cast<double>(now - started_ns_) *
                                                options_.commands_per_second / 1e9);
    if (sent_trading_ + 1000 < due)
        sent_trading_ = due;  // after a pause, go on from now instead of catching up
    if (sent_trading_ >= due || !trade()) return 0;
    ++sent_trading_;
    return 1;
}

std::uint64_t DemoMarket::rest_ns() const {
    if (stage_ != Stage::trading) return shortest_rest_ns;
    const double together_ns = commands_together * 1e9 / options_.commands_per_second;
    return std::max(shortest_rest_ns, static_cast<std::uint64_t>(std::min(
                                          together_ns, static_cast<double>(longest_rest_ns))));
}

bool DemoMarket::set_up() {
    switch (stage_) {
        case Stage::listing: return list_next();
        case Stage::opening: return open_next();
        case Stage::funding: return fund_next();
        case Stage::clearing: return clear_next();
        case Stage::trading: return false;
    }
    return false;
}

bool DemoMarket::list_next() {
    if (step_ == 0 && !fees_set_) {
        codec::SetFees fees{};
        fees.maker = model::FeeRate{100};
        fees.taker = model::FeeRate{300};
        fees.auction = model::FeeRate{200};
        fees_set_ = send(fees);
        return fees_set_;
    }
    if (step_ == instrument_count) {
        const bool all_listed = std::ranges::all_of(
            listings_, [](const Listing& l) { return l.id != model::InstrumentId{}; });
        if (all_listed) stage_ = Stage::opening, step_ = 0;
        return false;
    }
    const Listing& listing = listings_[step_];
    if (listing.id == model::InstrumentId{}) {
        codec::ConfigureInstrument message{};
        message.tick_size = model::Price{cent};
        message.lot_size = model::Quantity{1};
        message.reference_price = model::Price{listing.fair_cents * cent};
        message.max_order_quantity = model::Quantity{1'000'000};
        message.max_order_value = model::Money{100'000'000 * 10'000ll};
        message.collar = model::Ppm{200'000};
        message.currency = currency;
        message.symbol = *model::Symbol::from(symbols[step_]);
        if (!send(message)) return false;
    }
    ++step_;
    return true;
}

bool DemoMarket::open_next() {
    if (step_ == accounts_.size()) {
        const bool all_open = std::ranges::all_of(
            accounts_, [](model::AccountId id) { return id != model::AccountId{}; });
        if (all_open) stage_ = Stage::funding, step_ = 0;
        return false;
    }
    if (accounts_[step_] == model::AccountId{}) {
        codec::OpenAccount message{};
        message.reference = reference_of(step_);
        if (!send(message)) return false;
    }
    ++step_;
    return true;
}

/// References make repetition harmless: a deposit made before is answered, not made again.
bool DemoMarket::fund_next() {
    const std::size_t per_account = 1 + instrument_count;
    if (step_ == accounts_.size() * per_account) {
        stage_ = Stage::clearing, step_ = 0;
        return false;
    }
    const model::AccountId account = accounts_[step_ / per_account];
    const std::size_t part = step_ % per_account;
    bool sent = false;
    if (part == 0) {
        codec::MoveCash cash{};
        cash.amount = model::Money{deposit_cash};
        cash.account = account;
        cash.currency = currency;
        cash.reference = *model::ClientOrderId::from("demo-cash");
        sent = send(cash);
    } else {
        codec::MoveShares shares{};
        shares.quantity = deposit_shares;
        shares.account = account;
        shares.instrument = listings_[part - 1].id;
        shares.reference = *model::ClientOrderId::from(fmt::format("demo-{}", symbols[part - 1]));
        sent = send(shares);
    }
    if (sent) ++step_;
    return sent;
}

/// Orders of an earlier run are cancelled, then quoting starts from nothing.
bool DemoMarket::clear_next() {
    for (auto& [id, order] : open_) {
        if (order.quote || order.cancel_sent) continue;
        codec::CancelOrder cancel{};
        cancel.order_id = model::OrderId{id};
        cancel.account = order.account;
        order.cancel_sent = send(cancel);
        return order.cancel_sent;
    }
    stage_ = Stage::trading;
    return false;
}

bool DemoMarket::trade() {
    const auto instrument = static_cast<std::uint32_t>(below(instrument_count));
    if (listings_[instrument].halted || storage_scarce_) return true;
    return below(10) < 7 ? requote(instrument) : take(instrument);
}

bool DemoMarket::requote(std::uint32_t instrument) {
    Listing& listing = listings_[instrument];
    const auto index = static_cast<std::uint32_t>(below(listing.quotes.size()));
    Quote& quote = listing.quotes[index];
    const std::size_t maker = (instrument + index / (2 * levels)) % maker_count;
    if (quote.state == Quote::State::open) {
        codec::CancelOrder cancel{};
        cancel.order_id = quote.order;
        cancel.account = accounts_[maker];
        if (!send(cancel)) return false;
        quote.state = Quote::State::cancelling;
        return true;
    }
    if (quote.state != Quote::State::none) return true;
    const std::int64_t step = std::max<std::int64_t>(1, listing.fair_cents / 2000);
    const std::int64_t distance = step * static_cast<std::int64_t>(1 + index / 2 % levels) +
                                  static_cast<std::int64_t>(below(2));
    codec::NewOrder order{};
    order.side = index % 2 == 0 ? model::Side::buy : model::Side::sell;
    const std::int64_t cents = std::max<std::int64_t>(
        1, listing.fair_cents + (order.side == model::Side::buy ? -distance : distance));
    order.price = model::Price{cents * cent};
    order.quantity = model::Quantity{100 * (1 + below(9))};
    order.account = accounts_[maker];
    order.instrument = listing.id;
    if (!send(order)) return false;
    quote.state = Quote::State::sent;
    waiting_[model::make_request_id(options_.gateway, next_request_ - 1).value()] = {instrument,
                                                                                     index};
    return true;
}

bool DemoMarket::take(std::uint32_t instrument) {
    Listing& listing = listings_[instrument];
    codec::NewOrder order{};
    order.side = below(2) == 0 ? model::Side::buy : model::Side::sell;
    order.order_type = model::OrderType::market;
    order.time_in_force = model::TimeInForce::ioc;
    order.price = model::no_price;
    order.quantity = model::Quantity{10 * (1 + below(40))};
    order.account = accounts_[maker_count + below(taker_count)];
    order.instrument = listing.id;
    const std::int64_t drift = static_cast<std::int64_t>(below(3)) - 1;  // the fair price wanders
    listing.fair_cents = std::max<std::int64_t>(
        100, listing.fair_cents + drift * std::max<std::int64_t>(1, listing.fair_cents / 4000));
    return send(order);
}

}  // namespace bw::demo
