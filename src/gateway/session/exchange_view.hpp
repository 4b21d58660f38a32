// ExchangeView: what the exchange looks like to a gateway: instruments, accounts, orders and
// executions, folded from events only.
//
//   event log ──► apply(record) ──► rows ──► queries of a gateway
//
// One thread: apply() in sequence order, queries between. Pointers it returns are valid until the
// next apply(). Cost: O(1) per event on average, O(log open orders of the account) where an order
// opens or closes. Memory is bounded: all open orders and the newest closed ones and executions are
// kept (see the options); instruments, accounts, cash and positions are as many as the engine
// admits. Events whose order is no longer kept still move cash and shares.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "event_store/log/record.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::gateway::session {

struct ExchangeViewOptions {
    /// kept orders; above it the order that closed first is dropped (open ones never are)
    std::size_t orders_max = 1'000'000;
    std::size_t executions_max = 1'000'000;  ///< kept executions; above it the oldest is dropped
};

/// From `from_price` on the tick is `tick`.
struct TickRow {
    model::Price from_price, tick;
};

struct InstrumentRow {
    model::InstrumentId id;
    model::Symbol symbol;
    model::Currency currency;
    model::Price tick_size;
    model::Quantity lot_size;
    model::Price reference_price;  ///< as configured, then of the latest trade
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::Ppm collar;
    model::InstrumentState state = model::InstrumentState::trading;
    model::HaltReason halt_reason = model::HaltReason::none;
    model::Allocation allocation = model::Allocation::price_time;
    model::AccountId lead_account;
    model::Ppm lead_share;
    model::Ppm static_band, dynamic_band;  ///< 0: none
    model::Price quote_bid, quote_ask;     ///< of the reference market; 0: none
    std::array<TickRow, 4> tick_table{};   ///< the first `tick_rows` of them
    std::uint32_t tick_rows = 0;
};

/// What an order pays: of a tier, in parts per million.
struct FeeSchedule {
    model::FeeRate maker, taker, auction;
};

struct KillSwitchRow {
    model::KillScope scope = model::KillScope::market;
    std::uint32_t id = 0;  ///< account or firm; 0: the market
    std::uint32_t operator_id = 0;
    std::uint32_t cancelled = 0;  ///< orders, when it was set
    std::uint64_t time_ns = 0;
};

struct CashRow {
    model::Money total;
    model::Money held;
    [[nodiscard]] model::Money available() const { return total - held; }
    friend bool operator==(const CashRow&, const CashRow&) = default;
};

struct PositionRow {
    model::Quantity total;
    model::Quantity held;
    [[nodiscard]] model::Quantity available() const { return total - held; }
    friend bool operator==(const PositionRow&, const PositionRow&) = default;
};

struct AccountRow {
    model::AccountId id;
    model::ClientOrderId reference;
    model::AccountState state = model::AccountState::active;
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::Quantity max_daily_quantity;
    model::Money max_daily_value;
    std::uint32_t max_open_orders = 0;
    model::SelfTradePrevention self_trade_prevention = model::SelfTradePrevention::none;
    std::uint32_t self_trade_group = 0;  ///< 0: of no group
    std::uint32_t fee_tier = 0;
    std::uint32_t firm = 0;  ///< 0: none
    std::map<model::Currency, CashRow> cash;
    std::map<model::InstrumentId, PositionRow> positions;
};

struct OrderRow {
    model::OrderId id;
    model::ClientOrderId client_order_id;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::OrderType type = model::OrderType::limit;
    model::TimeInForce time_in_force = model::TimeInForce::day;
    bool post_only = false;
    bool hidden = false;
    bool triggered = false;            ///< a stop order that became a market or limit order
    bool waiting = false;              ///< for the closing auction
    model::Quantity display_quantity;  ///< of an iceberg order, else 0
    model::Price stop_price;           ///< 0: none; of a trailing stop the first one
    model::Price offset;
    model::PegKind peg = model::PegKind::none;
    std::uint32_t expire_date = 0;  ///< yyyymmdd of a gtd order, else 0
    model::Price price;             ///< no_price for market orders
    /// filled + remaining + cancelled: a reduction takes it down, a replacement sets it anew
    model::Quantity quantity;
    model::Quantity filled;
    model::Quantity remaining;  ///< still open
    model::Quantity cancelled;  ///< was open when it was cancelled or expired
    model::Money hold;          ///< cash held for an open buy
    model::OrderStatus status = model::OrderStatus::accepted;
    model::RejectReason reject_reason = model::RejectReason::none;
    /// meaningful when cancelled or expired
    model::CancelReason cancel_reason = model::CancelReason::requested;
    std::uint64_t created_ns = 0;
    std::uint64_t updated_ns = 0;
    std::vector<std::uint64_t> executions;  ///< numbers for execution_at()

