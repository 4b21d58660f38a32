// Topic: the subscriptions to one subject. A subscription is idle (the client was sent everything)
// or pending (it has something to send). An update moves the idle ones to the pending list, at a
// cost of O(idle ones): further updates before the client reads cost nothing.
//
//   idle ──update──► pending ──next() has nothing more──► idle
#pragma once

#include <cstdint>
#include <list>

namespace bw::gateway::websocket {

class Subscription;

class Topic {
 public:
    using Members = std::list<Subscription*>;

    Members idle;
    Members pending;
};

}  // namespace bw::gateway::websocket
