// The engine's state and its handlers, one function per rule of docs/internals/trading-rules.md.
// Private to the engine.
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
#include "engine/instrument.hpp"
#include "engine/limits.hpp"
#include "engine/planted_fault.hpp"
#include "engine/snapshot.hpp"
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
    model::FeeRate maker;
    model::FeeRate taker;
    model::FeeRate auction;
    model::FeeRate hold;  ///< the largest of them and 0: what a buy must be able to pay
};
inline constexpr std::uint32_t fee_tiers = 16;

/// What an order needs of its account. One cache line.
struct alignas(64) Account {
    risk::OrderLimits order_limits;
    risk::DailyLimits daily_limits;
    std::uint32_t max_open_orders;
    std::uint32_t open_orders;
    std::uint32_t self_trade_group;
    model::AccountState state;
    model::SelfTradePrevention self_trade_mode;
    std::uint16_t firm;  ///< 0: none
    std::uint8_t fee_tier;
    bool killed;   ///< by a kill switch of its own
    bool blocked;  ///< by any kill switch: its own, its firm's, the market's
};
static_assert(sizeof(Account) == 64);

struct CurrencyTotals {
    model::Currency code;
    model::Money deposited;  ///< less withdrawals, over all accounts
    model::Money fees;       ///< collected by the exchange
    std::int64_t rounding;   ///< what rounding left out of the fees, in 10^-6 of a Money unit
};

/// What is kept of a trade so that it can be busted or corrected.
struct TradeRecord {
    std::uint32_t buyer;  ///< account index
    std::uint32_t seller;
    model::Quantity quantity;
    model::Price price;
    model::Money buyer_fee;
    model::Money seller_fee;
    std::uint32_t instrument;  ///< index
    bool busted;
};

/// A command that waits for a second operator.
struct Proposal {
    std::uint64_t number;  ///< 0: free
    std::uint32_t operator_id;
    std::uint16_t command_template;
    std::array<std::byte, codec::max_message_size> command;  ///< the decoded struct
};
inline constexpr std::size_t proposals_max = 64;

/// What an auction finds.
struct AuctionResult {
    bool found = false;
    order_book::Tick tick = 0;
    std::uint64_t volume = 0;
    std::int64_t surplus = 0;  ///< above 0: more to buy
};

/// The ticks at which an incoming order may trade now.
struct Reach {
    order_book::Tick limit;   ///< of the order, within the limit bands
    order_book::Tick lowest;  ///< of the execution range
    order_book::Tick highest;
    [[nodiscard]] bool in_range(order_book::Tick tick) const {
        return tick >= lowest && tick <= highest;
    }
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
    void save(SnapshotSink& sink);
    [[nodiscard]] bool load(SnapshotSource& source);
    [[nodiscard]] Figures figures() const {
        return {orders_.in_use(), instrument_count_, account_count_, last_business_date_,
                storage_scarce_};
    }

 private:
    using Order = order_book::Order;
    using OrderSlot = order_book::OrderSlot;

    using Tick = order_book::Tick;
    using Place = order_book::Place;
    using LevelHandle = order_book::LevelHandle;

    /// What the checks of an entry or a replacement find out, so that nothing is computed twice.
    struct Admission {
        Tick tick = 0;  ///< of the limit
        model::Price limit;
        model::Price stop_price{};
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
        model::Quantity display{};
        model::Price stop_price{};
        model::Price offset{};
        bool replacing = false;
    };
    struct Named {
        RejectReason refusal = RejectReason::none;
        model::OrderId id;
        OrderSlot slot = order_book::no_order;
    };
    /// The best of a lit and a dark side: where the next trade would be.
    struct Queue {
        Place place = Place::none;  ///< none: both sides are empty
        LevelHandle level = order_book::LevelTree::none;
        Tick tick = 0;
    };

    // order_entry.cpp
    void on(const codec::NewOrder& command);
    void accept(const codec::NewOrder& command, model::OrderId id, const Terms& terms,
                Admission& admission);
    [[nodiscard]] OrderSlot make_order(const codec::NewOrder& command, model::OrderId id,
                                       const Terms& terms, const Admission& admission);
    void add_conditions(OrderSlot slot, const codec::NewOrder& command, const Admission& admission);
    void hold(const Terms& terms, const Admission& admission);
    /// What becomes of an accepted or replaced order: it waits beside the book, rests, or trades.
    void proceed(OrderSlot slot, Tick limit, model::Quantity min_quantity,
                 model::RequestId request);
    void run_incoming(OrderSlot slot, Tick limit, model::RequestId request);
    void rest_or_cancel(OrderSlot slot, Tick limit, model::RequestId request);
    [[nodiscard]] Place resting_place(const Order& order) const;

