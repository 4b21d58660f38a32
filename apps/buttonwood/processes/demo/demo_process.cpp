#include <fmt/format.h>

#include "buttonwood/processes/demo/demo_agent.hpp"
#include "buttonwood/processes/processes.hpp"
#include "buttonwood/runtime/configuration_table.hpp"
#include "buttonwood/runtime/remote_node.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/supervised.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

enum class Outcome : std::uint8_t { node_is_gone, not_wanted, failed };

/// Runs while this node lives: a new node may not have the commands sent to this one.
Outcome serve_this_node(RemoteNode& node, const ExchangeOptions& options, const Place& place,
                        const StopSignal& signal) {
    const std::uint64_t number = node.link().nodes_seen();
    auto agent = DemoAgent::open(node, node.link(), place, options.demo_rate);
    if (!agent) {
        fail("demo: " + agent.error().message);
        return Outcome::failed;
    }
    while (!signal.arrived()) {
        node.look();
        if (!node.node_is_there() || node.link().nodes_seen() != number) break;
        node.metrics().process.heartbeat_ns.set(node.clock().realtime_ns());
        if ((*agent)->caught_up() && !(*agent)->wanted()) return Outcome::not_wanted;
        if ((*agent)->turn() == 0) platform::sleep_for_ns((*agent)->rest_ns());
        if ((*agent)->failure().empty()) continue;
        fail("demo: " + (*agent)->failure());
        return Outcome::failed;
    }
    return Outcome::node_is_gone;
}

}  // namespace

int run_demo(const ExchangeOptions& options, const Place& place) {
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    use_thread_options(options.thread(place.agent->table()), "the demo");
    const platform::SystemClock clock;
    auto node = RemoteNode::connect(place, options, signal, clock);
    if (!node) return fail("demo: " + node.error().message);
    if (*node == nullptr) return 0;
    report_open(options, "open");
    log_open(options);
    while (!signal.arrived()) {
        const Outcome outcome = serve_this_node(**node, options, place, signal);
        if (outcome == Outcome::failed) return 1;
        if (outcome == Outcome::not_wanted) {
            fmt::print("no simulated participants: this exchange was opened without them\n");
            return 0;
        }
        const auto again = (*node)->wait_for_node(signal);
        if (!again) return fail("demo: " + again.error().message);
    }
    return 0;
}

bool demo_is_wanted(const ExchangeOptions& options) { return options.demo; }

void read_demo_settings(const ConfigurationTable& from, ExchangeOptions& options) {
    from.reader.flag(from.table, "enabled", options.demo);
    from.reader.decimal(from.table, "rate", 0.1, 1e6, options.demo_rate);
}

std::string demo_settings_text(const ExchangeOptions& options) {
    return fmt::format("enabled = {}\nrate = {}\n", options.demo, options.demo_rate);
}

}  // namespace bw::apps