    [[nodiscard]] bool open() const {
        return status == model::OrderStatus::accepted ||
               status == model::OrderStatus::partially_filled;
    }
};

enum class ExecutionState : std::uint8_t { regular, busted, corrected };
[[nodiscard]] std::string_view name_of(ExecutionState state);

struct ExecutionRow {
    std::uint64_t id = 0;  ///< 2 x match number for the maker, one more for the taker
    model::OrderId order;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::Price price;  ///< the present one, if it was corrected
    model::Quantity quantity;
    model::Money fee;  ///< below 0: a rebate
    std::uint64_t time_ns = 0;
    model::TradeKind kind = model::TradeKind::continuous;
    ExecutionState state = ExecutionState::regular;
    model::Price price_traded;  ///< before any correction

    [[nodiscard]] bool maker() const { return id % 2 == 0; }
    [[nodiscard]] std::uint64_t match_number() const { return id / 2; }
};

/// One page of rows, newest first. `next` is the id to continue below; 0 at the end. A page can be
/// short of its limit and still have a `next`: a query looks at 20,000 rows at most, so that no
/// filter holds up the gateway.
template <class Row>
struct Page {
    std::vector<const Row*> rows;
    std::uint64_t next = 0;
};

class ExchangeView {
 public:
    explicit ExchangeView(const ExchangeViewOptions& options = {}) : options_(options) {}
    ExchangeView(const ExchangeView&) = delete;
    ExchangeView& operator=(const ExchangeView&) = delete;

    /// Requires: records in sequence order from 1.
    void apply(const event_store::RecordView& record);

    /// The state as bytes: the same records give the same bytes. Requires: the last record applied
    /// was the last of its command.
    void save(base::FieldWriter& out) const;
    /// As after the records that the writer had applied; what these options do not keep is dropped.
    /// False: the bytes are no such state, and this is as new.
    [[nodiscard]] bool load(base::FieldReader& in);
    /// As new.
    void reset();

    [[nodiscard]] std::uint64_t sequence() const {
        return sequence_;
    }  ///< of the last record applied
    [[nodiscard]] const std::map<model::InstrumentId, InstrumentRow>& instruments() const {
        return instruments_;
    }
    [[nodiscard]] const std::map<model::AccountId, AccountRow>& accounts() const {
        return accounts_;
    }
    [[nodiscard]] const std::map<model::Currency, model::Money>& fees_collected() const {
        return fees_collected_;
    }
    /// Of every tier, tier 0 first.
    [[nodiscard]] const std::array<FeeSchedule, 16>& fees() const { return fees_; }
    /// Those that are on, in order of scope and id.
    [[nodiscard]] const std::map<std::pair<model::KillScope, std::uint32_t>, KillSwitchRow>&
    kill_switches() const {
        return kill_switches_;
    }

    /// The exchange refuses entries: its logs have little room left.
    [[nodiscard]] bool storage_scarce() const { return storage_scarce_; }

    /// nullptr when there is none (or, for orders and executions, when it is no longer kept).
    [[nodiscard]] const InstrumentRow* instrument(model::InstrumentId id) const;
    [[nodiscard]] const InstrumentRow* instrument(std::string_view symbol) const;
    [[nodiscard]] const AccountRow* account(model::AccountId id) const;
    [[nodiscard]] const OrderRow* order(model::OrderId id) const;
    [[nodiscard]] const OrderRow* order(model::AccountId account,
                                        const model::ClientOrderId& client_order_id) const;
    [[nodiscard]] const ExecutionRow* execution_at(std::uint64_t number) const;

    using OrderFilter = std::function<bool(const OrderRow&)>;
    using ExecutionFilter = std::function<bool(const ExecutionRow&)>;
    /// Orders of the account with an id below `below` (0: all) that pass the filter. `open_only`
    /// looks at open orders alone.
    [[nodiscard]] Page<OrderRow> orders(model::AccountId account, std::uint64_t below,
                                        std::size_t limit, bool open_only,
                                        const OrderFilter& filter) const;
    /// Executions of the account, newest first, with an id below `below` (0: all).
    [[nodiscard]] Page<ExecutionRow> executions(model::AccountId account, std::uint64_t below,
                                                std::size_t limit,
                                                const ExecutionFilter& filter) const;

    struct Counts {
        std::uint64_t orders = 0;  ///< ids given so far
        std::uint64_t open_orders = 0;
        std::uint64_t trades = 0;
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
    struct ClientKey {
        model::AccountId account;
        model::ClientOrderId id;
        friend bool operator==(const ClientKey&, const ClientKey&) = default;
    };
    struct ClientKeyHash {
        std::size_t operator()(const ClientKey& key) const;
    };
    struct IdHash {
        std::size_t operator()(model::OrderId id) const;
    };
    struct Lists {  // of one account
        // rising; ids of dropped orders stay until half of them are gone
        std::deque<model::OrderId> orders;
        std::size_t orders_kept = 0;
        std::set<model::OrderId> open;
        std::deque<std::uint64_t> executions;  // rising numbers
    };

