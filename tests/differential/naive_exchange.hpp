// NaiveExchange: docs/internals/trading-rules.md written down a second time, with maps and lists
// and no thought of speed. It shares the message structs with the engine and nothing else; what
// both say is believed.
//
// One thread. Amounts are 128 bits wide and narrowed only where an event carries them; one that
// does not fit asserts.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"
#include "differential/naive_state.hpp"
#include "engine/limits.hpp"

namespace bw::differential {

using Bytes = std::vector<std::byte>;

class NaiveExchange {
 public:
    explicit NaiveExchange(const engine::Limits& limits = {});

    /// The events of one command, each a header and its block.
    [[nodiscard]] std::vector<Bytes> apply(std::uint64_t sequence,
                                           std::span<const std::byte> command);

    [[nodiscard]] Balance cash(std::uint32_t account, std::string_view currency) const;
    [[nodiscard]] Balance shares(std::uint32_t account, std::uint32_t instrument) const;
    [[nodiscard]] int128 fees_collected(std::string_view currency) const;
    /// Buys, then sells; best price first; lit before dark; oldest first.
    [[nodiscard]] std::vector<BookEntry> book(std::uint32_t instrument) const;
    /// All open orders of the instrument, in the book and beside it: buys, then sells, in walk
    /// order.
    [[nodiscard]] std::vector<Order> open_orders_of(std::uint32_t instrument) const;
    [[nodiscard]] const Instrument& instrument(std::uint32_t id) const {
        return instruments_.at(id);
    }
    [[nodiscard]] std::size_t open_orders() const { return orders_.size(); }
    [[nodiscard]] std::uint64_t trades() const { return trades_.size(); }
    [[nodiscard]] std::uint64_t order_count() const { return owners_.size(); }

    /// What decides about prices in an instrument, for a person.
    [[nodiscard]] std::string describe(std::uint32_t instrument) const;
    /// Whether SetInstrumentState may bring an instrument from one state into another.
    [[nodiscard]] static bool may_become(model::InstrumentState from, model::InstrumentState to);

    /// What is wrong with the balances (conservation, nothing available below zero), or empty.
    [[nodiscard]] std::string broken_balance() const;
    /// What is wrong with holds (held = sum over open orders) or books (crossed, empty level,
    /// nothing left), or empty.
    [[nodiscard]] std::string broken_book() const;

 private:
    using Reason = model::RejectReason;
    using Side = model::Side;

    struct Remembered {
        std::uint64_t first_id = 0;
        Reason reason = Reason::none;
    };
    struct Target {  ///< what a change names
        Reason reason = Reason::none;
        std::uint64_t order = 0;
    };
    struct Range {  ///< of prices, both ends included
        int128 least = 0;
        int128 most = 0;
    };
    struct Queue {  ///< orders of one place at one price
        std::int64_t price = 0;
        std::list<std::uint64_t>* orders = nullptr;
    };
    /// A way through all orders, one by one, best first.
    using Ids = std::vector<std::uint64_t>;
    using IdMemory = std::map<std::pair<std::uint32_t, std::string>, Remembered>;
    using PerInstrument = std::pair<std::uint32_t, std::uint32_t>;  ///< account, instrument
    using PerCurrency = std::pair<std::uint32_t, std::string>;      ///< account, currency