    // order_checks.cpp
    [[nodiscard]] RejectReason check_header(const codec::NewOrder& command) const;
    [[nodiscard]] RejectReason check_special_terms(const codec::NewOrder& command) const;
    [[nodiscard]] RejectReason admit(const Terms& terms, const Released& released,
                                     Admission& out) const;
    [[nodiscard]] RejectReason check_phase(const Terms& terms) const;
    [[nodiscard]] RejectReason check_quantity(const Terms& terms) const;
    [[nodiscard]] RejectReason check_price(const Terms& terms, Admission& out) const;
    [[nodiscard]] RejectReason check_limit_price(const Terms& terms, Admission& out) const;
    [[nodiscard]] RejectReason check_stop_price(const Terms& terms, Admission& out) const;
    [[nodiscard]] RejectReason check_limits(const Terms& terms, const Released& released,
                                            Admission& out) const;
    [[nodiscard]] RejectReason check_funds(const Terms& terms, const Released& released,
                                           const Admission& admission) const;
    [[nodiscard]] bool would_trade(const Terms& terms, Tick tick) const;
    [[nodiscard]] bool valid_price(std::uint32_t instrument, model::Price price) const;
    [[nodiscard]] model::Price protection(std::uint32_t instrument, model::Side side,
                                          model::Price around) const;

    // trading.cpp
    /// False: self-trade prevention cancelled the taker, its slot is given back.
    [[nodiscard]] bool match(OrderSlot taker, Tick limit, model::RequestId request);
    template <model::Side resting>
    [[nodiscard]] bool match_against(OrderSlot taker, Tick limit, model::RequestId request);
    template <model::Side resting>
    void sweep(order_book::BookSide<resting>& side, Order& taker, Tick limit,
               model::Quantity quantity);
    /// One trade's money and shares. `both_rest`: neither is incoming, the maker sells, both pay
    /// the auction rate.
    template <bool both_rest>
    void settle(Order& maker, Order& taker, model::Quantity quantity, model::Price price,
                model::TradeKind kind);
    template <bool both_rest>
    void settle_shares(Order& maker, Order& taker, model::Quantity quantity, model::Money amount);
    void remember_trade(const Order& buyer, const Order& seller, model::Quantity quantity,
                        model::Price price, model::Money buyer_fee, model::Money seller_fee);
    void open(OrderSlot slot, Place place, Tick tick);
    void put(OrderSlot slot, Place place, Tick tick);
    void leave(OrderSlot slot);
    /// The order is not open any more: neither in its place nor counted.
    void take_out(OrderSlot slot);
    template <class Use>
    void with_queue(const Order& order, Use&& use);
    void cancel_resting(OrderSlot slot, model::RequestId request, model::CancelReason reason);
    /// Takes `quantity` (less than remains) off an order, resting or incoming, and tells.
    void reduce_order(OrderSlot slot, model::Quantity quantity, bool resting,
                      model::RequestId request);
    /// Releases what the open order holds and counts, emits OrderCancelled, gives the slot back.
    /// Not in the book any more.
    void close_cancelled(OrderSlot slot, model::RequestId request, model::CancelReason reason);
    void give_back(OrderSlot slot);
    [[nodiscard]] model::Money lower_hold(Order& order);
    [[nodiscard]] OrderSlot slot_of(const Order& order) const {
        return static_cast<OrderSlot>(&order - &orders_[0]);
    }
    [[nodiscard]] model::Quantity executed_quantity(OrderSlot slot) const {
        return orders_[slot].executed ? executed_[slot] : model::Quantity{};
    }
    void add_executed(Order& order, model::Quantity quantity) {
        const OrderSlot slot = slot_of(order);
        executed_[slot] = executed_quantity(slot) + quantity;
        order.executed = true;
    }

