// NodeFollower: keeps a gateway attached to the exchange when its core dies and a new one starts.
// Sockets and sessions stay open. A command that was sent to the dead core and is not among the
// events of the next one was never taken; the clients waiting for it get an answer that says so.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "buttonwood/runtime/remote_node.hpp"

namespace bw::apps {

/// Threads: one, the gateway's.
class NodeFollower {
 public:
    /// `process`: name for messages.
    NodeFollower(RemoteNode& core, std::string process)
        : core_(core), process_(std::move(process)), core_number_(core.link().cores_seen()) {}

    /// Call it in every turn. `applied`: the newest event that the gateway has applied. Calls
    /// `give_up_waiting` when the core to which waiting requests were sent has died and all its
    /// events are applied.
    template <class GiveUpWaiting>
    void do_work(std::uint64_t applied, GiveUpWaiting&& give_up_waiting) {
        core_.look();
        if (!core_.core_is_there() || core_.link().attached()) return;
        if (applied < core_.stored_events()) return;  // these must be read first
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
