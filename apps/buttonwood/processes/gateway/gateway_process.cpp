#include <fmt/format.h>

#include "buttonwood/processes/gateway/event_loop.hpp"
#include "buttonwood/processes/gateway/gateway_options.hpp"
#include "buttonwood/processes/processes.hpp"
#include "buttonwood/runtime/node_follower.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/remote_node.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/supervised.hpp"
#include "buttonwood/runtime/thread_options.hpp"

namespace bw::apps {

int run_rest(const ExchangeOptions& options, const Place& place) {
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    const ThreadOptions& thread = options.thread(place.agent->table());
    use_thread_options(thread, place.process);
    const platform::SystemClock clock;
    auto node = RemoteNode::connect(place, options, signal, clock);
    if (!node) return fail(fmt::format("{}: {}", place.process, node.error().message));
    if (*node == nullptr) return 0;

    auto bar = std::make_unique<ProgressBar>("starting");
    auto gateway = GatewayAgent::open(gateway_options(options, place), **node, (*node)->link(),
                                      progress_on(*bar));
    if (!gateway) return fail(fmt::format("{}: {}", place.process, gateway.error().message));
    bar.reset();
    if (options.supervisor == 0)
        fmt::print("the {} process is open at {}://localhost:{}/ (stop with Ctrl-C)\n",
                   place.process, (*gateway)->scheme(), (*gateway)->port());
    std::fflush(stdout);
    report_open(options, std::to_string((*gateway)->port()));
    log_open(options, fmt::format("{}://{}:{}", (*gateway)->scheme(),
                                  options.of(place.agent->name).address, (*gateway)->port()));

    NodeFollower follower(**node);
    serve(
        **gateway, thread, [&] { return signal.arrived(); },
        [&] {
            follower.do_work((*gateway)->models().sequence(),
                             [&] { (*gateway)->give_up_waiting(); });
        });
    const std::string failure = (*gateway)->failure();
    drain(**gateway);
    return failure.empty() ? 0 : fail(fmt::format("{}: {}", place.process, failure));
}

}  // namespace bw::apps
