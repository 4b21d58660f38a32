#include "views/market/displayed_orders.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace bw::views::market {
namespace {

constexpr model::Quantity nothing{0};

bool is_hidden(const codec::OrderAccepted& event) {
    return (event.instructions & static_cast<std::uint8_t>(model::Instruction::hidden)) != 0;
}

}  // namespace

void DisplayedOrders::accept(const codec::OrderAccepted& event, Book& book,
                             model::InstrumentState state) {
    const bool is_stop = event.order_type == model::OrderType::stop_limit;
    if (is_hidden(event) || (event.order_type != model::OrderType::limit && !is_stop)) return;
    const bool is_for_close = event.time_in_force == model::TimeInForce::at_close;
    const bool waits = is_for_close && state != model::InstrumentState::closing_auction;
    const Place place = is_stop ? Place::stop : waits ? Place::waiting : Place::book;
    const auto [at, is_new] = orders_.try_emplace(
        event.order_id.value(), Order{&book, nullptr, event.price, event.quantity, nothing, nothing,
                                      event.instrument, event.side, is_for_close, place});
    BW_ASSERT(is_new);
    if (place == Place::waiting) waiting_[event.instrument.value()].insert(event.order_id.value());
    if (place == Place::book) enter(at->second);
}

/// Follows the acceptance, before anything else of the order.
void DisplayedOrders::set_conditions(const codec::OrderConditions& event) {
    Order* order = find(event.order_id);
    if (order == nullptr) return;
    order->display_quantity = event.display_quantity;
    if (order->level != nullptr) show(*order, displayed_on_entry(*order));
}

void DisplayedOrders::trigger(const codec::OrderTriggered& event) {
    Order* order = find(event.order_id);
    if (order == nullptr) return;
    order->place = Place::book;
    enter(*order);
}

/// Whoever comes in shows what it would show at rest; the resting order of a continuous trade has
/// shown what it sells. In an auction both rested and show their display quantity anew.
void DisplayedOrders::trade(const codec::TradeExecuted& event) {
    const bool rested = event.kind == model::TradeKind::continuous;
    if (Order* taker = find(event.taker_order)) {
        taker->remaining = event.taker_remaining;
        show(*taker, displayed_on_entry(*taker));
        if (taker->remaining == nothing) forget(event.taker_order, *taker);
    }
    if (Order* maker = find(event.maker_order)) {
        maker->remaining = event.maker_remaining;
        BW_ASSERT(!rested || maker->displayed >= event.quantity);
        show(*maker, rested ? maker->displayed - event.quantity : displayed_on_entry(*maker));
        if (maker->remaining == nothing) forget(event.maker_order, *maker);
    }
}

void DisplayedOrders::refresh(const codec::OrderRefreshed& event) {
    if (Order* order = find(event.order_id)) show(*order, event.displayed);
}

void DisplayedOrders::reduce(const codec::OrderReduced& event) {
    Order* order = find(event.order_id);
    if (order == nullptr) return;
    order->remaining = event.remaining;
    if (order->level != nullptr) show(*order, std::min(order->displayed, event.remaining));
}

void DisplayedOrders::replace(const codec::OrderReplaced& event, model::InstrumentState state) {
    Order* order = find(event.order_id);
    if (order == nullptr) return;
    leave(*order);
    if (order->is_for_close && state != model::InstrumentState::closing_auction) {
        order->place = Place::waiting;
        waiting_[order->instrument.value()].insert(event.order_id.value());
    }
    order->price = event.price;
    order->remaining = event.remaining;
    if (order->place == Place::book) enter(*order);
}

void DisplayedOrders::cancel(const codec::OrderCancelled& event) {
    if (Order* order = find(event.order_id)) forget(event.order_id, *order);
}

void DisplayedOrders::begin_closing_auction(model::InstrumentId instrument) {
    const auto node = waiting_.extract(instrument.value());
    if (node.empty()) return;
    for (const std::uint64_t id : node.mapped()) {
        Order& order = orders_.at(id);
        order.place = Place::book;
        enter(order);
    }
}

DisplayedOrders::Order* DisplayedOrders::find(model::OrderId id) {
    const auto found = orders_.find(id.value());
    return found == orders_.end() ? nullptr : &found->second;
}

void DisplayedOrders::enter(Order& order) {
    order.displayed = displayed_on_entry(order);
    order.level = &order.book->enter(order.side, order.price, order.displayed);
}

void DisplayedOrders::leave(Order& order) {
    if (order.level == nullptr) return;
    order.book->leave(order.side, *order.level, order.displayed);
    order.level = nullptr;
    order.displayed = nothing;
}

void DisplayedOrders::show(Order& order, model::Quantity displayed) {
    BW_ASSERT(order.level != nullptr && displayed <= order.remaining);
    order.level->quantity += displayed;
    order.level->quantity -= order.displayed;
    order.displayed = displayed;
}

model::Quantity DisplayedOrders::displayed_on_entry(const Order& order) {
    return order.display_quantity == nothing ? order.remaining
                                             : std::min(order.display_quantity, order.remaining);
}

void DisplayedOrders::forget(model::OrderId id, Order& order) {
    leave(order);
    if (order.place == Place::waiting) waiting_[order.instrument.value()].erase(id.value());
    orders_.erase(id.value());
}

template <class Archive, class Row>
void DisplayedOrders::order_fields(Archive& archive, Row& order) {
    archive(order.price, order.remaining, order.displayed, order.display_quantity,
            order.instrument);
    base::field_up_to(archive, order.side, model::Side::sell);
    archive(order.is_for_close);
    base::field_up_to(archive, order.place, Place::waiting);
}

/// Levels and the set of those that wait follow from the orders.
void DisplayedOrders::save(base::FieldWriter& out) const {
    std::vector<std::uint64_t> ids;
    ids.reserve(orders_.size());
    for (const auto& [id, order] : orders_) ids.push_back(id);
    std::ranges::sort(ids);
    out.count(ids.size());
    for (const std::uint64_t id : ids) {
        out(id);
        order_fields(out, orders_.at(id));
    }
}

bool DisplayedOrders::is_sound(const Order& order) {
    return order.book != nullptr && order.displayed <= order.remaining &&
           (order.place == Place::book || order.displayed == nothing);
}

void DisplayedOrders::load(base::FieldReader& in,
                           const std::function<Book*(model::InstrumentId)>& book_of) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        std::uint64_t id = 0;
        Order order{};
        in(id);
        order_fields(in, order);
        order.book = in.good() ? book_of(order.instrument) : nullptr;
        if (!is_sound(order) || orders_.contains(id)) return in.spoil();
        if (order.place == Place::book)
            order.level = &order.book->enter(order.side, order.price, order.displayed);
        if (order.place == Place::waiting) waiting_[order.instrument.value()].insert(id);
        orders_.emplace(id, order);
    }
}

}  // namespace bw::views::market
