// ThreadNode: the node as an agent sees it that is a thread of the node's process and has counters
// of its own, as the process of the same name has.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "buttonwood/runtime/own_counters.hpp"
#include "buttonwood/runtime/running_node.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

class ThreadNode final : public NodeAccess {
 public:
    /// Requires: `node` outlives it.
    [[nodiscard]] static base::Result<std::unique_ptr<ThreadNode>> open(
        RunningNode& node, const Place& place, const ExchangeOptions& options) {
        auto counters = OwnCounters::open(node.store().storage(), node.clock(),
                                          {.process = place.process,
                                           .directory = options.directory,
                                           .shared_directory = node.store().shared_directory(),
                                           .identity = node.store().identity(),
                                           .durability = node.durability(),
                                           .names = Topology(options).label_names()});
        if (!counters) return std::unexpected(counters.error());
        return std::unique_ptr<ThreadNode>(new ThreadNode(node, std::move(*counters)));
    }

    [[nodiscard]] base::Result<std::unique_ptr<event_store::LogReader>> open_reader(
        event_store::LogKind kind, std::uint64_t first_sequence) const override {
        return node_.open_reader(kind, first_sequence);
    }
    [[nodiscard]] event_store::EventSource event_source() const override {
        return node_.event_source();
    }
    [[nodiscard]] std::uint64_t stored_events() const override { return node_.stored_events(); }
    [[nodiscard]] std::uint64_t events_appended() const override { return node_.events_appended(); }
    [[nodiscard]] CommandPosition commands() const override { return node_.commands(); }
    [[nodiscard]] StorageRoom room() const override { return node_.room(); }
    [[nodiscard]] std::string durability() const override { return node_.durability(); }
    [[nodiscard]] bool node_is_there() const override { return true; }
    [[nodiscard]] platform::WakeUp* wake_up_of(std::size_t reader) override {
        return node_.wake_up_of(reader);
    }
    [[nodiscard]] std::uint64_t longest_sleep_ns() const override {
        return node_.longest_sleep_ns();
    }
    [[nodiscard]] observe::Page& metrics() override { return counters_->page(); }
    [[nodiscard]] const platform::Clock& clock() const override { return node_.clock(); }

 private:
    ThreadNode(RunningNode& node, std::unique_ptr<OwnCounters> counters)
        : node_(node), counters_(std::move(counters)) {}

    RunningNode& node_;
    std::unique_ptr<OwnCounters> counters_;
};

}  // namespace bw::apps
