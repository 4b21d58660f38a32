// The engine's state and its handlers, one function per rule of docs/internals/trading-rules.md. Private to the engine.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/growing_index.hpp"
#include "base/lazy_array.hpp"
#include "codec/commands.hpp"
#include "codec/events.hpp"
#include "codec/header.hpp"
#include "engine/engine.hpp"
#include "engine/limits.hpp"
#include "matching/sweep.hpp"
#include "order_book/book_side.hpp"
#include "order_manager/client_ids.hpp"
#include "order_manager/order_directory.hpp"
#include "risk/limits.hpp"
#include "wallet/wallet.hpp"

namespace bw::engine {

using model::RejectReason;

/// yyyymmdd, looked at as a number only: whether the day exists is the calendar's business.
[[nodiscard]] inline bool is_business_date(std::uint32_t date) {
    return date >= 19000101 && date <= 99991231;
}

struct FeeSchedule {
    model::Ppm maker;
    model::Ppm taker;
    [[nodiscard]] model::Ppm larger() const { return std::max(maker, taker); }
};

struct Account {
    risk::OrderLimits order_limits;
    risk::DailyLimits daily_limits;
    std::uint32_t max_open_orders;
    std::uint32_t open_orders;
    model::AccountState state;
    model::SelfTradePrevention self_trade_mode;
    std::uint32_t self_trade_group;
    model::ClientOrderId reference;
};

/// Exact division of prices (< 2^31) by the tick size: multiply by ceil(2^64 / tick) and take the high half (Lemire 2019).
class TickDivider {
 public:
    TickDivider() = default;
    explicit TickDivider(model::Price tick)
        : tick_(static_cast<std::uint64_t>(tick.value())),
          inverse_(tick_ == 1 ? 0 : ~std::uint64_t{0} / tick_ + 1) {}
    [[nodiscard]] order_book::Tick operator()(model::Price price) const {
        const auto value = static_cast<std::uint64_t>(price.value());
        if (tick_ == 1) return static_cast<order_book::Tick>(value);
        return static_cast<order_book::Tick>((base::uint128{inverse_} * value) >> 64);
    }
    [[nodiscard]] bool divides(model::Price price) const {
        return (*this)(price)*tick_ == static_cast<std::uint64_t>(price.value());
    }

 private:
    std::uint64_t tick_ = 1;
    std::uint64_t inverse_ = 0;
};

struct Instrument {
    order_book::Book book;
    model::Price reference;
    model::Price tick_size;
    model::Quantity lot_size;
    risk::OrderLimits order_limits;
    TickDivider ticks;
    model::Ppm collar;
    std::uint32_t currency;  ///< index into currencies
    model::InstrumentState state;
    model::HaltReason halt_reason;
    model::Symbol symbol;
};

struct CurrencyTotals {
    model::Currency code;
    model::Money deposited;  ///< less withdrawals, over all accounts
    model::Money fees;       ///< collected by the exchange
};

class Engine::State {
 public:
    State(EventSink& sink, const Limits& limits);

    void provide_memory(std::uint32_t open_orders) {
        orders_.prepare(open_orders);
        executed_.prepare(open_orders);
    }
    void apply(model::SequenceNumber sequence, std::span<const std::byte> message);
    void look_ahead(std::span<const std::span<const std::byte>> messages) const;
    [[nodiscard]] std::uint64_t hash() const;
    void verify() const;

 private:
    using Order = order_book::Order;
    using OrderSlot = order_book::OrderSlot;

    /// What the checks of an entry or a replacement find out, so that nothing is computed twice.
    struct Admission {
        order_book::Tick tick = 0;
        model::Price limit;
        model::Money value;
        model::Money hold;
        wallet::PositionIndex position = wallet::no_position;
    };
    /// The part of an order that is being replaced that must not count against it.
    struct Released {
        model::Quantity quantity;
        model::Money value;
        model::Money hold;
    };
    struct Terms {
        model::AccountId account;
        std::uint32_t instrument;  ///< index
        model::Side side;
        model::OrderType type;
        model::TimeInForce time_in_force;
        model::Price price;
        model::Quantity quantity;
        std::uint16_t fee_schedule;
        std::uint8_t instructions = 0;
        model::Quantity min_quantity{};
    };
    struct Named {
        RejectReason refusal = RejectReason::none;
        model::OrderId id;
        OrderSlot slot = order_book::no_order;
    };

