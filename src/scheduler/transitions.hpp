// Which phase follows which: the engine's table of allowed changes, and the way from any state to
// the one the market is in.
#pragma once

#include <optional>

#include "model/enums.hpp"

namespace bw::scheduler {

/// opening_auction, volatility_auction, closing_auction.
[[nodiscard]] bool is_auction(model::InstrumentState state);

/// SetInstrumentState may lead there from `from` (docs/internals/trading-rules.md). The state it is
/// in does not count.
[[nodiscard]] bool is_allowed(model::InstrumentState from, model::InstrumentState to);

/// The next state on the legal way to `target`, a state of the calendar; nothing when it is there,
/// or had better stay. No way leads into trading other than out of an auction, and none opens an
/// instrument after the close.
[[nodiscard]] std::optional<model::InstrumentState> towards(model::InstrumentState target,
                                                            model::InstrumentState from);

}  // namespace bw::scheduler