    // naive_orders.cpp
    void on(const codec::NewOrder& command);
    // naive_changes.cpp
    void on(const codec::CancelOrder& command);
    void on(const codec::ReduceOrder& command);
    void on(const codec::ReplaceOrder& command);
    void on(const codec::AmendOrder& command);
    void on(const codec::MassCancel& command);
    // naive_listing.cpp
    void on(const codec::ConfigureInstrument& command);
    void on(const codec::ChangeSymbol& command);
    void on(const codec::SplitShares& command);
    void on(const codec::Delist& command);
    // naive_market.cpp
    void on(const codec::SetInstrumentState& command);
    void on(const codec::TripBreaker& command);
    void on(const codec::SetStorageState& command);
    void on(const codec::PauseOnLimitState& command);
    // naive_auction.cpp
    void on(const codec::PublishIndicative& command);
    // naive_parameters.cpp
    void on(const codec::SetPriceBands& command);
    void on(const codec::SetLimitBands& command);
    void on(const codec::SetAllocation& command);
    void on(const codec::SetTickTable& command);
    void on(const codec::SetReferenceQuote& command);
    // naive_admin.cpp
    void on(const codec::OpenAccount& command);
    void on(const codec::SetAccountState& command);
    void on(const codec::SetAccountLimits& command);
    void on(const codec::SetSelfTradePrevention& command);
    void on(const codec::SetAccountFeeTier& command);
    void on(const codec::MoveCash& command);
    void on(const codec::MoveShares& command);
    void on(const codec::SetFees& command);
    void on(const codec::EndDay& command);
    // naive_approvals.cpp
    void on(const codec::KillSwitch& command);
    void on(const codec::ReleaseKillSwitch& command);
    void on(const codec::BustTrade& command);
    void on(const codec::CorrectTrade& command);
    void on(const codec::SetRuleSet& command);
    void on(const codec::EndDayEarly& command);
    void on(const codec::SetBusinessDate& command);
    void on(const codec::Approve& command);

    // what is said: naive_exchange.cpp, naive_answers.hpp
    template <class... Command>
    void dispatch(std::tuple<Command...>*, std::span<const std::byte> bytes,
                  const codec::MessageHeader& header);
    void reject_undecodable(Reason reason, std::uint16_t template_id);
    template <class Command>
    void reject(const Command& command, Reason reason, std::uint64_t found = 0);
    template <class Command>
    void answer_duplicate(const Command& command, const Remembered& first);
    template <class Event>
    void emit(Event event);
    void tell(const Instrument& instrument);
    void tell(std::uint32_t account);

    // words of the page: naive_words.cpp
    [[nodiscard]] static int128 fee_on(int128 amount, std::int32_t rate);
    [[nodiscard]] static int128 value_of(const Order& order);
    [[nodiscard]] static int128 cash_hold_of(const Order& order);
    [[nodiscard]] static int128 part_of(std::int64_t price, std::uint32_t ppm);
    [[nodiscard]] static std::int64_t tick_at(const Instrument& instrument, std::int64_t price);
    [[nodiscard]] static bool is_valid_price(const Instrument& instrument, std::int64_t price);
    [[nodiscard]] static std::int64_t rounded_down(const Instrument& instrument,
                                                   std::int64_t price);
    [[nodiscard]] static std::int64_t rounded_up(const Instrument& instrument, std::int64_t price);
    [[nodiscard]] std::int64_t protection_price(const Instrument& instrument, Side side,
                                                std::int64_t around) const;
    [[nodiscard]] std::int64_t highest_price(std::int64_t tick_size) const;
    [[nodiscard]] bool is_price(const Instrument& instrument, std::int64_t price) const;
    [[nodiscard]] bool terms_in_range(const codec::ConfigureInstrument& terms) const;
    [[nodiscard]] static bool meets(Side side, std::int64_t limit, std::int64_t price);
    [[nodiscard]] static bool is_auction(model::InstrumentState state);
    [[nodiscard]] static bool is_collecting(model::InstrumentState state);
    [[nodiscard]] std::string currency_of(std::uint32_t instrument) const;
    [[nodiscard]] bool is_killed(const Account& account, std::uint32_t id) const;
    [[nodiscard]] bool is_open(std::uint64_t order) const;
    /// unknown_instrument, instrument_closed (delisted), or none.
    [[nodiscard]] Reason check_listed(model::InstrumentId id) const;