    void on(const codec::CommandRejected& event);
    void on(const codec::OrderAccepted& event);
    void on(const codec::DuplicateAnswered&) {}
    void on(const codec::TradeExecuted& event);
    void on(const codec::OrderCancelled& event);
    void on(const codec::OrderReduced& event);
    void on(const codec::OrderReplaced& event);
    void on(const codec::MassCancelled&) {}
    void on(const codec::InstrumentUpdated& event);
    void on(const codec::AccountUpdated& event);
    void on(const codec::CashMoved& event);
    void on(const codec::SharesMoved& event);
    void on(const codec::FeesChanged& event);
    void on(const codec::DayEnded&) {}
    void on(const codec::StorageStateSet& event) { storage_scarce_ = event.scarce != 0; }
    void on(const codec::OrderTriggered& event);
    void on(const codec::OrderRefreshed&) {}
    void on(const codec::OrderConditions& event);
    void on(const codec::PriceBandsSet& event);
    void on(const codec::LimitBandsSet&) {}
    void on(const codec::AllocationSet& event);
    void on(const codec::TickTableSet& event);
    void on(const codec::ReferenceQuoteSet& event);
    void on(const codec::IndicativePrice&) {}
    void on(const codec::AuctionEnded&) {}
    void on(const codec::LimitStateChanged&) {}
    void on(const codec::MarketStateSet&) {}
    void on(const codec::KillSwitchSet& event);
    void on(const codec::ProposalMade&) {}
    void on(const codec::TradeBusted& event);
    void on(const codec::TradeCorrected& event);
    void on(const codec::SharesSplit& event);
    void on(const codec::PositionAdjusted& event);
    void on(const codec::ClosingPrice&) {}
    void on(const codec::IndicativesPublished&) {}

    // exchange_view_saved.cpp
    void load_instruments(base::FieldReader& in);
    void load_accounts(base::FieldReader& in);
    void load_kill_switches(base::FieldReader& in);
    void load_orders(base::FieldReader& in);
    void load_lists(base::FieldReader& in);
    void load_closed(base::FieldReader& in);
    void load_executions(base::FieldReader& in);
    void take_over(base::FieldReader& in, OrderRow row, bool found_by_client_id);
    void save_instruments(base::FieldWriter& out) const;
    void save_accounts(base::FieldWriter& out) const;
    void save_orders(base::FieldWriter& out) const;
    void save_lists(base::FieldWriter& out) const;
    [[nodiscard]] bool is_known(const OrderRow& row) const;

    void add_order(const OrderRow& row);
    OrderRow* open_order(model::OrderId id);
    void close(OrderRow& row, model::OrderStatus status);
    void fill(model::OrderId id, const ExecutionRow& execution, model::Quantity remaining,
              model::Money hold_released);
    void add_execution(const ExecutionRow& execution);
    void drop_old_executions();
    /// Both executions of a match, as far as they are kept.
    template <class Change>
    void change_executions(model::MatchNumber number, Change change);
    void end_waiting(model::InstrumentId instrument);
    [[nodiscard]] bool waits_for_close(model::TimeInForce time_in_force,
                                       model::InstrumentId instrument) const;
    void drop_oldest_closed();
    void forget_dropped(Lists& lists);
    CashRow& cash(model::AccountId account, model::InstrumentId instrument);
    PositionRow& position(model::AccountId account, model::InstrumentId instrument);

    ExchangeViewOptions options_;
    std::uint64_t sequence_ = 0;
    std::uint64_t now_ns_ = 0;
    bool command_ended_ = true;  // the last record was the last of its command
    std::map<model::InstrumentId, InstrumentRow> instruments_;
    std::map<model::Symbol, model::InstrumentId> by_symbol_;
    std::map<model::AccountId, AccountRow> accounts_;
    std::map<model::Currency, model::Money> fees_collected_;
    std::array<FeeSchedule, 16> fees_{};
    bool storage_scarce_ = false;
    std::map<std::pair<model::KillScope, std::uint32_t>, KillSwitchRow> kill_switches_;
    std::map<model::InstrumentId, std::set<model::OrderId>> waiting_;  // for the closing auction
    std::unordered_map<model::OrderId, OrderRow, IdHash> orders_;
    std::unordered_map<ClientKey, model::OrderId, ClientKeyHash> by_client_id_;
    std::deque<model::OrderId> closed_;  // oldest first
    std::deque<ExecutionRow> executions_;
    std::uint64_t first_execution_ = 0;  // number of executions_.front()
    std::unordered_map<std::uint32_t, Lists> lists_;
    Counts counts_;
};

}  // namespace bw::gateway::session
