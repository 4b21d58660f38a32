// NodeFollower: keeps a gateway with the exchange over the deaths of its core. Sockets and sessions
// stay; what was sent to a core that died and is not among the events of the next one was never
// taken, and whoever waits for it is told so.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "buttonwood/runtime/remote_node.hpp"

namespace bw::apps {

/// One thread, the gateway's.
class NodeFollower {
 public:
    /// `process`: for messages.
    NodeFollower(RemoteNode& core, std::string process)
        : core_(core), process_(std::move(process)), core_number_(core.link().cores_seen()) {}

    /// In every turn. `applied`: the newest event that the gateway knows. `give_up_waiting`: called
    /// when the core to which waiting requests were sent is gone and all its events are known.
    template <class GiveUpWaiting>
    void do_work(std::uint64_t applied, GiveUpWaiting&& give_up_waiting) {
        core_.look();
        if (!core_.core_is_there() || core_.link().attached()) return;
        if (applied < core_.stored_events()) return;  // read these first
        if (core_number_ != core_.link().cores_seen()) {
            core_number_ = core_.link().cores_seen();
            give_up_waiting();
        }
        const auto attached = core_.link().attach();
        if (attached || attached.error().message == complaint_) return;
        complaint_ = attached.error().message;
        fmt::print(stderr, "buttonwood {}: orders are refused: {}\n", process_, complaint_);
    }

 private:
    RemoteNode& core_;
    std::string process_;
    std::uint64_t core_number_;
    std::string complaint_;
};

}  // namespace bw::apps
