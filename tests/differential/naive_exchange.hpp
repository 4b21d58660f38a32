// NaiveExchange: docs/internals/trading-rules.md written down a second time, with maps and lists and no thought of speed.
// It shares the message structs with the engine and nothing else; what both say is believed.
//
// One thread. Amounts are 128 bits wide and narrowed only where an event carries them; one that does not fit asserts.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/checked.hpp"
#include "codec/registry.hpp"
#include "engine/limits.hpp"

namespace bw::differential {

using base::int128;
using Bytes = std::vector<std::byte>;

struct Balance {
    int128 total = 0;
    int128 held = 0;
    [[nodiscard]] int128 available() const { return total - held; }
};

struct BookEntry {
    model::Side side{};
    std::int64_t price = 0;
    std::uint64_t order = 0;
    std::uint64_t remaining = 0;
    friend bool operator==(const BookEntry&, const BookEntry&) = default;
};

class NaiveExchange {
 public:
    explicit NaiveExchange(const engine::Limits& limits = {});

    /// The events of one command, each a header and its block.
    [[nodiscard]] std::vector<Bytes> apply(std::uint64_t sequence,
                                           std::span<const std::byte> command);

    [[nodiscard]] Balance cash(std::uint32_t account, std::string_view currency) const;
    [[nodiscard]] Balance shares(std::uint32_t account, std::uint32_t instrument) const;
    [[nodiscard]] int128 fees_collected(std::string_view currency) const;
    /// Buys, then sells; best price first; oldest first.
    [[nodiscard]] std::vector<BookEntry> book(std::uint32_t instrument) const;
    [[nodiscard]] std::size_t open_orders() const { return open_.size(); }
    [[nodiscard]] std::uint64_t trades() const { return matches_; }
    [[nodiscard]] std::uint64_t order_count() const { return owners_.size(); }

    /// What is wrong with the balances (conservation, nothing available below zero), or empty.
    [[nodiscard]] std::string broken_balance() const;
    /// What is wrong with holds (held = sum over open orders) or books (crossed, empty level, nothing left), or empty.
    [[nodiscard]] std::string broken_book() const;

 private:
    using Reason = model::RejectReason;

    struct Account {
        model::AccountState state = model::AccountState::active;
        model::Quantity max_order_quantity = model::unlimited_quantity;
        model::Money max_order_value = model::unlimited_money;
        model::Quantity max_daily_quantity = model::unlimited_quantity;
        model::Money max_daily_value = model::unlimited_money;
        std::uint32_t max_open_orders = model::unlimited_count;
        model::ClientOrderId reference;
        model::SelfTradePrevention self_trade_mode = model::SelfTradePrevention::none;
        std::uint32_t self_trade_group = 0;
    };
    struct Instrument {
        codec::ConfigureInstrument terms{};
        std::int64_t reference = 0;
        model::InstrumentState state = model::InstrumentState::trading;
        model::HaltReason halt_reason = model::HaltReason::none;
        std::array<std::map<std::int64_t, std::list<std::uint64_t>>, 2>
            sides;  ///< by rank_of(): the first is the best
    };
    struct Schedule {
        std::uint32_t maker = 0;
        std::uint32_t taker = 0;
    };
    struct Order {
        std::uint64_t id = 0;
        std::uint32_t account = 0;
        std::uint32_t instrument = 0;
        model::Side side{};
        std::int64_t limit = 0;
        std::uint64_t remaining = 0;
        Schedule fees;
        model::TimeInForce time_in_force{};
        std::uint8_t instructions = 0;
        std::uint32_t expire_date = 0;
        std::uint64_t executed = 0;  ///< in trades
    };
    struct Traded {
        int128 quantity = 0;
        int128 value = 0;
    };
    struct Remembered {
        std::uint64_t first_id = 0;
        Reason reason = Reason::none;
    };
    struct Target {  ///< what a change names
        Reason reason = Reason::none;
        std::uint64_t order = 0;
    };
    using IdMemory = std::map<std::pair<std::uint32_t, std::string>, Remembered>;
    using PerInstrument = std::pair<std::uint32_t, std::uint32_t>;  ///< account, instrument
    using PerCurrency = std::pair<std::uint32_t, std::string>;      ///< account, currency

    void on(const codec::NewOrder& command);
    void on(const codec::CancelOrder& command);
    void on(const codec::ReduceOrder& command);
    void on(const codec::ReplaceOrder& command);
    void on(const codec::AmendOrder& command);
    void on(const codec::MassCancel& command);
    void on(const codec::ConfigureInstrument& command);
    void on(const codec::SetInstrumentState& command);
    void on(const codec::OpenAccount& command);
    void on(const codec::SetAccountState& command);
    void on(const codec::SetAccountLimits& command);
    void on(const codec::SetSelfTradePrevention& command);
    void on(const codec::MoveCash& command);
    void on(const codec::MoveShares& command);
    void on(const codec::SetFees& command);
    void on(const codec::EndDay& command);

    template <class... Command>
    void dispatch(std::tuple<Command...>*, std::span<const std::byte> bytes,
                  const codec::MessageHeader& header);
    void reject_undecodable(Reason reason, std::uint16_t template_id);
    template <class Command>
    void reject(const Command& command, Reason reason, std::uint64_t found);
    template <class Command>
    void answer_duplicate(const Command& command, const Remembered& first);
    template <class Event>
    void emit(Event event);

