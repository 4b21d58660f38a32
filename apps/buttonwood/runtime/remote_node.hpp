// RemoteNode: the core as a process of its own sees it: by its board, its log and, if it sends
// commands, a ring. Nothing but shared memory and files, so neither side can hold the other up.
//
// An agent of one thread: look() in every turn.
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
    /// Waits for a core, and for the ring when the place has one: a process that died a moment ago
    /// may still hold it. Nothing, without an error: the signal to stop came first.
    [[nodiscard]] static base::Result<std::unique_ptr<RemoteNode>> connect(
        const Place& place, const ExchangeOptions& options, const StopSignal& signal,
        const platform::Clock& clock);

    /// Notices when the core dies and when another one has come.
    void look() { link_->look(); }
    [[nodiscard]] node::Link& link() { return *link_; }
    /// Of this node.
    [[nodiscard]] const std::string& shared_directory() const { return shared_directory_; }
    /// Until a core is there and the ring, if one is wanted, is ours. False: the signal to stop
    /// came first.
    [[nodiscard]] base::Result<bool> wait_for_core(const StopSignal& signal);

    [[nodiscard]] base::Result<std::unique_ptr<event_store::LogReader>> open_reader(
        event_store::LogKind kind, std::uint64_t first_sequence) const override;
    [[nodiscard]] event_store::EventSource event_source() const override;
    [[nodiscard]] std::uint64_t stored_events() const override {
        return std::max(link_->board()->stored_events, inherited_events_);
    }
    [[nodiscard]] std::uint64_t events_appended() const override {
        return link_->board()->events_appended.load(std::memory_order_relaxed);
    }
    [[nodiscard]] CommandPosition commands() const override {
        return {link_->board()->commands_appended.load(std::memory_order_relaxed),
                link_->board()->commands_committed.load(std::memory_order_relaxed)};
    }
    [[nodiscard]] StorageRoom room() const override {
        return {link_->board()->command_room.load(std::memory_order_relaxed),
                link_->board()->event_room.load(std::memory_order_relaxed)};
    }
    [[nodiscard]] std::string durability() const override { return link_->board()->durability; }
    [[nodiscard]] bool core_is_there() const override { return link_->core_is_there(); }
    [[nodiscard]] observe::Page& metrics() override { return counters_->page(); }
    [[nodiscard]] const platform::Clock& clock() const override { return clock_; }

 private:
    RemoteNode(const ExchangeOptions& options, const platform::Clock& clock)
        : options_(options), clock_(clock) {}
    [[nodiscard]] base::Result<bool> find_exchange(const StopSignal& signal);
    [[nodiscard]] base::Result<bool> wait_for_inheritance(const StopSignal& signal);
    [[nodiscard]] std::string no_core() const;

    const ExchangeOptions& options_;
    const platform::Clock& clock_;
    event_store::Identity identity_;
    std::string shared_directory_;
    std::uint64_t inherited_events_ = 0;  ///< of commands that the producer before sent
    std::unique_ptr<node::Link> link_;
    std::unique_ptr<OwnCounters> counters_;
};

}  // namespace bw::apps
