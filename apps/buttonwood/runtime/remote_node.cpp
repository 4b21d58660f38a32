#include "buttonwood/runtime/remote_node.hpp"

#include <fmt/format.h>

#include <chrono>

#include "event_store/identity.hpp"
#include "event_store/store.hpp"

namespace bw::apps {
namespace {

constexpr int look_interval_ms = 10;
/// The kernel releases the locks of a killed process only once it has torn the process down.
constexpr auto ring_patience = std::chrono::seconds(5);

std::chrono::steady_clock::time_point after(std::chrono::seconds patience) {
    return std::chrono::steady_clock::now() + patience;
}

bool passed(std::chrono::steady_clock::time_point deadline) {
    return std::chrono::steady_clock::now() > deadline;
}

}  // namespace

base::Result<std::unique_ptr<RemoteNode>> RemoteNode::connect(const Place& place,
                                                              const ExchangeOptions& options,
                                                              const StopSignal& signal,
                                                              const platform::Clock& clock) {
    std::unique_ptr<RemoteNode> node(new RemoteNode(options, clock));
    const auto found = node->find_exchange(signal);
    if (!found) return std::unexpected(found.error());
    if (!*found) return nullptr;
    platform::Storage& storage = platform::system_storage();
    node->link_ = std::make_unique<node::Link>(storage, node->shared_directory_, place.ring, clock);
    const auto there = node->wait_for_node(signal);
    if (!there) return std::unexpected(there.error());
    if (!*there) return nullptr;
    auto counters = OwnCounters::open(storage, clock,
                                      {.process = place.process,
                                       .directory = options.directory,
                                       .shared_directory = node->shared_directory_,
                                       .identity = node->identity_,
                                       .durability = node->durability(),
                                       .names = Topology(options).label_names()});
    if (!counters) return std::unexpected(counters.error());
    node->counters_ = std::move(*counters);
    return node;
}

/// The data folder of a new exchange has no identity file until its first node creates it.
base::Result<bool> RemoteNode::find_exchange(const StopSignal& signal) {
    platform::Storage& storage = platform::system_storage();
    const auto deadline = after(std::chrono::seconds(options_.node_patience_s));
    while (!storage.exists(event_store::Paths::identity(options_.directory))) {
        if (passed(deadline)) return base::error(no_node());
        if (signal.wait(look_interval_ms)) return false;
    }
    const auto identity = event_store::read_identity(storage, options_.directory);
    if (!identity) return std::unexpected(identity.error());
    identity_ = *identity;
    shared_directory_ =
        event_store::Paths(options_.directory, options_.shared_directory, identity_).shared;
    return true;
}

base::Result<bool> RemoteNode::wait_for_node(const StopSignal& signal) {
    const auto deadline = after(std::chrono::seconds(options_.node_patience_s));
    auto ring_deadline = after(ring_patience);
    while (true) {
        look();
        if (!node_is_there()) ring_deadline = after(ring_patience);
        const auto attached = link_->attach();
        if (attached && *attached) return wait_for_inheritance(signal);
        if (!attached && passed(ring_deadline)) return std::unexpected(attached.error());
        if (passed(deadline)) return base::error(no_node());
        if (signal.wait(node_is_there() && attached ? 0 : look_interval_ms)) return false;
    }
}

/// All commands of the ring's previous producer have been sequenced once the ring is attached.
/// Waits until they are applied, so that their events are read before a client asks for an order.
base::Result<bool> RemoteNode::wait_for_inheritance(const StopSignal& signal) {
    const node::Board& board = *link_->board();
    const std::uint64_t sent = board.position().commands_appended;
    while (node_is_there() && board.applied() < sent) {
        if (signal.wait(1)) return false;
        look();
    }
    inherited_events_ = board.position().events_appended;
    return true;
}

std::string RemoteNode::no_node() const {
    return fmt::format(
        "no node of the exchange in {} has come within {} s. Start `buttonwood node --data {}` "
        "with the same --shared-dir, or all processes with `buttonwood supervise`",
        options_.directory, options_.node_patience_s, options_.directory);
}

base::Result<std::unique_ptr<event_store::LogReader>> RemoteNode::open_reader(
    event_store::LogKind kind, std::uint64_t first_sequence) const {
    return event_store::LogReader::open(
        platform::system_storage(),
        event_store::Paths(options_.directory, options_.shared_directory, identity_),
        identity_.log(kind), first_sequence);
}

event_store::EventSource RemoteNode::event_source() const {
    return {
        platform::system_storage(), options_.directory, identity_, stored_events(),
        [this](std::uint64_t first) { return open_reader(event_store::LogKind::events, first); }};
}

}  // namespace bw::apps
