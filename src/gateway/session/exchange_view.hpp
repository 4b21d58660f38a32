// ExchangeView: what the exchange looks like to a gateway: instruments, accounts, orders and executions, folded from events only.
//
//   event log ──► apply(record) ──► rows ──► queries of a gateway
//
// One thread: apply() in sequence order, queries between. Pointers it returns are valid until the next apply().
// Cost: O(1) per event on average, O(log open orders of the account) where an order opens or closes.
// Memory is bounded: all open orders and the newest closed ones and executions are kept (see the options); instruments,
// accounts, cash and positions are as many as the engine admits. Events whose order is no longer kept still move cash and shares.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/events.hpp"
#include "event_store/record.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::gateway::session {

struct ExchangeViewOptions {
    std::size_t orders_max =
        1'000'000;  ///< kept orders; above it the order that closed first is dropped (open ones never are)
    std::size_t executions_max = 1'000'000;  ///< kept executions; above it the oldest is dropped
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
    std::uint32_t expire_date = 0;  ///< yyyymmdd of a gtd order, else 0
    model::Price price;             ///< no_price for market orders
    model::Quantity
        quantity;  ///< filled + remaining + cancelled: a reduction takes it down, a replacement sets it anew
    model::Quantity filled;
    model::Quantity remaining;  ///< still open
    model::Quantity cancelled;  ///< was open when it was cancelled or expired
    model::Money hold;          ///< cash held for an open buy
    model::OrderStatus status = model::OrderStatus::accepted;
    model::RejectReason reject_reason = model::RejectReason::none;
    model::CancelReason cancel_reason =
        model::CancelReason::requested;  ///< meaningful when cancelled or expired
    std::uint64_t created_ns = 0;
    std::uint64_t updated_ns = 0;
    std::vector<std::uint64_t> executions;  ///< numbers for execution_at()

    [[nodiscard]] bool open() const {
        return status == model::OrderStatus::accepted ||
               status == model::OrderStatus::partially_filled;
    }
};

struct ExecutionRow {
    std::uint64_t id = 0;  ///< 2 x match number for the maker, one more for the taker
    model::OrderId order;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::Price price;
    model::Quantity quantity;
    model::Money fee;
    std::uint64_t time_ns = 0;

    [[nodiscard]] bool maker() const { return id % 2 == 0; }
    [[nodiscard]] std::uint64_t match_number() const { return id / 2; }
};

/// One page of rows, newest first. `next` is the id to continue below; 0 at the end. A page can be short of its limit and still have a
/// `next`: a query looks at 20,000 rows at most, so that no filter holds up the gateway.
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
    [[nodiscard]] model::Ppm maker_fee() const { return maker_fee_; }
    [[nodiscard]] model::Ppm taker_fee() const { return taker_fee_; }

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
    /// Orders of the account with an id below `below` (0: all) that pass the filter. `open_only` looks at open orders alone.
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
        std::deque<model::OrderId>
            orders;  // rising; ids of dropped orders stay until half of them are gone
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

    void add_order(const OrderRow& row);
    OrderRow* open_order(model::OrderId id);
    void close(OrderRow& row, model::OrderStatus status);
    void fill(model::OrderId id, const ExecutionRow& execution, model::Quantity remaining,
              model::Money hold_released);
    void add_execution(const ExecutionRow& execution);
    void drop_oldest_closed();
    void forget_dropped(Lists& lists);
    CashRow& cash(model::AccountId account, model::InstrumentId instrument);
    PositionRow& position(model::AccountId account, model::InstrumentId instrument);

    ExchangeViewOptions options_;
    std::uint64_t sequence_ = 0;
    std::uint64_t now_ns_ = 0;
    std::map<model::InstrumentId, InstrumentRow> instruments_;
    std::map<model::Symbol, model::InstrumentId> by_symbol_;
    std::map<model::AccountId, AccountRow> accounts_;
    std::map<model::Currency, model::Money> fees_collected_;
    model::Ppm maker_fee_, taker_fee_;
    std::unordered_map<model::OrderId, OrderRow, IdHash> orders_;
    std::unordered_map<ClientKey, model::OrderId, ClientKeyHash> by_client_id_;
    std::deque<model::OrderId> closed_;  // oldest first
    std::deque<ExecutionRow> executions_;
    std::uint64_t first_execution_ = 0;  // number of executions_.front()
    std::unordered_map<std::uint32_t, Lists> lists_;
    Counts counts_;
};

}  // namespace bw::gateway::session
