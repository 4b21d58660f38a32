// Report: what one account is told of one event, as data. It says nothing of anybody else. Gateways
// put it into their protocol's words: JSON, FIX, OUCH.
#pragma once

#include <cstdint>
#include <variant>

#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::views::report {

struct Accepted {
    model::OrderId order;
    model::ClientOrderId client_order_id;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::OrderType type = model::OrderType::limit;
    model::TimeInForce time_in_force = model::TimeInForce::day;
    std::uint32_t expire_date = 0;  ///< yyyymmdd of a gtd order, else 0
    bool post_only = false;
    bool hidden = false;
    model::Price price;  ///< no_price for market orders
    model::Quantity quantity;
    model::Money hold;  ///< cash held for a buy
};

struct Rejected {
    std::uint16_t command_template = 0;  ///< what was refused
    model::OrderId order;                ///< 0: none
    model::ClientOrderId client_order_id;
    model::InstrumentId instrument;
    model::RejectReason reason = model::RejectReason::none;
};

/// Follows Accepted of an order that has any of these.
struct Conditions {
    model::OrderId order;
    model::InstrumentId instrument;
    model::Quantity display_quantity;  ///< of an iceberg order, else 0
    model::Price stop_price;           ///< 0: none
    model::Price offset;
    model::PegKind peg = model::PegKind::none;
};

struct Triggered {
    model::OrderId order;
    model::InstrumentId instrument;
    model::Price stop_price;
    model::Price last_price;
};

struct Refreshed {
    model::OrderId order;
    model::InstrumentId instrument;
    model::Quantity displayed;
    model::Quantity remaining;
};

/// One side of a trade.
struct Execution {
    model::MatchNumber match_number;
    bool taker = false;
    model::OrderId order;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::Price price;
    model::Quantity quantity;
    model::Quantity remaining;
    model::Money fee;  ///< below 0: a rebate
    model::TradeKind kind = model::TradeKind::continuous;

    /// 2 x match number for the maker, one more for the taker.
    [[nodiscard]] std::uint64_t id() const { return 2 * match_number.value() + (taker ? 1 : 0); }
};

struct Reduced {
    model::OrderId order;
    model::InstrumentId instrument;
    model::Quantity reduced_by;
    model::Quantity remaining;
    model::Money hold_released;
};

struct Replaced {
    model::OrderId order;
    model::InstrumentId instrument;
    model::Price price;
    model::Quantity remaining;
    model::Money hold;
};

struct Cancelled {
    model::OrderId order;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::Quantity quantity;
    model::CancelReason reason = model::CancelReason::requested;
    model::Money hold_released;
};

/// After the reports of the orders that it cancelled.
struct MassCancelled {
    model::InstrumentId instrument;
    model::SideSelection side = model::SideSelection::both;
    std::uint32_t cancelled = 0;
};

struct TradeBusted {
    model::MatchNumber match_number;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::Price price;
    model::Quantity quantity;
    model::Money fee_returned;
};

struct TradeCorrected {
    model::MatchNumber match_number;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::Price price_before;
    model::Price price;
    model::Quantity quantity;
};

struct PositionAdjusted {
    model::InstrumentId instrument;
    model::Quantity total_before;
    model::Quantity total;
};

/// After the reports of the orders that it cancelled.
struct KillSwitch {
    bool on = false;
    std::uint32_t cancelled = 0;
};

using Body = std::variant<Accepted, Rejected, Conditions, Triggered, Refreshed, Execution, Reduced,
                          Replaced, Cancelled, MassCancelled, TradeBusted, TradeCorrected,
                          PositionAdjusted, KillSwitch>;

}  // namespace bw::views::report

namespace bw::views {

struct Report {
    std::uint64_t event_sequence = 0;
    std::uint64_t time_ns = 0;
    report::Body body;
};

}  // namespace bw::views
