// Following: what follows the market after a command: trailing stops, pegged orders, stop orders,
// the limit state. No state of its own.
//
// Rounds until nothing changes; every round but the last moves, fills or triggers an order, so it
// ends. Cost: O(1) where nothing follows; a round O(followers of the instrument). One thread.
#pragma once

#include <optional>

#include "matching/order_flow.hpp"

namespace bw::matching {

class Following {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        Instruments& instruments;
        const wallet::Settlement& settlement;
        OpenOrders& orders;
        Matcher& matcher;
        OrderFlow& flow;
    };
    explicit Following(const Sees& sees)
        : events_(sees.events),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          orders_(sees.orders),
          matcher_(sees.matcher),
          flow_(sees.flow) {}

    /// After a command that touched the instrument. Ensures: no stop is due, pegs are where they
    /// belong, the limit state is announced.
    void follow(InstrumentIndex index, model::RequestId request);
    /// Where a trailing stop with this offset would stand now. Can be out of the range of prices.
    [[nodiscard]] model::Price trailing_stop_price(InstrumentIndex index, model::Side side,
                                                   model::Price offset) const;

 private:
    [[nodiscard]] bool follow_round(InstrumentIndex index, model::RequestId request);
    [[nodiscard]] bool trail(InstrumentIndex index);
    [[nodiscard]] bool move_pegged(InstrumentIndex index, model::RequestId request);
    [[nodiscard]] bool move_one_pegged(OrderSlot slot, model::RequestId request);
    [[nodiscard]] std::optional<Tick> peg_target(const Order& order) const;
    [[nodiscard]] bool trigger_next(InstrumentIndex index, model::RequestId request);
    void trigger(OrderSlot slot, model::RequestId request);
    void announce_limit_state(InstrumentIndex index);

    codec::EventBuffer& events_;
    Instruments& instruments_;
    const wallet::Settlement& settlement_;
    OpenOrders& orders_;
    Matcher& matcher_;
    OrderFlow& flow_;
};

}  // namespace bw::matching
