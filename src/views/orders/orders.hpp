// Orders: open and closed orders and their executions. A Projection
// (views/projection/projection.hpp). What an event makes of an order, the order manager says.
//
// Cost: O(1) per event on average, O(log open orders of the account) where an order opens or
// closes. Memory is bounded: all open orders and the newest closed ones and executions are kept
// (see the options). Pointers are valid until the next event. Closed orders leave between commands
// only, so that what a command closed is there while the command is answered.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "codec/events.hpp"
#include "model/types.hpp"
#include "views/orders/rows.hpp"
#include "views/projection/projection.hpp"
#include "views/reference_data/reference_data.hpp"

namespace bw::views {

struct OrdersOptions {
    /// kept orders; above it the order that closed first is dropped (open ones never are)
    std::size_t orders_max = 1'000'000;
    std::size_t executions_max = 1'000'000;  ///< kept executions; above it the oldest is dropped
};

/// One page of rows, newest first. `next` is the id to continue below; 0 at the end. A page can be
/// short of its limit and still have a `next`: a query looks at 20,000 rows at most, so that no
/// filter holds up the gateway.
template <class Row>
struct Page {
    std::vector<const Row*> rows;
    std::uint64_t next = 0;
};

class Orders {
 public:
    using Events = std::tuple<codec::CommandRejected, codec::OrderAccepted, codec::TradeExecuted,
                              codec::OrderCancelled, codec::OrderReduced, codec::OrderReplaced,
                              codec::OrderConditions, codec::OrderTriggered,
                              codec::InstrumentUpdated, codec::TradeBusted, codec::TradeCorrected>;
    using After = std::tuple<ReferenceData>;

    explicit Orders(const ReferenceData& reference, const OrdersOptions& options = {})
        : reference_(reference), options_(options) {}
    Orders(const Orders&) = delete;
    Orders& operator=(const Orders&) = delete;

    void begin(const RecordView& record);
    void apply(const RecordView& record, const codec::CommandRejected& event);
    void apply(const RecordView& record, const codec::OrderAccepted& event);
    void apply(const RecordView& record, const codec::TradeExecuted& event);
    void apply(const RecordView& record, const codec::OrderCancelled& event);
    void apply(const RecordView& record, const codec::OrderReduced& event);
    void apply(const RecordView& record, const codec::OrderReplaced& event);
    void apply(const RecordView& record, const codec::OrderConditions& event);
    void apply(const RecordView& record, const codec::OrderTriggered& event);
    void apply(const RecordView& record, const codec::InstrumentUpdated& event);
    void apply(const RecordView& record, const codec::TradeBusted& event);
    void apply(const RecordView& record, const codec::TradeCorrected& event);

    void save(base::FieldWriter& out) const;
    /// What these options do not keep is dropped. Requires: the instruments are there.
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();

    // In two parts, as they lie in the file of snapshots. Rows that are malformed spoil `in`.
    [[nodiscard]] std::uint64_t first_execution() const { return first_execution_; }
    void save_rows(base::FieldWriter& out) const;
    /// How many of the orders are open. Requires: as new. `is_account(id)`: an open order is of an
    /// account that is there.
    using IsAccount = std::function<bool(model::AccountId)>;
    std::uint64_t load_rows(base::FieldReader& in, std::uint64_t first_execution,
                            const IsAccount& is_account);
    /// Reads the orders of what save_rows() wrote, keeps none, and says how many are open.
    [[nodiscard]] static std::uint64_t pass_over_rows(base::FieldReader& in);

    /// nullptr: there is none, or it is no longer kept.
    [[nodiscard]] const OrderRow* find(model::OrderId id) const;
    [[nodiscard]] const OrderRow* find(model::AccountId account,
                                       const model::ClientOrderId& client_order_id) const;
    [[nodiscard]] const ExecutionRow* execution_at(std::uint64_t number) const;
    /// Kept: the open ones, and the newest closed ones.
    [[nodiscard]] std::size_t size() const { return orders_.size(); }

    using OrderFilter = std::function<bool(const OrderRow&)>;
    using ExecutionFilter = std::function<bool(const ExecutionRow&)>;
    /// Orders of the account with an id below `below` (0: all) that pass the filter. `open_only`
    /// looks at open orders alone.
    [[nodiscard]] Page<OrderRow> page(model::AccountId account, std::uint64_t below,
                                      std::size_t limit, bool open_only,
                                      const OrderFilter& filter) const;
    /// Executions of the account, newest first, with an id below `below` (0: all).
    [[nodiscard]] Page<ExecutionRow> executions(model::AccountId account, std::uint64_t below,
                                                std::size_t limit,
                                                const ExecutionFilter& filter) const;

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

    // orders_saved.cpp
    void load_orders(base::FieldReader& in, const IsAccount& is_account);
    void load_lists(base::FieldReader& in);
    void load_list(base::FieldReader& in, model::AccountId account);
    void load_closed(base::FieldReader& in);
    void load_executions(base::FieldReader& in);
    void take_over(base::FieldReader& in, const OrderRow& row, bool found_by_client_id);
    void save_orders(base::FieldWriter& out) const;
    void save_lists(base::FieldWriter& out) const;
    [[nodiscard]] std::size_t open_orders() const;

    void add_order(const OrderRow& row, std::uint64_t now_ns);
    OrderRow& open_order(model::OrderId id, std::uint64_t now_ns);
    void close(OrderRow& row);
    void fill(const codec::TradeExecuted& event, const ExecutionRow& execution);
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

    const ReferenceData& reference_;
    OrdersOptions options_;
    bool command_ended_ = true;  // the last record was the last of its command
    std::map<model::InstrumentId, std::set<model::OrderId>> waiting_;  // for the closing auction
    std::unordered_map<model::OrderId, OrderRow, IdHash> orders_;
    std::unordered_map<ClientKey, model::OrderId, ClientKeyHash> by_client_id_;
    std::deque<model::OrderId> closed_;  // oldest first
    std::deque<ExecutionRow> executions_;
    std::uint64_t first_execution_ = 0;  // number of executions_.front()
    std::unordered_map<std::uint32_t, Lists> lists_;
};

}  // namespace bw::views
