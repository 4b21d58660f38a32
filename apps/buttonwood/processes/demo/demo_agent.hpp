// DemoAgent: the simulated participants with their event reader and their ring. Threads: one.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "buttonwood/runtime/node_access.hpp"
#include "buttonwood/runtime/reader_watch.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "demo/demo_market.hpp"
#include "event_store/snapshots/reader_start.hpp"
#include "sequencer/command_port.hpp"

namespace bw::apps {

class DemoAgent {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<DemoAgent>> open(NodeAccess& node,
                                                                       sequencer::CommandPort& port,
                                                                       const Place& place,
                                                                       double rate);
    /// One turn: reads at most some thousand events, then lets the participants act. Returns the
    /// amount of work done.
    std::size_t turn();
    /// How long to wait after a turn without work.
    [[nodiscard]] std::uint64_t rest_ns() const { return market_.rest_ns(); }
    /// Every stored event has been read. Before that, wanted() is not meaningful and the
    /// participants do nothing.
    [[nodiscard]] bool caught_up() const { return applied_ >= began_.stored; }
    /// Whether this exchange gets simulated participants: only if it is new or already has them.
    [[nodiscard]] bool wanted() const { return has_demo_ || !has_something_; }
    [[nodiscard]] const std::string& failure() const { return began_.records->error(); }
    /// The snapshot and event from which it started.
    [[nodiscard]] const event_store::ReaderStart& began() const { return began_; }

 private:
    DemoAgent(NodeAccess& node, sequencer::CommandPort& port, const Place& place, double rate);
    void note(const event_store::RecordView& record);

    event_store::ReaderStart began_;
    ReaderWatch watch_;
    std::uint64_t applied_ = 0;
    bool has_something_ = false;  ///< among the stored events
    bool has_demo_ = false;
    demo::DemoMarket market_;
};

}  // namespace bw::apps
