// NodeFollower: keeps a gateway attached to the exchange when its node dies and a new one starts.
// Sockets and sessions stay open. A command that was sent to the dead node and is not among the
// events of the next one was never taken; the clients waiting for it get an answer that says so.
#pragma once

#include <cstdint>
#include <string>

#include "buttonwood/runtime/remote_node.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {

/// Threads: one, the gateway's.
class NodeFollower {
 public:
    explicit NodeFollower(RemoteNode& node) : node_(node), node_number_(node.link().nodes_seen()) {}

    /// Call it in every turn. `applied`: the newest event that the gateway has applied. Calls
    /// `give_up_waiting` when the node to which waiting requests were sent has died and all its
    /// events are applied.
    template <class GiveUpWaiting>
    void do_work(std::uint64_t applied, GiveUpWaiting&& give_up_waiting) {
        node_.look();
        if (!node_.node_is_there() || node_.link().attached()) return;
        if (applied < node_.stored_events()) return;  // these must be read first
        if (node_number_ != node_.link().nodes_seen()) {
            node_number_ = node_.link().nodes_seen();
            give_up_waiting();
        }
        const auto attached = node_.link().attach();
        if (attached || attached.error().message == complaint_) return;
        complaint_ = attached.error().message;
        telemetry::log_event(telemetry::Event::orders_refused,
                             {.message = "orders are refused: " + complaint_});
    }

 private:
    RemoteNode& node_;
    std::uint64_t node_number_;
    std::string complaint_;
};

}  // namespace bw::apps