    // self_trade.cpp
    template <model::Side resting>
    [[nodiscard]] bool match_guarded(OrderSlot taker, Tick limit, model::RequestId request);
    [[nodiscard]] bool prevent_self_trade(OrderSlot maker, OrderSlot taker,
                                          model::RequestId request);
    [[nodiscard]] bool decrement_both(OrderSlot maker, OrderSlot taker, model::RequestId request);
    [[nodiscard]] bool same_group(const Account& a, const Account& b) const {
        return a.self_trade_group != 0 && a.self_trade_group == b.self_trade_group &&
               !planted(Fault::self_trade_happens);
    }
    [[nodiscard]] bool can_find(OrderSlot taker, Tick limit, model::Quantity wanted);
    template <model::Side resting>
    [[nodiscard]] bool can_find_against(const Order& taker, Tick limit, model::Quantity wanted);

    [[nodiscard]] std::optional<model::Quantity> available_in(const Queue& queue,
                                                              const Account& owner,
                                                              model::Quantity wanted) const;

    // special_matching.cpp
    template <model::Side resting>
    [[nodiscard]] bool match_special(OrderSlot taker, Tick limit, model::RequestId request);
    template <model::Side resting>
    [[nodiscard]] bool match_queue(const Queue& queue, OrderSlot taker, model::RequestId request);
    template <model::Side resting>
    [[nodiscard]] bool prevent_in_queue(const Queue& queue, OrderSlot taker,
                                        model::RequestId request);
    template <model::Side resting>
    void share_out(const Queue& queue, Order& taker);
    template <model::Side resting>
    void share_to_lead(const Queue& queue, Order& taker);
    template <model::Side resting>
    void share_pro_rata(const Queue& queue, Order& taker);
    /// Trades with one maker; it leaves when it has nothing left.
    template <model::Side resting>
    void fill(const Queue& queue, OrderSlot maker, Order& taker, model::Quantity quantity);
    void refresh_iceberg(OrderSlot slot);
    template <model::Side side>
    [[nodiscard]] Queue best_queue(std::uint32_t instrument) const;
    template <model::Side side>
    [[nodiscard]] Queue worse_queue(std::uint32_t instrument, const Queue& queue) const;
    template <model::Side side>
    [[nodiscard]] Queue better_of(LevelHandle lit, LevelHandle dark) const;
    template <model::Side side>
    [[nodiscard]] order_book::BookSide<side>& side_of(std::uint32_t instrument, Place place);
    template <model::Side side>
    [[nodiscard]] const order_book::BookSide<side>& side_of(std::uint32_t instrument,
                                                            Place place) const;
    [[nodiscard]] Reach reach_of(const Order& taker, Tick limit) const;
    [[nodiscard]] model::Price queue_price(std::uint32_t instrument, const Queue& queue) const;
    /// Goes into the volatility auction if the last matching ended at the execution range.
    void interrupt_if_needed(std::uint32_t instrument, model::RequestId request);
    void update_special(std::uint32_t instrument);
    [[nodiscard]] bool is_dark_book(std::uint32_t instrument) const {
        return listings_[instrument].allocation == model::Allocation::dark;
    }

    // following.cpp
    void follow(std::uint32_t instrument, model::RequestId request);
    void follow_touched(model::RequestId request);
    void assert_nothing_due(std::uint32_t instrument) const;
    [[nodiscard]] bool follow_round(std::uint32_t instrument, model::RequestId request);
    [[nodiscard]] bool trail(std::uint32_t instrument);
    [[nodiscard]] model::Price trailing_stop_price(std::uint32_t instrument, model::Side side,
                                                   model::Price offset) const;
    [[nodiscard]] OrderSlot due_stop(std::uint32_t instrument) const;
    [[nodiscard]] bool move_pegged(std::uint32_t instrument, model::RequestId request);
    [[nodiscard]] bool move_one_pegged(OrderSlot slot, model::RequestId request);
    [[nodiscard]] std::optional<Tick> peg_target(const Order& order) const;
    [[nodiscard]] bool trigger_next(std::uint32_t instrument, model::RequestId request);
    void trigger(OrderSlot slot, model::RequestId request);
    void announce_limit_state(std::uint32_t instrument);
    void add_follower(OrderSlot slot);
    void remove_follower(OrderSlot slot);
    void park_pegged(std::uint32_t instrument);
    [[nodiscard]] model::Price basis(const Instrument& instrument) const {
        return instrument.last_price.value() != 0 ? instrument.last_price : instrument.reference;
    }
    [[nodiscard]] OrderSlot& follower(std::uint32_t instrument, std::uint32_t at) {
        return followers_[std::size_t{instrument} * followers_max + at];
    }

