#include "buttonwood-bench/fan_out_benchmark.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/measure.hpp"
#include "buttonwood-bench/fan_out_load.hpp"
#include "buttonwood-bench/machine.hpp"
#include "buttonwood-bench/process_times.hpp"
#include "buttonwood-bench/rest_sources.hpp"

namespace bw::apps {
namespace {

constexpr unsigned order_connections = 4;

base::Result<std::unique_ptr<FanOutLoad>> connect(const ExchangeProcess& exchange,
                                                  const FanOutBenchOptions& options) {
    const auto keys = make_market(exchange, order_connections);
    if (!keys) return std::unexpected(keys.error());
    auto load = FanOutLoad::connect({exchange.market_port(), exchange.port()}, options.clients,
                                    alternating_orders(*keys));
    if (!load) return std::unexpected(load.error());
    if (auto subscribed = (*load)->subscribe(options.channel, bench_symbol); !subscribed)
        return std::unexpected(subscribed.error());
    return load;
}

/// `rate`: 0 for a closed loop.
base::Result<std::string> measure(FanOutLoad& load, const ExchangeProcess& exchange, double seconds,
                                  double rate) {
    const Cost before = cost_so_far(exchange.process());
    const auto run = load.run(seconds, rate);
    if (!run) return std::unexpected(run.error());
    const double elapsed_s = static_cast<double>(run->elapsed_ns) / 1e9;
    return fmt::format(
        R"({{"rate":{:.0f},"orders":{},"orders_refused":{},"frames":{},"frames_per_second":{:.0f},"bytes_per_second":{:.0f},"sequence_gaps":{},"events_at_all_clients":{},"spread_ns":{},{}}})",
        rate, run->orders, run->orders_refused, run->frames,
        static_cast<double>(run->frames) / elapsed_s, static_cast<double>(run->bytes) / elapsed_s,
        run->sequence_gaps, run->spread_ns.count(), bench::latency_json(run->spread_ns),
        cost_json(cost_so_far(exchange.process()) - before, "frame", run->frames));
}

}  // namespace

base::Result<std::string> run_fan_out(const FanOutBenchOptions& options) {
    auto exchange = ExchangeProcess::start(options.exchange);
    if (!exchange) return std::unexpected(exchange.error());
    auto load = connect(**exchange, options);
    if (!load) return std::unexpected(load.error());
    const auto paced = measure(**load, **exchange, options.seconds, options.rate);
    if (!paced) return std::unexpected(paced.error());
    const auto closed = measure(**load, **exchange, options.seconds, 0);
    if (!closed) return std::unexpected(closed.error());
    load->reset();
    if (auto stopped = (*exchange)->stop(); !stopped) return std::unexpected(stopped.error());
    return fmt::format(
        R"({{"benchmark":"fan-out","shape":"{}","durability":"{}","clients":{},"channel":"{}","seconds":{},"paced":{},"closed_loop":{},{}}})",
        options.exchange.shape, mode_name(options.exchange.mode), options.clients, options.channel,
        options.seconds, *paced, *closed, machine_json({}));
}

}  // namespace bw::apps
