// Which phase may follow which: the engine's table of allowed changes, and the path from any state
// to the market's.
#pragma once

#include <optional>

#include "model/enums.hpp"

namespace bw::scheduler {

/// opening_auction, volatility_auction, closing_auction.
[[nodiscard]] bool is_auction(model::InstrumentState state);

/// Whether SetInstrumentState allows this change (docs/internals/trading-rules.md). Staying in the
/// same state does not count.
[[nodiscard]] bool is_allowed(model::InstrumentState from, model::InstrumentState to);

/// The next state on the legal path to `target`, a state of the calendar; nothing if it is reached,
/// or if the instrument had better stay. Paths enter trading only from an auction, and none opens
/// an instrument after the close.
[[nodiscard]] std::optional<model::InstrumentState> towards(model::InstrumentState target,
                                                            model::InstrumentState from);

}  // namespace bw::scheduler