    // auctions.cpp
    [[nodiscard]] AuctionResult find_auction_price(std::uint32_t instrument) const;
    void uncross(std::uint32_t instrument, model::RequestId request);
    void uncross_at_midpoint(std::uint32_t instrument, model::RequestId request);
    [[nodiscard]] bool resolve_self_trades(std::uint32_t instrument, Tick price,
                                           model::RequestId request);
    void trade_resting(std::uint32_t instrument, const Queue& buy, const Queue& sell,
                       model::Price price, model::TradeKind kind);
    template <model::Side side>
    void take_from_queue(const Queue& queue, OrderSlot slot, model::Quantity quantity);
    void cancel_leftovers(std::uint32_t instrument, bool waiting_too, model::RequestId request);
    void on(const codec::PublishIndicative& command);

    // walk.cpp
    /// Calls `visit(slot)` for every open order of one side, in walk order. `visit` may close the
    /// order it is given.
    template <class Visit>
    void walk(std::uint32_t instrument, model::Side side, Visit&& visit);

    // phases.cpp
    void on(const codec::SetInstrumentState& command);
    [[nodiscard]] bool change_allowed(std::uint32_t instrument, model::InstrumentState to) const;
    void change_state(std::uint32_t instrument, model::InstrumentState to, model::HaltReason reason,
                      model::RequestId request);
    void enter_closing_auction(std::uint32_t instrument, model::RequestId request);
    template <model::Side side>
    void waiting_to_book(std::uint32_t instrument, model::RequestId request);
    void emit_market_state(model::RequestId request, std::uint32_t changed,
                           model::InstrumentState state, model::HaltReason reason,
                           std::uint8_t level);
    void on(const codec::TripBreaker& command);
    void on(const codec::SetStorageState& command);
    void on(const codec::PauseOnLimitState& command);
    void on(const codec::SetTickTable& command);
    [[nodiscard]] bool sound(const codec::SetTickTable& command) const;
    void on(const codec::SetPriceBands& command);
    void on(const codec::SetLimitBands& command);
    void on(const codec::SetAllocation& command);
    [[nodiscard]] bool has_open_orders(std::uint32_t instrument) const;
    void on(const codec::SetReferenceQuote& command);

    // approvals.cpp
    void on(const codec::KillSwitch& command);
    void on(const codec::ReleaseKillSwitch& command);
    void on(const codec::BustTrade& command);
    void on(const codec::CorrectTrade& command);
    void on(const codec::Approve& command);
    template <class Command>
    [[nodiscard]] RejectReason check_scope(const Command& command) const;
    [[nodiscard]] RejectReason check(const codec::ReleaseKillSwitch& command) const;
    [[nodiscard]] RejectReason check(const codec::BustTrade& command) const;
    [[nodiscard]] RejectReason check(const codec::CorrectTrade& command) const;
    [[nodiscard]] const TradeRecord* find_trade(model::MatchNumber number) const;
    [[nodiscard]] RejectReason check_trade(model::MatchNumber number) const;
    template <class Command>
    void propose(const Command& command);
    [[nodiscard]] RejectReason approve(Proposal& proposal, const codec::Approve& command);
    template <class Command>
    [[nodiscard]] RejectReason approve_as(const Proposal& proposal, const codec::Approve& command);
    void carry_out(const codec::ReleaseKillSwitch& command, const Proposal& proposal,
                   const codec::Approve& approval);
    void carry_out(const codec::BustTrade& command, const Proposal& proposal,
                   const codec::Approve& approval);
    void carry_out(const codec::CorrectTrade& command, const Proposal& proposal,
                   const codec::Approve& approval);
    [[nodiscard]] bool is_killed(model::KillScope scope, std::uint32_t id) const;
    void set_killed(model::KillScope scope, std::uint32_t id, bool on);
    void block_accounts();
    [[nodiscard]] wallet::Cash& cash_of(const TradeRecord& trade, std::uint32_t account) {
        return wallet_.cash(account, instruments_[trade.instrument].currency);
    }

