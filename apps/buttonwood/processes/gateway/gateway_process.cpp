#include <fmt/format.h>

#include "buttonwood/processes/gateway/event_loop.hpp"
#include "buttonwood/processes/gateway/gateway_options.hpp"
#include "buttonwood/processes/processes.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/remote_node.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/supervised.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {
namespace {

/// Keeps a gateway with the exchange over the deaths of its core. Sockets and sessions stay; what
/// was sent to a core that died and is not among the events of the next one was never taken, and
/// whoever waits for it is told so.
class NodeFollower {
 public:
    NodeFollower(RemoteNode& core, GatewayAgent& gateway)
        : core_(core), gateway_(gateway), core_number_(core.link().cores_seen()) {}

    void do_work() {
        core_.look();
        if (!core_.core_is_there() || core_.link().attached()) return;
        if (gateway_.models().sequence() < core_.stored_events()) return;  // read these first
        if (core_number_ != core_.link().cores_seen()) {
            core_number_ = core_.link().cores_seen();
            gateway_.give_up_waiting();
        }
        const auto attached = core_.link().attach();
        if (attached || attached.error().message == complaint_) return;
        complaint_ = attached.error().message;
        fmt::print(stderr, "buttonwood gateway: orders are refused: {}\n", complaint_);
    }

 private:
    RemoteNode& core_;
    GatewayAgent& gateway_;
    std::uint64_t core_number_;
    std::string complaint_;
};

struct Service {
    const char* name;
    std::optional<std::size_t> ring;
    GatewayAgent::Options gateway;
    const ThreadOptions& thread;
};

int run_service(const ExchangeOptions& options, const Service& service) {
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    use_thread_options(service.thread, service.name);
    const platform::SystemClock clock;
    auto core = RemoteNode::connect(service.name, service.ring, options, signal, clock);
    if (!core) return fail(fmt::format("{}: {}", service.name, core.error().message));
    if (*core == nullptr) return 0;

    auto bar = std::make_unique<ProgressBar>("starting");
    auto gateway = GatewayAgent::open(service.gateway, **core, (*core)->link(), progress_on(*bar));
    if (!gateway) return fail(fmt::format("{}: {}", service.name, gateway.error().message));
    bar.reset();
    if (options.supervisor == 0)
        fmt::print("the {} process is open at http://localhost:{}/ (stop with Ctrl-C)\n",
                   service.name, (*gateway)->port());
    std::fflush(stdout);
    report_open(options, std::to_string((*gateway)->port()));

    NodeFollower follower(**core, **gateway);
    serve(**gateway, service.thread, signal, [&] { follower.do_work(); });
    const std::string failure = (*gateway)->failure();
    drain(**gateway);
    return failure.empty() ? 0 : fail(fmt::format("{}: {}", service.name, failure));
}

}  // namespace

int run_gateway(const ExchangeOptions& options) {
    return run_service(options, {"gateway", rest_ring, gateway_options(options), options.gateway});
}

int run_market_data(const ExchangeOptions& options) {
    GatewayAgent::Options gateway = gateway_options(options);
    gateway.public_only = true;
    gateway.reader = market_data_reader;
    gateway.http.address = options.market_data_address;
    gateway.http.port = options.market_data_port;
    return run_service(options,
                       {"market-data", std::nullopt, std::move(gateway), options.market_data});
}

}  // namespace bw::apps
