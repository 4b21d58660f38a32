// Topic: those who wait for one kind of news. A subscription is idle (it was sent everything) or
// pending (it has news to fetch); spreading news costs O(idle ones), so a topic that changes faster
// than its readers read costs nothing more.
//
//   idle ──news──► pending ──frame taken, nothing more──► idle
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