    // corporate_actions.cpp
    void on(const codec::SplitShares& command);
    [[nodiscard]] RejectReason check(const codec::SplitShares& command) const;
    void split_positions(std::uint32_t instrument, const codec::SplitShares& command);
    void on(const codec::ChangeSymbol& command);
    void on(const codec::Delist& command);
    void cancel_all(std::uint32_t instrument, model::CancelReason reason, model::RequestId request);
    [[nodiscard]] bool listed(const model::Symbol& symbol) const;
    void remember_symbol(const model::Symbol& symbol, std::uint32_t instrument);

    // order_changes.cpp
    [[nodiscard]] Named find_order(model::AccountId account, model::OrderId id,
                                   const model::ClientOrderId& client_id, bool must_be_active);
    template <class Command>
    void reject_change(const Command& command, const Named& named, RejectReason reason);
    void on(const codec::CancelOrder& command);
    void on(const codec::ReduceOrder& command);
    void on(const codec::ReplaceOrder& command);
    void on(const codec::AmendOrder& command);
    [[nodiscard]] RejectReason admit_replacement(OrderSlot slot, model::Price price,
                                                 model::Quantity quantity, Admission& out) const;
    void replace(OrderSlot slot, model::RequestId request, model::Quantity quantity,
                 const Admission& admission);
    void on(const codec::MassCancel& command);
    [[nodiscard]] std::uint32_t mass_cancel(std::uint32_t instrument, model::Side side,
                                            const codec::MassCancel& command);

    // administration.cpp
    void on(const codec::ConfigureInstrument& command);
    [[nodiscard]] RejectReason check(const codec::ConfigureInstrument& command) const;
    void on(const codec::OpenAccount& command);
    void on(const codec::SetAccountState& command);
    void on(const codec::SetAccountLimits& command);
    void on(const codec::SetSelfTradePrevention& command);
    void on(const codec::SetAccountFeeTier& command);
    void on(const codec::MoveCash& command);
    [[nodiscard]] RejectReason move_cash(const codec::MoveCash& command);
    void on(const codec::MoveShares& command);
    [[nodiscard]] RejectReason move_shares(const codec::MoveShares& command);
    template <class Command>
    [[nodiscard]] std::optional<order_manager::FirstResult*> begin_transfer(const Command& command);
    void on(const codec::SetFees& command);

    // day.cpp
    void on(const codec::EndDay& command);
    void expire(std::uint32_t instrument, const codec::EndDay& command);
    void close_day(std::uint32_t instrument, const codec::EndDay& command);
    void forget_client_ids();

    // administration.cpp
    void emit_instrument(std::uint32_t index, model::RequestId request);
    void emit_account(model::AccountId account, model::RequestId request);

    // snapshot.cpp
    template <class Archive>
    void each_scalar(Archive& archive);
    template <class Archive>
    void each_killed_firm(Archive& archive);
    template <class Archive>
    void each_account(Archive& archive);
    template <class Archive>
    void each_instrument(Archive& archive);
    void save_orders(SnapshotOut& out, std::uint32_t instrument);
    void load_orders(SnapshotIn& in, std::uint32_t instrument);
    template <model::Side side>
    void save_queue(SnapshotOut& out, const order_book::BookSide<side>& resting);
    template <model::Side side>
    void load_queue(SnapshotIn& in, order_book::BookSide<side>& resting, std::uint32_t instrument,
                    Place place);
    void save_order(SnapshotOut& out, OrderSlot slot, Tick tick);
    [[nodiscard]] OrderSlot load_order(SnapshotIn& in, std::uint32_t instrument, Tick& tick);

    // look_ahead.cpp
    struct Hint;
    void hint_bucket(std::span<const std::byte> message, Hint& hint) const;
    void hint_entry(Hint& hint) const;
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
    /// Refuses a command about one instrument that is unknown or delisted; false if it was refused.
    template <class Command>
    [[nodiscard]] bool usable(const Command& command);
    template <class Command>
    void refuse(const Command& command, RejectReason reason);
    template <class Message>
    [[nodiscard]] Message& emit() {
        Message& message = events_.add<Message>();
        message.command_sequence = sequence_;
        return message;
    }

