#include "views/reports/report_body.hpp"

namespace bw::views {
namespace {

bool has(const codec::OrderAccepted& event, model::Instruction which) {
    return (event.instructions & static_cast<std::uint8_t>(which)) != 0;
}

model::Side side_of(bool seller) { return seller ? model::Side::sell : model::Side::buy; }

}  // namespace

report::Body body_of(const codec::OrderAccepted& event, bool) {
    return report::Accepted{.order = event.order_id,
                            .client_order_id = event.client_order_id,
                            .instrument = event.instrument,
                            .side = event.side,
                            .type = event.order_type,
                            .time_in_force = event.time_in_force,
                            .expire_date = event.expire_date,
                            .post_only = has(event, model::Instruction::post_only),
                            .hidden = has(event, model::Instruction::hidden),
                            .price = event.price,
                            .quantity = event.quantity,
                            .hold = event.hold};
}

report::Body body_of(const codec::CommandRejected& event, bool) {
    return report::Rejected{.command_template = event.command_template,
                            .order = event.order_id,
                            .client_order_id = event.client_order_id,
                            .instrument = event.instrument,
                            .reason = event.reason};
}

report::Body body_of(const codec::OrderConditions& event, bool) {
    return report::Conditions{.order = event.order_id,
                              .instrument = event.instrument,
                              .display_quantity = event.display_quantity,
                              .stop_price = event.stop_price,
                              .offset = event.offset,
                              .peg = event.peg};
}

report::Body body_of(const codec::OrderTriggered& event, bool) {
    return report::Triggered{event.order_id, event.instrument, event.stop_price, event.last_price};
}

report::Body body_of(const codec::OrderRefreshed& event, bool) {
    return report::Refreshed{event.order_id, event.instrument, event.displayed, event.remaining};
}

report::Body body_of(const codec::TradeExecuted& event, bool taker) {
    return report::Execution{.match_number = event.match_number,
                             .taker = taker,
                             .order = taker ? event.taker_order : event.maker_order,
                             .instrument = event.instrument,
                             .side = taker ? event.taker_side : opposite(event.taker_side),
                             .price = event.price,
                             .quantity = event.quantity,
                             .remaining = taker ? event.taker_remaining : event.maker_remaining,
                             .fee = taker ? event.taker_fee : event.maker_fee,
                             .kind = event.kind};
}

report::Body body_of(const codec::OrderReduced& event, bool) {
    return report::Reduced{event.order_id, event.instrument, event.reduced_by, event.remaining,
                           event.hold_released};
}

report::Body body_of(const codec::OrderReplaced& event, bool) {
    return report::Replaced{event.order_id, event.instrument, event.price, event.remaining,
                            event.hold};
}

report::Body body_of(const codec::OrderCancelled& event, bool) {
    return report::Cancelled{.order = event.order_id,
                             .instrument = event.instrument,
                             .side = event.side,
                             .quantity = event.quantity,
                             .reason = event.reason,
                             .hold_released = event.hold_released};
}

report::Body body_of(const codec::MassCancelled& event, bool) {
    return report::MassCancelled{event.instrument, event.side, event.cancelled};
}

report::Body body_of(const codec::TradeBusted& event, bool seller) {
    return report::TradeBusted{.match_number = event.match_number,
                               .instrument = event.instrument,
                               .side = side_of(seller),
                               .price = event.price,
                               .quantity = event.quantity,
                               .fee_returned = seller ? event.seller_fee : event.buyer_fee};
}

report::Body body_of(const codec::TradeCorrected& event, bool seller) {
    return report::TradeCorrected{.match_number = event.match_number,
                                  .instrument = event.instrument,
                                  .side = side_of(seller),
                                  .price_before = event.price_before,
                                  .price = event.price,
                                  .quantity = event.quantity};
}

report::Body body_of(const codec::PositionAdjusted& event, bool) {
    return report::PositionAdjusted{event.instrument, event.total_before, event.total};
}

report::Body body_of(const codec::KillSwitchSet& event, bool) {
    return report::KillSwitch{event.on != 0, event.cancelled};
}

}  // namespace bw::views
