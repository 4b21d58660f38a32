// SmallMarket: matching with one instrument and a few accounts that have more than enough, without
// the engine around it. Keeps the trades and the other events of orders as text.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "codec/registry.hpp"
#include "matching/matching.hpp"

namespace bw::matching {

struct SeenTrade {
    std::uint64_t maker, taker;
    std::int64_t price;
    std::uint64_t quantity;
    friend bool operator==(const SeenTrade&, const SeenTrade&) = default;
};

class SmallMarket final : private codec::EventSink {
 public:
    static constexpr InstrumentIndex acme = 0;
    static constexpr std::int64_t tick = 1;

    explicit SmallMarket(std::uint32_t account_count = 4)
        : settlement_(events_, {.accounts = 8,
                                .positions = 16,
                                .instruments = 2,
                                .currencies = 1,
                                .trades = 1u << 16}),
          matching_({events_, rules_, accounts_, instruments_, settlement_},
                    {.orders = 4096, .level_groups = 4096, .numbers = 1u << 16}) {
        const auto currency = settlement_.add_currency(*model::Currency::from("USD"));
        instruments_.add(*model::Symbol::from("ACME"), currency);
        Instrument& instrument = instruments_[acme];
        instrument.reference = model::Price{100};
        instrument.tick_size = model::Price{tick};
        instrument.lot_size = model::Quantity{1};
        instrument.ticks = TickDivider(instrument.tick_size, model::max_price);
        for (std::uint32_t a = 0; a < account_count; ++a) {
            static_cast<void>(accounts_.open(*model::ClientOrderId::from("member"), 0));
            BW_ASSERT(settlement_.move_cash(a, *model::Currency::from("USD"),
                                            model::Money{1'000'000'000'000}) ==
                      model::RejectReason::none);
            BW_ASSERT(settlement_.move_shares(a, acme, 1'000'000'000) == model::RejectReason::none);
        }
    }

    struct Entry {
        std::uint32_t account = 0;  ///< index
        model::Side side = model::Side::buy;
        std::int64_t price = 100;
        std::uint64_t quantity = 1;
        model::TimeInForce time_in_force = model::TimeInForce::day;
        model::OrderType type = model::OrderType::limit;
        std::uint8_t instructions = 0;
        std::uint64_t display = 0;
        std::int64_t stop_price = 0;
        std::uint64_t min_quantity = 0;
    };

    /// Enters an order that admission has let through. Returns its id.
    std::uint64_t enter(const Entry& entry) {
        begin();
        OpenOrders& orders = matching_.orders;
        const model::OrderId id = orders.next_id(model::AccountId{entry.account + 1});
        const OrderSlot slot = orders.take();
        Order& order = orders[slot];
        const model::Money value{entry.price * static_cast<std::int64_t>(entry.quantity)};
        order.id = id;
        order.price = model::Price{entry.price};
        order.remaining = model::Quantity{entry.quantity};
        order.hold = entry.side == model::Side::buy ? value : model::Money{};
        order.account = entry.account;
        order.position = settlement_.wallet().find_position(entry.account, acme);
        order.instrument = acme;
        order.fee_schedule = 0;
        order.side = entry.side;
        order.type = entry.type;
        order.time_in_force = entry.time_in_force;
        order.instructions = entry.instructions;
        order.place = Place::none;
        order.peg = model::PegKind::none;
        order.traits = entry.display != 0 ? order_book::iceberg_trait : std::uint8_t{0};
        order.executed = false;
        orders.conditions(slot) = {.display = model::Quantity{entry.display},
                                   .displayed = {},
                                   .stop_price = model::Price{entry.stop_price},
                                   .offset = {},
                                   .expire_date = 0};
        settlement_.hold(order, 0);
        matching_.flow.route_order(slot, static_cast<Tick>(entry.price),
                                   model::Quantity{entry.min_quantity}, model::RequestId{1});
        end();
        return id.value();
    }
    void cancel(std::uint64_t id) {
        begin();
        matching_.orders.cancel(slot_of(id), model::RequestId{1}, model::CancelReason::requested);
        end();
    }
    void reduce(std::uint64_t id, std::uint64_t quantity) {
        begin();
        matching_.orders.reduce(slot_of(id), model::Quantity{quantity}, true, model::RequestId{1});
        end();
    }
    void change_phase(model::InstrumentState to) {
        begin();
        BW_ASSERT(matching_.phases.is_allowed(acme, to));
        matching_.phases.change(acme, to, model::HaltReason::none, model::RequestId{1});
        end();
    }

    [[nodiscard]] bool open(std::uint64_t id) const {
        const auto entry = matching_.orders.directory().find(model::OrderId{id});
        return entry.slot != order_manager::OrderDirectory::closed;
    }
    [[nodiscard]] std::uint64_t remaining(std::uint64_t id) const {
        return open(id) ? matching_.orders[slot_of(id)].remaining.value() : 0;
    }
    /// All that the latest call traded.
    [[nodiscard]] const std::vector<SeenTrade>& trades() const { return trades_; }
    /// What else it told of orders: "cancelled 3 self_trade", "triggered 4" …
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }
    [[nodiscard]] model::InstrumentState state() const { return instruments_[acme].state; }
    [[nodiscard]] std::int64_t last_price() const { return instruments_[acme].last_price.value(); }

    /// Ids on a side of the lit book, in priority.
    [[nodiscard]] std::vector<std::uint64_t> resting(model::Side side) {
        std::vector<std::uint64_t> ids;
        matching_.orders.walk(acme, side, [&](OrderSlot slot) {
            if (matching_.orders[slot].place == Place::lit)
                ids.push_back(matching_.orders[slot].id.value());
        });
        return ids;
    }
    /// Every invariant of the parts.
    void verify() const {
        wallet::OpenTotals totals(accounts_.count(), settlement_.wallet().positions());
        matching_.orders.verify(acme, totals);
        BW_ASSERT(totals.orders == matching_.orders.count());
        accounts_.verify(totals.open_orders);
        settlement_.verify(totals, accounts_.count(), instruments_.count());
    }

    [[nodiscard]] risk::Accounts& accounts() { return accounts_; }
    [[nodiscard]] Listing& listing() { return instruments_.listing(acme); }
    void parameters_changed() { instruments_.update_special(acme); }
    [[nodiscard]] const Matching& matching() const { return matching_; }

 private:
    [[nodiscard]] OrderSlot slot_of(std::uint64_t id) const {
        return matching_.orders.directory().find(model::OrderId{id}).slot;
    }
    void begin() {
        events_.begin_command(model::SequenceNumber{++sequence_});
        trades_.clear();
        told_.clear();
    }
    void end() {
        if ((instruments_[acme].special & special_following) != 0)
            matching_.following.follow(acme, model::RequestId{1});
        matching_.orders.assert_nothing_due(acme);
        static_cast<void>(events_.emit<codec::DayEnded>());  // each command has an event
        events_.end_command();
    }

    void take(std::span<const std::byte> bytes, bool) override {
        codec::MessageHeader header;
        while (codec::read_header(bytes, header)) {
            const std::size_t size = sizeof header + header.block_length;
            codec::visit<codec::AllEvents>(bytes.first(size),
                                           [this](const auto& event) { on(event); });
            bytes = bytes.subspan(size);
        }
    }
    void on(const codec::TradeExecuted& event) {
        trades_.push_back({event.maker_order.value(), event.taker_order.value(),
                           event.price.value(), event.quantity.value()});
    }
    void on(const codec::OrderCancelled& event) {
        told_.push_back(
            fmt::format("cancelled {} {}", event.order_id.value(), model::name_of(event.reason)));
    }
    void on(const codec::OrderReduced& event) {
        told_.push_back(
            fmt::format("reduced {} to {}", event.order_id.value(), event.remaining.value()));
    }
    void on(const codec::OrderTriggered& event) {
        told_.push_back(fmt::format("triggered {}", event.order_id.value()));
    }
    void on(const codec::OrderRefreshed& event) {
        told_.push_back(
            fmt::format("refreshed {} shows {}", event.order_id.value(), event.displayed.value()));
    }
    template <class Event>
    void on(const Event&) {}

    std::uint64_t sequence_ = 0;
    std::vector<SeenTrade> trades_;
    std::vector<std::string> told_;
    codec::EventBuffer events_{*this};
    model::Rules rules_;
    risk::Accounts accounts_{8};
    Instruments instruments_{2};
    wallet::Settlement settlement_;
    Matching matching_;
};

}  // namespace bw::matching
