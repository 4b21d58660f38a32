// RemoteNode: access to a node that runs in another process, through its board, its log and, for a
// process that sends commands, a ring. Shared memory and files only, so neither process can block
// the other.
//
// Threads: one. Call look() in every turn.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/node_access.hpp"
#include "buttonwood/runtime/own_counters.hpp"
#include "buttonwood/runtime/stop_signal.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "node/link.hpp"

namespace bw::apps {

class RemoteNode final : public NodeAccess {
 public:
    /// Waits for a node and, if the place has a ring, for that ring: a process that has just died
    /// may still hold it. Returns nullptr if the stop signal comes first. Error: no node within
    /// `node_patience_s`, or the ring stays locked.
    [[nodiscard]] static base::Result<std::unique_ptr<RemoteNode>> connect(
        const Place& place, const ExchangeOptions& options, const StopSignal& signal,
        const platform::Clock& clock);

    /// Detects that the node has died and that a new one has started.
    void look() { link_->look(); }
    [[nodiscard]] node::Link& link() { return *link_; }
    /// The node's folder in shared memory.
    [[nodiscard]] const std::string& shared_directory() const { return shared_directory_; }
    /// Returns true once a node runs and the ring, if this process has one, is attached; false if
    /// the stop signal comes first. Errors as for connect().
    [[nodiscard]] base::Result<bool> wait_for_node(const StopSignal& signal);

    [[nodiscard]] base::Result<std::unique_ptr<event_store::LogReader>> open_reader(
        event_store::LogKind kind, std::uint64_t first_sequence) const override;
    [[nodiscard]] event_store::EventSource event_source() const override;
    [[nodiscard]] std::uint64_t stored_events() const override {
        return std::max(link_->board()->stored_events, inherited_events_);
    }
    [[nodiscard]] std::uint64_t events_appended() const override {
        return link_->board()->position().events_appended;
    }
    [[nodiscard]] CommandPosition commands() const override {
        const node::NodePosition at = link_->board()->position();
        return {at.commands_appended, at.commands_committed};
    }
    [[nodiscard]] StorageRoom room() const override {
        const node::NodePosition at = link_->board()->position();
        return {at.command_room, at.event_room};
    }
    [[nodiscard]] std::string durability() const override { return link_->board()->durability; }
    [[nodiscard]] bool node_is_there() const override { return link_->node_is_there(); }
    [[nodiscard]] std::uint64_t longest_sleep_ns() const override { return 20'000'000; }
    [[nodiscard]] platform::WakeUp* wake_up_of(std::size_t reader) override {
        return node_is_there() ? link_->wake_up_of(reader) : nullptr;
    }
    [[nodiscard]] observe::Page& metrics() override { return counters_->page(); }
    [[nodiscard]] const platform::Clock& clock() const override { return clock_; }

 private:
    RemoteNode(const ExchangeOptions& options, const platform::Clock& clock)
        : options_(options), clock_(clock) {}
    [[nodiscard]] base::Result<bool> find_exchange(const StopSignal& signal);
    [[nodiscard]] base::Result<bool> wait_for_inheritance(const StopSignal& signal);
    [[nodiscard]] std::string no_node() const;

    const ExchangeOptions& options_;
    const platform::Clock& clock_;
    event_store::Identity identity_;
    std::string shared_directory_;
    std::uint64_t inherited_events_ = 0;  ///< of commands from the ring's previous producer
    std::unique_ptr<node::Link> link_;
    std::unique_ptr<OwnCounters> counters_;
};

}  // namespace bw::apps