    // invariants.cpp
    struct Sums;
    void verify_order(OrderSlot slot, std::uint32_t instrument, Sums& sums) const;
    template <model::Side side>
    void verify_queue(const order_book::BookSide<side>& resting, std::uint32_t instrument,
                      model::Side orders_side, Place place, Sums& sums) const;
    void verify_instrument(std::uint32_t instrument, Sums& sums) const;
    void hash_order(OrderSlot slot, base::RunningHash& hash) const;
    template <model::Side side>
    void hash_queue(const order_book::BookSide<side>& resting, base::RunningHash& hash) const;
    void hash_instrument(std::uint32_t instrument, base::RunningHash& hash) const;
    void hash_accounts(base::RunningHash& hash) const;

    /// Which instruments the command has touched: those that may have to follow.
    struct Touched {
        static constexpr std::uint32_t nothing = ~std::uint32_t{0};
        static constexpr std::uint32_t everything = nothing - 1;
        std::uint32_t instrument = nothing;
    };
    static constexpr std::uint32_t followers_max = 1024;  ///< per instrument
    static constexpr Tick waiting_tick = 1;

    Limits limits_;
    EventBuffer events_;
    model::SequenceNumber sequence_;
    model::RequestId request_;  ///< of the command at hand
    std::uint32_t touched_ = Touched::nothing;
    bool interrupted_ = false;  ///< the last matching ended at the execution range

    order_book::OrderPool orders_;
    /// by slot; of those orders whose `executed` is set
    base::LazyArray<model::Quantity> executed_;
    base::LazyArray<order_book::OrderConditions> conditions_;  ///< by slot
    order_book::LevelPool levels_;
    order_manager::OrderDirectory directory_;
    std::array<order_manager::ClientIds, 2> order_ids_;  ///< today's and yesterday's
    std::uint32_t today_ = 0;
    order_manager::ClientIds transfers_;
    order_manager::ClientIds references_;
    wallet::Wallet wallet_;

    base::LazyArray<Account> accounts_;
    base::LazyArray<model::ClientOrderId> account_references_;  ///< by account index
    std::uint32_t account_count_ = 0;
    base::LazyArray<Instrument> instruments_;
    base::LazyArray<Listing> listings_;
    base::LazyArray<OrderSlot> followers_;  ///< followers_max per instrument, in the order of entry
    base::GrowingIndex symbols_;
    base::LazyArray<std::uint64_t> symbol_hashes_;
    base::LazyArray<std::uint32_t> symbol_owners_;  ///< instrument of each symbol ever given
    std::uint32_t instrument_count_ = 0;
    base::LazyArray<model::Quantity> issued_;  ///< shares per instrument
    std::array<CurrencyTotals, wallet::currencies_max> currencies_{};
    std::uint32_t currency_count_ = 0;
    base::LazyArray<FeeSchedule> fee_schedules_;
    std::array<std::uint16_t, fee_tiers> tier_schedules_{};  ///< in force for new orders
    std::uint16_t last_fee_schedule_ = 0;
    base::LazyArray<TradeRecord> trades_;  ///< ring, by match number
    std::uint64_t last_match_ = 0;
    std::uint32_t last_business_date_ = 0;

    base::LazyArray<std::uint8_t> killed_firms_;
    bool market_killed_ = false;
    std::uint8_t breaker_level_ = 0;  ///< highest tripped since the last end of a day
    bool storage_scarce_ = false;     ///< the logs have no room for entries
    std::array<Proposal, proposals_max> proposals_{};
    std::uint64_t last_proposal_ = 0;
};

/// What the command names is repeated; what it has no member for stays zero.
template <class Command>
void Engine::State::refuse(const Command& command, RejectReason reason) {
    Refusal refusal{
        .request = command.request_id, .command_template = Command::template_id, .reason = reason};
    if constexpr (requires { command.account; }) refusal.account = command.account;
    if constexpr (requires { command.instrument; }) refusal.instrument = command.instrument;
    if constexpr (requires { command.scope; })
        if (command.scope == model::KillScope::account)
            refusal.account = model::AccountId{command.id};
    reject(refusal);
}

template <class Command>
bool Engine::State::usable(const Command& command) {
    if (!known(command.instrument)) {
        refuse(command, RejectReason::unknown_instrument);
        return false;
    }
    if (instruments_[command.instrument.value() - 1].state == model::InstrumentState::delisted) {
        refuse(command, RejectReason::instrument_closed);
        return false;
    }
    return true;
}

}  // namespace bw::engine
