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
    Matching(codec::EventBuffer& events, risk::Accounts& accounts, Instruments& instruments,
             wallet::Settlement& settlement, const OpenOrders::Capacity& capacity)
        : orders(events, accounts, instruments, settlement, capacity),
          matcher(accounts, instruments, orders),
          auctions(events, accounts, instruments, settlement, orders),
          phases(events, instruments, settlement, orders, auctions),
          flow(instruments, orders, matcher, phases),
          following({events, instruments, settlement, orders, matcher, flow}) {}

    OpenOrders orders;
    Matcher matcher;
    Auctions auctions;
    Phases phases;
    OrderFlow flow;
    Following following;
};

}  // namespace bw::matching
