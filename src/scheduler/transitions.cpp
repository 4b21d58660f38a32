#include "scheduler/transitions.hpp"

#include <utility>

#include "base/assert.hpp"

namespace bw::scheduler {
namespace {

using enum model::InstrumentState;
using State = model::InstrumentState;

template <class... States>
bool one_of(State state, States... states) {
    return ((state == states) || ...);
}

State towards_trading(State from) {
    if (one_of(from, opening_auction, volatility_auction)) return trading;
    if (from == pre_open) return opening_auction;
    if (from == halted) return volatility_auction;
    return from == closing_auction ? closed : pre_open;
}

State towards_closing_auction(State from) {
    if (one_of(from, trading, volatility_auction, halted)) return closing_auction;
    return towards_trading(from);
}

/// After the close nothing opens any more; an instrument that traded still gets its closing
/// auction.
State towards_post_close(State from) {
    if (one_of(from, trading, volatility_auction, halted)) return closing_auction;
    return from == closing_auction ? post_close : closed;
}

State step(State target, State from) {
    switch (target) {
        case closed: return closed;
        case pre_open: return one_of(from, closed, post_close, halted) ? pre_open : closed;
        case opening_auction:
            if (one_of(from, closed, post_close)) return pre_open;
            return one_of(from, pre_open, halted) ? opening_auction : closed;
        case trading: return towards_trading(from);
        case closing_auction: return towards_closing_auction(from);
        case post_close: return towards_post_close(from);
        case halted:
        case volatility_auction:
        case delisted: break;
    }
    BW_ASSERT(!"not a phase of the calendar");
    std::unreachable();
}

}  // namespace

bool is_auction(State state) {
    return one_of(state, opening_auction, volatility_auction, closing_auction);
}

bool is_allowed(State from, State to) {
    if (from == delisted) return false;
    switch (to) {
        case halted: return from == pre_open || from == trading || is_auction(from);
        case closed: return from != closed;
        case pre_open: return one_of(from, closed, post_close, halted);
        case opening_auction: return one_of(from, closed, pre_open, halted);
        case trading: return one_of(from, opening_auction, volatility_auction, halted);
        case volatility_auction: return one_of(from, trading, halted);
        case closing_auction: return one_of(from, trading, volatility_auction, halted);
        case post_close: return one_of(from, trading, halted, volatility_auction, closing_auction);
        case delisted: return false;
    }
    return false;
}

std::optional<State> towards(State target, State from) {
    if (from == target || from == delisted) return std::nullopt;
    if (target == post_close && from == closed) return std::nullopt;
    return step(target, from);
}

}  // namespace bw::scheduler
