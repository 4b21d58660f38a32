// For the sources of NaiveExchange that cancel many orders at once.
#pragma once

#include "differential/naive_answers.hpp"

namespace bw::differential {

template <class Wanted>
std::uint32_t NaiveExchange::cancel_each(Instrument& instrument, model::CancelReason reason,
                                         Wanted&& wanted) {
    std::uint32_t cancelled = 0;
    for (const Side side : {Side::buy, Side::sell})
        for (const std::uint64_t id : walk(instrument, side)) {
            Order& order = orders_.at(id);
            if (!wanted(order)) continue;
            cancel(order, reason);
            ++cancelled;
        }
    return cancelled;
}

}  // namespace bw::differential
