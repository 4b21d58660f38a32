// Which data an event gives whom it is reported to.
#pragma once

#include "codec/events.hpp"
#include "views/reports/report.hpp"

namespace bw::views {

/// `second`: the taker of a trade; the seller of one that was busted or corrected.
[[nodiscard]] report::Body body_of(const codec::OrderAccepted& event, bool second);
[[nodiscard]] report::Body body_of(const codec::CommandRejected& event, bool second);
[[nodiscard]] report::Body body_of(const codec::OrderConditions& event, bool second);
[[nodiscard]] report::Body body_of(const codec::OrderTriggered& event, bool second);
[[nodiscard]] report::Body body_of(const codec::OrderRefreshed& event, bool second);
[[nodiscard]] report::Body body_of(const codec::TradeExecuted& event, bool second);
[[nodiscard]] report::Body body_of(const codec::OrderReduced& event, bool second);
[[nodiscard]] report::Body body_of(const codec::OrderReplaced& event, bool second);
[[nodiscard]] report::Body body_of(const codec::OrderCancelled& event, bool second);
[[nodiscard]] report::Body body_of(const codec::MassCancelled& event, bool second);
[[nodiscard]] report::Body body_of(const codec::TradeBusted& event, bool second);
[[nodiscard]] report::Body body_of(const codec::TradeCorrected& event, bool second);
[[nodiscard]] report::Body body_of(const codec::PositionAdjusted& event, bool second);
[[nodiscard]] report::Body body_of(const codec::KillSwitchSet& event, bool second);

}  // namespace bw::views
