// Matching: all of it, put together. Later parts use earlier ones, never the other way round:
//
//   orders ◄─ matcher ◄─ flow ◄─ following
//      ▲                  │
//      └─ auctions ◄─ phases
//
// Each part declares in its constructor what it sees. One thread.
#pragma once

#include "matching/following.hpp"

namespace bw::matching {

struct Matching {
    Matching(const OpenOrders::Sees& sees, const OpenOrders::Capacity& capacity)
        : orders(sees, capacity),
          matcher(sees.accounts, sees.instruments, orders),
          auctions(
              {sees.events, sees.rules, sees.accounts, sees.instruments, sees.settlement, orders}),
          phases({sees.events, sees.rules, sees.instruments, sees.settlement, orders, auctions}),
          flow(sees.instruments, orders, matcher, phases),
          following({sees.events, sees.instruments, sees.settlement, orders, matcher, flow}) {}

    OpenOrders orders;
    Matcher matcher;
    Auctions auctions;
    Phases phases;
    OrderFlow flow;
    Following following;
};

}  // namespace bw::matching