    // order_entry.cpp
    void on(const codec::NewOrder& command);
    [[nodiscard]] RejectReason check_header(const codec::NewOrder& command) const;
    [[nodiscard]] RejectReason check_instructions(const codec::NewOrder& command) const;
    [[nodiscard]] RejectReason admit(const Terms& terms, const Released& released, bool replacing,
                                     Admission& out) const;
    [[nodiscard]] RejectReason check_price(const Terms& terms, Admission& out) const;
    [[nodiscard]] RejectReason check_limits(const Terms& terms, const Released& released,
                                            bool replacing, Admission& out) const;
    [[nodiscard]] RejectReason check_funds(const Terms& terms, const Released& released,
                                           const Admission& admission) const;
    [[nodiscard]] bool would_trade(const Terms& terms, order_book::Tick tick) const;
    void accept(const codec::NewOrder& command, model::OrderId id, const Terms& terms,
                Admission& admission);
    [[nodiscard]] OrderSlot make_order(const codec::NewOrder& command, model::OrderId id,
                                       const Terms& terms, const Admission& admission);
    void run_entry(OrderSlot slot, const codec::NewOrder& command, order_book::Tick limit);
    void hold(const Terms& terms, const Admission& admission);

    // trading.cpp
    /// False: self-trade prevention cancelled the taker, its slot is given back.
    [[nodiscard]] bool match(OrderSlot taker, order_book::Tick limit, model::RequestId request);
    template <model::Side resting>
    [[nodiscard]] bool match_against(OrderSlot taker, order_book::Tick limit,
                                     model::RequestId request);
    template <model::Side resting>
    void sweep(order_book::BookSide<resting>& side, Order& taker, order_book::Tick limit,
               model::Quantity quantity);
    template <model::Side resting>
    [[nodiscard]] bool match_guarded(OrderSlot taker, order_book::Tick limit,
                                     model::RequestId request);
    [[nodiscard]] bool prevent_self_trade(OrderSlot maker, OrderSlot taker,
                                          model::RequestId request);
    [[nodiscard]] bool decrement_both(OrderSlot maker, OrderSlot taker, model::RequestId request);
    [[nodiscard]] bool same_group(const Account& a, const Account& b) const {
        return a.self_trade_group != 0 && a.self_trade_group == b.self_trade_group;
    }
    [[nodiscard]] bool can_find(OrderSlot taker, order_book::Tick limit, model::Quantity wanted);
    template <model::Side resting>
    [[nodiscard]] bool can_find_against(const Order& taker, order_book::Tick limit,
                                        model::Quantity wanted);
    void cancel_resting(OrderSlot slot, model::RequestId request, model::CancelReason reason);
    /// Takes `quantity` (less than remains) off an order, resting or incoming, and tells.
    void reduce_order(OrderSlot slot, model::Quantity quantity, bool resting,
                      model::RequestId request);
    void settle(Order& maker, Order& taker, model::Quantity quantity);
    void settle_shares(Order& maker, Order& taker, model::Quantity quantity, model::Money amount);
    void rest(OrderSlot slot, order_book::Tick tick);
    void take_out_of_book(OrderSlot slot);
    /// Releases what the open order holds and counts, emits OrderCancelled, gives the slot back. Not in the book any more.
    void close_cancelled(OrderSlot slot, model::RequestId request, model::CancelReason reason);
    void give_back(OrderSlot slot);
    [[nodiscard]] model::Money lower_hold(Order& order);
    [[nodiscard]] OrderSlot slot_of(const Order& order) const {
        return static_cast<OrderSlot>(&order - &orders_[0]);
    }

    // order_changes.cpp
    [[nodiscard]] Named find_order(model::AccountId account, model::OrderId id,
                                   const model::ClientOrderId& client_id, bool must_be_active);
    template <class Command>
    void reject_change(const Command& command, const Named& named, RejectReason reason);
    void on(const codec::CancelOrder& command);
    void on(const codec::ReduceOrder& command);
    void on(const codec::ReplaceOrder& command);
    void on(const codec::AmendOrder& command);
    [[nodiscard]] RejectReason admit_replacement(const Order& order, model::Price price,
                                                 model::Quantity quantity, Admission& out) const;
    void replace(OrderSlot slot, model::RequestId request, model::Quantity quantity,
                 const Admission& admission);
    void on(const codec::MassCancel& command);
    template <model::Side side>
    [[nodiscard]] std::uint32_t mass_cancel(std::uint32_t instrument,
                                            const codec::MassCancel& command);

