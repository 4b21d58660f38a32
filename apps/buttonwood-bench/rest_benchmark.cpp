#include "buttonwood-bench/rest_benchmark.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bench/measure.hpp"
#include "buttonwood-bench/machine.hpp"
#include "buttonwood-bench/process_times.hpp"
#include "buttonwood-bench/rest_sources.hpp"

namespace bw::apps {
namespace {

constexpr double warm_up_seconds = 0.5;

struct ClosedLoop {
    LoadResult load;
    Cost cost;
};

base::Result<ClosedLoop> run_closed_loop(RestLoad& load, pid_t exchange, double seconds,
                                         unsigned depth) {
    if (auto warm = load.closed_loop(warm_up_seconds, depth); !warm)
        return std::unexpected(warm.error());
    const Cost before = cost_so_far(exchange);
    auto result = load.closed_loop(seconds, depth);
    if (!result) return std::unexpected(result.error());
    return ClosedLoop{std::move(*result), cost_so_far(exchange) - before};
}

/// The repetition with the median rate.
base::Result<ClosedLoop> measure_closed_loop(RestLoad& load, pid_t exchange,
                                             const RestBenchOptions& options, unsigned depth) {
    std::vector<ClosedLoop> runs;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        auto run = run_closed_loop(load, exchange, options.seconds, depth);
        if (!run) return std::unexpected(run.error());
        runs.push_back(std::move(*run));
    }
    std::ranges::sort(runs, {}, [](const ClosedLoop& run) { return run.load.good_per_second(); });
    return std::move(runs[runs.size() / 2]);
}

/// The repetition with the median p99.
base::Result<LoadResult> measure_open_loop(RestLoad& load, const RestBenchOptions& options,
                                           double rate) {
    std::vector<LoadResult> runs;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        auto run = load.open_loop(options.seconds, rate);
        if (!run) return std::unexpected(run.error());
        runs.push_back(std::move(*run));
    }
    std::ranges::sort(runs, {},
                      [](const LoadResult& run) { return run.latency_ns.quantile(0.99); });
    return std::move(runs[runs.size() / 2]);
}

std::string load_json(const LoadResult& load) {
    std::vector<std::string> statuses;
    for (const auto& [status, count] : load.statuses)
        statuses.push_back(fmt::format(R"("{}":{})", status, count));
    return fmt::format(R"("latency_ns":{},"statuses":{{{}}},"connections_lost":{})",
                       bench::latency_json(load.latency_ns), fmt::join(statuses, ","),
                       load.connections_lost);
}

std::string closed_loop_json(const ClosedLoop& run) {
    return fmt::format(R"("requests_per_second":{:.0f},{},{})", run.load.good_per_second(),
                       load_json(run.load), cost_json(run.cost, "request", run.load.answers()));
}

/// What the parts need.
struct Scene {
    const ExchangeProcess& exchange;
    const std::vector<bench::ApiKey>& keys;
    const RestBenchOptions& options;
};

base::Result<std::string> measure_orders(const Scene& scene) {
    auto load = RestLoad::connect(scene.exchange.port(), alternating_orders(scene.keys));
    if (!load) return std::unexpected(load.error());
    const auto closed = measure_closed_loop(**load, scene.exchange.process(), scene.options, 1);
    if (!closed) return std::unexpected(closed.error());
    const double half = std::max(1.0, closed->load.good_per_second() / 2);
    const double rate = scene.options.open_rate > 0 ? scene.options.open_rate : half;
    const auto open = measure_open_loop(**load, scene.options, rate);
    if (!open) return std::unexpected(open.error());
    return fmt::format(R"("orders":{{{},"open_loop":{{"rate":{:.0f},{}}}}})",
                       closed_loop_json(*closed), rate, load_json(*open));
}

base::Result<std::string> measure_cancels(const Scene& scene) {
    Sources sources;
    for (const bench::ApiKey& key : scene.keys)
        sources.push_back(std::make_unique<OrdersAndCancels>(key));
    auto load = RestLoad::connect(scene.exchange.port(), std::move(sources));
    if (!load) return std::unexpected(load.error());
    const auto closed = measure_closed_loop(**load, scene.exchange.process(), scene.options, 1);
    if (!closed) return std::unexpected(closed.error());
    return fmt::format(R"("orders_and_cancels":{{{}}})", closed_loop_json(*closed));
}

base::Result<std::string> measure_gets(const Scene& scene, std::string_view name, unsigned depth) {
    const RestBenchOptions& options = scene.options;
    Sources gets;
    for (unsigned i = 0; i < options.connections; ++i)
        gets.push_back(std::make_unique<RepeatedGet>(options.document));
    auto load = RestLoad::connect(scene.exchange.market_port(), std::move(gets));
    if (!load) return std::unexpected(load.error());
    const auto closed = measure_closed_loop(**load, scene.exchange.process(), options, depth);
    if (!closed) return std::unexpected(closed.error());
    return fmt::format(R"("{}":{{"document":"{}","depth":{},{}}})", name, options.document, depth,
                       closed_loop_json(*closed));
}

base::Result<std::string> measure_part(const Scene& scene, const std::string& part) {
    if (part == "orders") return measure_orders(scene);
    if (part == "cancels") return measure_cancels(scene);
    return part == "gets" ? measure_gets(scene, "gets", 1)
                          : measure_gets(scene, "pipelined_gets", scene.options.depth);
}

}  // namespace

base::Result<std::string> run_rest(const RestBenchOptions& options) {
    auto exchange = ExchangeProcess::start(options.exchange);
    if (!exchange) return std::unexpected(exchange.error());
    const auto keys = make_market(**exchange, options.connections);
    if (!keys) return std::unexpected(keys.error());
    std::vector<std::string> parts;
    for (const std::string& part : options.what) {
        auto measured = measure_part({**exchange, *keys, options}, part);
        if (!measured) return std::unexpected(measured.error());
        parts.push_back(std::move(*measured));
    }
    if (auto stopped = (*exchange)->stop(); !stopped) return std::unexpected(stopped.error());
    return fmt::format(
        R"({{"benchmark":"rest","shape":"{}","durability":"{}","connections":{},"seconds":{},"repetitions":{},{},{}}})",
        options.exchange.shape, mode_name(options.exchange.mode), options.connections,
        options.seconds, options.repetitions, fmt::join(parts, ","), machine_json({}));
}

}  // namespace bw::apps
