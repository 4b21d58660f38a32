// Balances: accounts with their limits, and what each has and holds in cash and shares. A
// Projection (views/projection/projection.hpp).
//
// It reads Orders as they are before the event: a reduction or a replacement says what an order
// holds from now on, and what it held before stands in the order.
//
// Memory: as many accounts, currencies and positions as the engine admits. Pointers are valid until
// the next event.
#pragma once

#include <cstdint>
#include <map>

#include "codec/events.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"
#include "views/orders/orders.hpp"
#include "views/reference_data/reference_data.hpp"

namespace bw::views {

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

class Balances {
 public:
    using Events = std::tuple<codec::OrderAccepted, codec::TradeExecuted, codec::OrderCancelled,
                              codec::OrderReduced, codec::OrderReplaced, codec::PositionAdjusted,
                              codec::TradeBusted, codec::TradeCorrected, codec::AccountUpdated,
                              codec::CashMoved, codec::SharesMoved>;
    using After = std::tuple<ReferenceData>;
    using Before = std::tuple<Orders>;

    Balances(const ReferenceData& reference, const Orders& orders)
        : reference_(reference), orders_(orders) {}

    void apply(const RecordView& record, const codec::OrderAccepted& event);
    void apply(const RecordView& record, const codec::TradeExecuted& event);
    void apply(const RecordView& record, const codec::OrderCancelled& event);
    void apply(const RecordView& record, const codec::OrderReduced& event);
    void apply(const RecordView& record, const codec::OrderReplaced& event);
    void apply(const RecordView& record, const codec::PositionAdjusted& event);
    void apply(const RecordView& record, const codec::TradeBusted& event);
    void apply(const RecordView& record, const codec::TradeCorrected& event);
    void apply(const RecordView& record, const codec::AccountUpdated& event);
    void apply(const RecordView& record, const codec::CashMoved& event);
    void apply(const RecordView& record, const codec::SharesMoved& event);

    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset() { accounts_.clear(); }
    /// Which accounts there are, and no more.
    struct Extent {
        std::uint64_t accounts = 0;
        model::AccountId last;
    };
    [[nodiscard]] Extent extent() const;
    /// Reads what save() wrote and keeps nothing of it.
    [[nodiscard]] static Extent pass_over(base::FieldReader& in);

    [[nodiscard]] const std::map<model::AccountId, AccountRow>& accounts() const {
        return accounts_;
    }
    /// nullptr: there is none.
    [[nodiscard]] const AccountRow* account(model::AccountId id) const;

 private:
    CashRow& cash(model::AccountId account, model::InstrumentId instrument);
    PositionRow& position(model::AccountId account, model::InstrumentId instrument);
    const OrderRow& known_order(model::OrderId id) const;

    const ReferenceData& reference_;
    const Orders& orders_;
    std::map<model::AccountId, AccountRow> accounts_;
};

}  // namespace bw::views