    // checks of an order, steps 5 to 16: naive_orders.cpp
    [[nodiscard]] Reason check_new(Order& order, const codec::NewOrder& command) const;
    [[nodiscard]] Reason check_words(const Instrument& instrument, const Order& order) const;
    [[nodiscard]] static Reason check_time_in_force(const Order& order);
    [[nodiscard]] static Reason check_type(const Instrument& instrument, const Order& order);
    [[nodiscard]] static Reason check_instructions(const Order& order);
    [[nodiscard]] Reason check_expire_date(const Order& order) const;
    [[nodiscard]] Reason check_conditions(const Instrument& instrument, const Order& order) const;
    [[nodiscard]] static Reason check_phase(const Instrument& instrument, const Order& order);
    [[nodiscard]] Reason check_quantity(const Instrument& instrument, std::uint64_t quantity) const;
    [[nodiscard]] static Reason check_parts(const Instrument& instrument, const Order& order);
    /// Fills in the limit and, of a trailing stop, the stop price.
    [[nodiscard]] Reason check_price(const Instrument& instrument, Order& order) const;
    [[nodiscard]] Reason check_limit_price(const Instrument& instrument, Order& order) const;
    [[nodiscard]] Reason check_stop_price(const Instrument& instrument, Order& order) const;
    [[nodiscard]] Reason check_price_words(const Instrument& instrument, std::int64_t price,
                                           std::int64_t collar_around) const;
    [[nodiscard]] bool would_trade(const Instrument& instrument, const Order& order) const;
    [[nodiscard]] Reason check_limits(const Order& order) const;
    [[nodiscard]] Reason check_daily_limits(const Order& order) const;
    [[nodiscard]] Reason check_open_orders(const Order& order) const;
    [[nodiscard]] Reason check_room(const Order& order) const;
    [[nodiscard]] Reason check_funds(const Order& order) const;

    // order flow: naive_orders.cpp
    [[nodiscard]] std::uint64_t next_order_number(std::uint32_t account);
    [[nodiscard]] Order order_of(const codec::NewOrder& command, std::uint64_t id) const;
    void accept(const codec::NewOrder& command, const Order& order);
    void go_on(Order& order);
    void enter_market(Order& order);

    [[nodiscard]] std::string broken_book(const Instrument& instrument) const;

    // places: naive_places.cpp
    [[nodiscard]] static std::int64_t rank_of(Place place, Side side, std::int64_t price);
    [[nodiscard]] static Levels& levels_of(Instrument& instrument, Place place, Side side);
    void rest(Order& order, std::int64_t price);
    void put(Order& order, Place place, std::int64_t price);
    void leave_place(Order& order);
    void park_pegged(Instrument& instrument);
    /// In the book, lit before dark at each price.
    [[nodiscard]] Ids ladder(const Instrument& instrument, Side side) const;
    [[nodiscard]] Ids walk(const Instrument& instrument, Side side) const;
    [[nodiscard]] bool has_open_orders(const Instrument& instrument) const;
    [[nodiscard]] std::optional<Queue> best_queue(Instrument& instrument, Side side) const;
    [[nodiscard]] static std::optional<std::int64_t> best_lit(const Instrument& instrument,
                                                              Side side);

    // funds and ends of orders: naive_places.cpp
    [[nodiscard]] Balance& position(std::uint32_t account, std::uint32_t instrument);
    void hold(const Order& order);
    void release(const Order& order);
    void close(Order& order);
    void cancel(Order& order, model::CancelReason reason);
    void reduce(Order& order, std::uint64_t quantity);
    /// Those of the walk of both sides for which `wanted` is true; how many they were.
    template <class Wanted>
    std::uint32_t cancel_each(Instrument& instrument, model::CancelReason reason, Wanted&& wanted);

    // naive_matching.cpp
    [[nodiscard]] static Range execution_range(const Instrument& instrument);
    [[nodiscard]] static bool within_limit_bands(const Instrument& instrument, Side side,
                                                 std::int64_t price);
    [[nodiscard]] static std::optional<std::int64_t> midpoint(const Instrument& instrument);
    [[nodiscard]] bool is_within_reach(const Instrument& instrument, const Order& incoming,
                                       std::int64_t limit, std::int64_t queue_price) const;
    [[nodiscard]] bool finds(const Order& incoming, std::uint64_t wanted) const;
    [[nodiscard]] bool is_self_trade(const Order& incoming, const Order& resting) const;
    /// True if trading is to be interrupted. The order has nothing left if it was filled, or
    /// cancelled on the way.
    [[nodiscard]] bool match(Order& taker, std::int64_t limit);
    void match_at_midpoint(Instrument& instrument, Order& taker);
    void trade_with_queue(Instrument& instrument, Order& taker, Queue queue);
    void allocate(const Instrument& instrument, const Ids& queue, Order& taker, std::int64_t price);
    void allocate_to_lead(const Instrument& instrument, const Ids& queue, Order& taker,
                          std::int64_t price);
    void allocate_pro_rata(const Instrument& instrument, const Ids& queue, Order& taker,
                           std::int64_t price);
    void prevent_self_trade(Order& resting, Order& incoming);
    void decrement(Order& order, std::uint64_t quantity);
    void interrupt(Instrument& instrument);