    [[nodiscard]] Reason check_new(const codec::NewOrder& command) const;
    [[nodiscard]] Reason check_words(const codec::NewOrder& command) const;
    [[nodiscard]] Reason check_expire_date(const codec::NewOrder& command) const;
    [[nodiscard]] Reason check_quantity(const Instrument& instrument, std::uint64_t quantity) const;
    [[nodiscard]] Reason check_min_quantity(const Instrument& instrument,
                                            const codec::NewOrder& command) const;
    [[nodiscard]] Reason check_price(const Instrument& instrument, std::int64_t price) const;
    [[nodiscard]] Reason check_post_only(const Order& order) const;
    [[nodiscard]] Reason check_limits(const Order& order) const;
    [[nodiscard]] Reason check_daily_limits(const Order& order) const;
    [[nodiscard]] Reason check_room(const Order& order) const;
    [[nodiscard]] Reason check_funds(const Order& order) const;
    [[nodiscard]] Reason check_replace(const Order& changed) const;
    [[nodiscard]] Reason check_listing(const codec::ConfigureInstrument& command) const;
    [[nodiscard]] Reason check_relisting(const codec::ConfigureInstrument& command) const;
    [[nodiscard]] Reason check_cash(const codec::MoveCash& command) const;
    [[nodiscard]] Reason check_shares(const codec::MoveShares& command) const;
    template <class Transfer>
    [[nodiscard]] bool transfer_begins(const Transfer& command);
    template <class Transfer>
    void remember_transfer(const Transfer& command, Reason reason);

    [[nodiscard]] Order order_of(const codec::NewOrder& command, std::uint64_t id) const;
    [[nodiscard]] Target find(model::AccountId account, model::OrderId id,
                              const model::ClientOrderId& client_id) const;
    template <class Change>
    [[nodiscard]] Target find_changeable(const Change& command, bool must_be_active) const;
    [[nodiscard]] const Remembered* find_client_id(std::uint32_t account,
                                                   const model::ClientOrderId& id) const;

    void enter(const codec::NewOrder& command, Order order);
    [[nodiscard]] Reason replace(const Order& before, const Order& after, model::RequestId request);
    void reduce(Order& order, std::uint64_t quantity, model::RequestId request);
    [[nodiscard]] static bool expires(const Order& order, std::uint32_t date);
    void forget_client_ids();
    /// The orders an incoming one may meet: best first, oldest first.
    [[nodiscard]] std::vector<std::uint64_t> orders_met_by(const Order& incoming) const;
    [[nodiscard]] bool finds(const Order& incoming, std::uint64_t wanted) const;
    [[nodiscard]] bool is_self_trade(const Order& incoming, const Order& resting) const;
    /// The incoming order has nothing left if it was cancelled on the way.
    void match(Order& taker, model::RequestId request);
    void prevent_self_trade(Order& resting, Order& incoming, model::RequestId request);
    void cancel_whole(Order& incoming, model::RequestId request);
    void cancel_resting(std::uint64_t id, model::RequestId request, model::CancelReason reason);
    /// Takes `quantity` off the order and tells it; the order is cancelled if that is all it has.
    void decrement(Order& order, std::uint64_t quantity, model::RequestId request);
    void trade(Order& maker, Order& taker);
    void settle_cash(const Order& order, int128 amount, int128 fee, int128 released);
    void rest(const Order& order);
    void leave_book(const Order& order);
    void hold(const Order& order);
    void release(const Order& order);
    void cancel(const Order& order, model::RequestId request, model::CancelReason reason);
    void tell(const Instrument& instrument, model::RequestId request);
    void tell(std::uint32_t account, model::RequestId request);

    [[nodiscard]] static int128 value_of(const Order& order);
    [[nodiscard]] static int128 cash_hold_of(const Order& order);
    [[nodiscard]] static int128 fee_on(int128 amount, std::uint32_t rate);
    [[nodiscard]] static std::int64_t rank_of(model::Side side, std::int64_t price);
    [[nodiscard]] static int128 band_of(const Instrument& instrument);
    [[nodiscard]] static std::int64_t protection_price(const Instrument& instrument,
                                                       model::Side side);
    [[nodiscard]] std::string currency_of(std::uint32_t instrument) const;

    engine::Limits limits_;
    std::uint64_t sequence_ = 0;
    std::vector<Bytes> events_;

    std::map<std::uint32_t, Account> accounts_;
    std::map<std::uint32_t, Instrument> instruments_;
    std::map<PerCurrency, Balance> cash_;
    std::map<PerInstrument, Balance> shares_;     ///< every position there is
    std::map<PerInstrument, Traded> traded_;      ///< today
    std::map<std::string, int128> net_deposits_;  ///< every currency there is
    std::map<std::uint32_t, int128> net_shares_;
    std::map<std::string, int128> fees_;
    std::map<std::uint64_t, Order> open_;
    std::vector<std::uint32_t> owners_;  ///< account of order 1, 2, 3 …
    IdMemory ids_of_today_, ids_of_yesterday_;
    IdMemory transfers_;
    std::map<std::string, std::uint32_t> account_references_;
    Schedule fee_schedule_;
    std::uint32_t schedules_ = 0;
    std::uint64_t matches_ = 0;
    std::uint32_t last_day_ = 0;
};

}  // namespace bw::differential
