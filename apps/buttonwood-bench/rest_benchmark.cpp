#include "buttonwood-bench/rest_benchmark.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "bench/measure.hpp"
#include "bench/request_template.hpp"
#include "buttonwood-bench/machine.hpp"
#include "buttonwood-bench/market_operator.hpp"
#include "buttonwood-bench/process_times.hpp"
#include "buttonwood-bench/rest_load.hpp"

namespace bw::apps {
namespace {

constexpr double warm_up_seconds = 0.5;

/// Limit orders of one share at one price, buys and sells in turn, so a book never holds more
/// orders than there are connections, and about every second order trades.
class AlternatingOrders final : public RequestSource {
 public:
    AlternatingOrders(const bench::ApiKey& key, bool sells_first)
        : orders_{order(key, "buy"), order(key, "sell")}, sells_(sells_first) {}

    std::string_view next(std::uint64_t now_ms) override {
        const std::string_view request = orders_[sells_ ? 1 : 0].sign(now_ms, nonce_++);
        sells_ = !sells_;
        return request;
    }

 private:
    static bench::RequestTemplate order(const bench::ApiKey& key, std::string_view side) {
        const std::string body = fmt::format(
            R"({{"symbol":"{}","side":"{}","type":"limit","quantity":"1","price":"100"}})",
            bench_symbol, side);
        return {key, {"POST", "/v1/order", body}};
    }

    std::array<bench::RequestTemplate, 2> orders_;
    bool sells_;
    std::uint64_t nonce_ = bench::RequestTemplate::first_nonce;
};

/// CPU time of exchange and generator over a number of requests.
struct Cost {
    CpuTimes exchange;
    CpuTimes generator;
};

struct ClosedLoop {
    LoadResult load;
    Cost cost;
};

base::Result<ClosedLoop> measure_closed_loop(RestLoad& load, pid_t exchange,
                                             const RestBenchOptions& options) {
    if (auto warm = load.closed_loop(warm_up_seconds); !warm) return std::unexpected(warm.error());
    const Cost before{cpu_times_of_tree(exchange), own_cpu_times()};
    auto result = load.closed_loop(options.seconds);
    if (!result) return std::unexpected(result.error());
    return ClosedLoop{
        std::move(*result),
        {cpu_times_of_tree(exchange) - before.exchange, own_cpu_times() - before.generator}};
}

std::string statuses_json(const LoadResult& load) {
    std::vector<std::string> members;
    for (const auto& [status, count] : load.statuses)
        members.push_back(fmt::format(R"("{}":{})", status, count));
    return fmt::format("{{{}}}", fmt::join(members, ","));
}

std::string cost_json(const Cost& cost, std::uint64_t requests) {
    const double count = static_cast<double>(std::max<std::uint64_t>(1, requests));
    return fmt::format(
        R"("exchange_cpu_us_per_order":{{"user":{:.2f},"system":{:.2f}}},"generator_cpu_us_per_order":{{"user":{:.2f},"system":{:.2f}}})",
        cost.exchange.user_us / count, cost.exchange.system_us / count,
        cost.generator.user_us / count, cost.generator.system_us / count);
}

std::string closed_loop_json(std::vector<ClosedLoop> runs) {
    std::ranges::sort(runs, {}, [](const ClosedLoop& run) { return run.load.good_per_second(); });
    const ClosedLoop& run = runs[runs.size() / 2];
    return fmt::format(
        R"("orders_per_second":{:.0f},"latency_ns":{},"statuses":{},"connections_lost":{},{})",
        run.load.good_per_second(), bench::latency_json(run.load.latency_ns),
        statuses_json(run.load), run.load.connections_lost, cost_json(run.cost, run.load.good()));
}

base::Result<std::string> measure_orders(const ExchangeProcess& exchange,
                                         const RestBenchOptions& options) {
    auto market = MarketOperator::connect(exchange.port(), exchange.operator_key_file());
    if (!market) return std::unexpected(market.error());
    if (auto listed = market->list_instrument(); !listed) return std::unexpected(listed.error());
    auto keys = market->open_traders(options.connections);
    if (!keys) return std::unexpected(keys.error());
    std::vector<std::unique_ptr<RequestSource>> sources;
    for (const bench::ApiKey& key : *keys)
        sources.push_back(std::make_unique<AlternatingOrders>(key, sources.size() % 2 == 1));
    auto load = RestLoad::connect(exchange.port(), std::move(sources));
    if (!load) return std::unexpected(load.error());
    std::vector<ClosedLoop> runs;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        auto run = measure_closed_loop(**load, exchange.process(), options);
        if (!run) return std::unexpected(run.error());
        runs.push_back(std::move(*run));
    }
    return closed_loop_json(std::move(runs));
}

}  // namespace

base::Result<std::string> run_rest(const RestBenchOptions& options) {
    auto exchange = ExchangeProcess::start(options.exchange);
    if (!exchange) return std::unexpected(exchange.error());
    const auto orders = measure_orders(**exchange, options);
    if (!orders) return std::unexpected(orders.error());
    if (auto stopped = (*exchange)->stop(); !stopped) return std::unexpected(stopped.error());
    const bool sync = options.exchange.mode == event_store::Durability::sync;
    return fmt::format(
        R"({{"benchmark":"rest","shape":"{}","durability":"{}","connections":{},"seconds":{},"repetitions":{},"orders":{{{}}},{}}})",
        options.exchange.shape, sync ? "sync" : "memory", options.connections, options.seconds,
        options.repetitions, *orders, machine_json({}));
}

}  // namespace bw::apps