    // naive_trade.cpp
    struct Match {
        std::int64_t price;
        std::uint64_t quantity;
        model::TradeKind kind = model::TradeKind::continuous;
        bool uncross = false;
    };
    void trade(Order& maker, Order& taker, const Match& match);
    void settle_cash(const Order& order, int128 amount, int128 fee, int128 released);
    void show_less(Order& maker, std::uint64_t quantity);

    // naive_auction.cpp
    enum class Outside { trades, extends, ends };  ///< what a price outside the price bands does
    [[nodiscard]] std::optional<AuctionResult> find_auction_price(
        const Instrument& instrument) const;
    [[nodiscard]] std::set<std::int64_t> candidates(const Instrument& instrument) const;
    [[nodiscard]] static std::int64_t reference_candidate(const Instrument& instrument);
    [[nodiscard]] Ids in_turn(const Instrument& instrument, Side side, std::int64_t price) const;
    void renew_protection(Instrument& instrument);
    [[nodiscard]] bool is_group_pair(const Order& buy, const Order& sell) const;
    [[nodiscard]] bool cancel_group_pairs(const Instrument& instrument, std::int64_t price);
    bool part_group_pair(Order& buy, Order& sell, std::uint64_t quantity);
    /// False: the auction goes on, without a trade.
    [[nodiscard]] bool uncross(Instrument& instrument, Outside outside);
    void uncross_at(Instrument& instrument, const AuctionResult& result);
    void uncross_dark(Instrument& instrument);
    void cancel_leftovers(Instrument& instrument, bool also_waiting);

    // naive_following.cpp
    void follow_markets();
    void follow(Instrument& instrument);
    [[nodiscard]] static std::int64_t trailing_price(const Instrument& instrument,
                                                     const Order& order);
    [[nodiscard]] bool follow_trailing(Instrument& instrument);
    [[nodiscard]] bool follow_pegs(Instrument& instrument);
    [[nodiscard]] bool move_peg(Instrument& instrument, Order& order);
    [[nodiscard]] std::optional<std::int64_t> peg_target(const Instrument& instrument,
                                                         const Order& order) const;
    [[nodiscard]] bool trigger_one(Instrument& instrument);
    void trigger(Instrument& instrument, Order& order);
    void announce_limit_state(Instrument& instrument);

    // naive_market.cpp
    void change_state(Instrument& instrument, model::InstrumentState to, model::HaltReason reason);
    [[nodiscard]] Outside outside_bands(const Instrument& instrument,
                                        model::InstrumentState to) const;
    void extend(Instrument& instrument);

    // naive_changes.cpp
    [[nodiscard]] Target find(model::AccountId account, model::OrderId id,
                              const model::ClientOrderId& client_id) const;
    template <class Change>
    [[nodiscard]] Target find_changeable(const Change& command, bool must_be_active) const;
    [[nodiscard]] const Remembered* find_client_id(std::uint32_t account,
                                                   const model::ClientOrderId& id) const;
    [[nodiscard]] Reason check_replace(Order& changed) const;
    /// Changes nothing if there is a reason to refuse it.
    [[nodiscard]] Reason replace(Order& order, std::int64_t price, std::uint64_t quantity);

    // naive_listing.cpp
    [[nodiscard]] Reason check_listing(const codec::ConfigureInstrument& command) const;
    [[nodiscard]] Reason check_relisting(const codec::ConfigureInstrument& command) const;
    [[nodiscard]] bool symbol_is_taken(const model::Symbol& symbol) const;
    [[nodiscard]] bool has_room_for_symbol() const;
    [[nodiscard]] Reason check(const codec::SplitShares& command) const;
    [[nodiscard]] int128 split_positions(std::uint32_t instrument,
                                         const codec::SplitShares& command);