    // administration.cpp
    void on(const codec::ConfigureInstrument& command);
    [[nodiscard]] RejectReason check(const codec::ConfigureInstrument& command) const;
    void on(const codec::SetInstrumentState& command);
    void on(const codec::OpenAccount& command);
    void on(const codec::SetAccountState& command);
    void on(const codec::SetAccountLimits& command);
    void on(const codec::SetSelfTradePrevention& command);
    void on(const codec::MoveCash& command);
    [[nodiscard]] RejectReason move_cash(const codec::MoveCash& command);
    void on(const codec::MoveShares& command);
    [[nodiscard]] RejectReason move_shares(const codec::MoveShares& command);
    template <class Command>
    [[nodiscard]] std::optional<order_manager::FirstResult*> begin_transfer(const Command& command);
    void on(const codec::SetFees& command);
    void on(const codec::EndDay& command);
    template <model::Side side>
    void expire(Instrument& instrument, const codec::EndDay& command);
    void forget_client_ids();
    void emit_instrument(std::uint32_t index, model::RequestId request);
    void emit_account(model::AccountId account, model::RequestId request);

    // look_ahead.cpp
    struct Hint;
    void hint_bucket(std::span<const std::byte> message, Hint& hint) const;
    void hint_entry(Hint& hint) const;
    void hint_second_entry(Hint& hint) const;
    void hint_named_order(Hint& hint) const;
    void hint_order(Hint& hint) const;
    void hint_tail(const Hint& hint) const;

    // events and lookups, state.cpp
    struct Refusal {
        model::RequestId request{};
        model::AccountId account{};
        model::InstrumentId instrument{};
        model::OrderId order{};
        std::uint16_t command_template = 0;
        RejectReason reason = RejectReason::none;
        model::ClientOrderId client_id{};
    };
    void reject(const Refusal& refusal);
    void answer_duplicate(model::RequestId request, model::AccountId account,
                          std::uint16_t command_template, const order_manager::FirstResult& first,
                          const model::ClientOrderId& client_id);
    [[nodiscard]] bool known(model::AccountId id) const {
        return id.value() != 0 && id.value() <= account_count_;
    }
    [[nodiscard]] bool known(model::InstrumentId id) const {
        return id.value() != 0 && id.value() <= instrument_count_;
    }
    [[nodiscard]] Account& account(model::AccountId id) { return accounts_[id.value() - 1]; }
    [[nodiscard]] const Account& account(model::AccountId id) const {
        return accounts_[id.value() - 1];
    }
    [[nodiscard]] std::optional<std::uint32_t> find_currency(const model::Currency& code) const;
    [[nodiscard]] order_manager::FirstResult* find_client_id(model::AccountId account,
                                                             const model::ClientOrderId& text,
                                                             std::uint64_t hash);
    [[nodiscard]] matching::Pools pools() { return {orders_, levels_}; }
    template <class Message>
    [[nodiscard]] Message& emit() {
        Message& message = events_.add<Message>();
        message.command_sequence = sequence_;
        return message;
    }

    // invariants.cpp
    struct Sums;
    template <model::Side side>
    void verify_side(std::uint32_t instrument, Sums& sums) const;
    template <model::Side side>
    void hash_side(const Instrument& instrument, base::RunningHash& hash) const;

    Limits limits_;
    EventBuffer events_;
    model::SequenceNumber sequence_;

    order_book::OrderPool orders_;
    base::LazyArray<model::Quantity>
        executed_;  ///< of each open order, by slot; touched by trades and amendments only
    order_book::LevelPool levels_;
    order_manager::OrderDirectory directory_;
    std::array<order_manager::ClientIds, 2> order_ids_;  ///< today's and yesterday's
    std::uint32_t today_ = 0;
    order_manager::ClientIds transfers_;
    order_manager::ClientIds references_;
    wallet::Wallet wallet_;

    base::LazyArray<Account> accounts_;
    std::uint32_t account_count_ = 0;
    base::LazyArray<Instrument> instruments_;
    base::GrowingIndex symbols_;
    std::uint32_t instrument_count_ = 0;
    base::LazyArray<model::Quantity> issued_;  ///< shares per instrument
    std::array<CurrencyTotals, wallet::currencies_max> currencies_{};
    std::uint32_t currency_count_ = 0;
    base::LazyArray<FeeSchedule> fee_schedules_;
    std::uint16_t fee_schedule_ = 0;  ///< in force for new orders
    std::uint64_t last_match_ = 0;
    std::uint32_t last_business_date_ = 0;
};

}  // namespace bw::engine