    // naive_admin.cpp
    [[nodiscard]] Reason check_cash(const codec::MoveCash& command) const;
    [[nodiscard]] Reason check_shares(const codec::MoveShares& command) const;
    template <class Transfer>
    [[nodiscard]] bool transfer_begins(const Transfer& command);
    template <class Transfer>
    void remember_transfer(const Transfer& command, Reason reason);
    void end_day(std::uint32_t date);
    [[nodiscard]] static bool expires(const Order& order, std::uint32_t date);
    void announce_closing_prices(std::uint32_t date);
    void forget_client_ids();

    // naive_approvals.cpp
    template <class Switch>
    [[nodiscard]] Reason check_scope(const Switch& command) const;
    template <class Switch>
    [[nodiscard]] bool is_on(const Switch& command) const;
    template <class Switch>
    void set_switch(const Switch& command, bool on);
    [[nodiscard]] bool is_in_scope(const codec::KillSwitch& command, const Order& order) const;
    [[nodiscard]] Reason check_trade(model::MatchNumber number) const;
    [[nodiscard]] Reason check(const codec::ReleaseKillSwitch& command) const;
    [[nodiscard]] Reason check(const codec::BustTrade& command) const;
    [[nodiscard]] Reason check(const codec::CorrectTrade& command) const;
    [[nodiscard]] Reason check(const codec::SetRuleSet& command) const;
    [[nodiscard]] Reason check(const codec::EndDayEarly& command) const;
    [[nodiscard]] Reason check(const codec::SetBusinessDate& command) const;
    template <class Command>
    void propose(const Command& command);
    void carry_out(const codec::ReleaseKillSwitch& command, std::uint32_t made_by,
                   std::uint32_t approved_by);
    void carry_out(const codec::BustTrade& command, std::uint32_t made_by,
                   std::uint32_t approved_by);
    void carry_out(const codec::CorrectTrade& command, std::uint32_t made_by,
                   std::uint32_t approved_by);
    void carry_out(const codec::SetRuleSet& command, std::uint32_t made_by,
                   std::uint32_t approved_by);
    void carry_out(const codec::EndDayEarly& command, std::uint32_t made_by,
                   std::uint32_t approved_by);
    void carry_out(const codec::SetBusinessDate& command, std::uint32_t made_by,
                   std::uint32_t approved_by);
    void count_day(std::uint32_t date, std::uint32_t made_by, std::uint32_t approved_by);

    engine::Limits limits_;
    std::uint64_t sequence_ = 0;
    model::RequestId request_{};
    std::vector<Bytes> events_;

    std::map<std::uint32_t, Account> accounts_;
    std::map<std::uint32_t, Instrument> instruments_;
    std::map<PerCurrency, Balance> cash_;
    std::map<PerInstrument, Balance> shares_;     ///< every position there is
    std::map<PerInstrument, Traded> traded_;      ///< today
    std::map<std::string, int128> net_deposits_;  ///< every currency there is
    std::map<std::uint32_t, int128> issued_;      ///< shares, by instrument
    std::map<std::string, int128> fees_;
    /// open ones, and until the command ends those it closed
    std::unordered_map<std::uint64_t, Order> orders_;
    Ids closed_now_;
    std::vector<std::uint32_t> owners_;  ///< account of order 1, 2, 3 …; 0 of a number passed over
    std::vector<Trade> trades_;          ///< match 1, 2, 3 …
    IdMemory ids_of_today_, ids_of_yesterday_;
    IdMemory transfers_;
    std::map<std::string, std::uint32_t> account_references_;
    std::map<std::uint32_t, FeeRates> fee_rates_;  ///< by tier
    std::uint32_t schedules_ = 0;
    bool market_killed_ = false;
    std::set<std::uint32_t> killed_firms_, killed_accounts_;
    std::map<std::uint64_t, Proposal> proposals_;
    std::uint64_t proposals_made_ = 0;
    std::uint64_t symbols_given_ = 0;  ///< by listings and changes
    std::uint32_t breaker_level_ = 0;
    bool storage_scarce_ = false;
    std::uint32_t last_day_ = 0;
    model::RuleSet rules_ = model::RuleSet::version_1;
    model::RuleSet rules_of_next_day_ = model::RuleSet::version_1;
};

}  // namespace bw::differential
