// The topology table: the agents of an exchange, one row each. A new gateway or reader is a folder
// in processes/, a row here, and its protocol file. Rings and readers are numbered in the order of
// the rows; see runtime/topology.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "buttonwood/processes/processes.hpp"
#include "buttonwood/runtime/agent.hpp"

namespace bw::apps {

namespace topology_table {

inline constexpr std::array<AgentThread, 4> node_threads{
    {{"node", true}, {"command_disk"}, {"event_disk"}, {"segments"}}};
inline constexpr std::array<AgentThread, 1> gateway_threads{{{"gateway", true}}};
inline constexpr std::array<AgentThread, 1> demo_threads{{{"demo"}}};
inline constexpr std::array<AgentThread, 1> scheduler_threads{{{"scheduler"}}};
inline constexpr std::array<AgentThread, 1> market_data_threads{{{"market_data", true}}};
inline constexpr std::array<AgentThread, 1> metrics_threads{{{"metrics"}}};
inline constexpr std::array<std::string_view, 7> gateway_keys{
    "rate_limit", "operators",  "io_threads",   "tls_certificate",
    "tls_key",    "plain_http", "address_rules"};
inline constexpr std::array<std::string_view, 2> demo_keys{"enabled", "rate"};

}  // namespace topology_table

inline constexpr std::array<Agent, 6> product_agents{{
    {.name = "node",
     .what = "Sequencer, logs and engine alone; gateways find it by the folder",
     .stage = Stage::node,
     .essential = true,
     .in_up = true,
     .single = "it owns the data folder",
     .threads = topology_table::node_threads,
     .run = run_node},
    {.name = "gateway",
     .what = "REST and WebSocket gateway of a node that runs",
     .ring = "rest",
     .reader = "rest",
     .request_space = 1,
     .views = folds::all_models | folds::websocket,
     .permissions = permissions::public_data | permissions::trade | permissions::operate,
     .essential = true,
     .in_up = true,
     .single = "several could share keys, nonces and budgets, but whole processes are not tested "
               "that way",
     .threads = topology_table::gateway_threads,
     .listening = Listening{.port_option = "--http-port",
                            .port_help = "Port of the REST and WebSocket gateway",
                            .address_option = "--address",
                            .address_help = "Address to listen on",
                            .port = 8080},
     .settings = {topology_table::gateway_keys, read_gateway_settings, gateway_settings_text},
     .run = run_rest},
    {.name = "demo",
     .what = "Simulated participants, of a node that runs",
     .ring = "demo",
     .reader = "demo",
     .request_space = 2,
     .views = folds::demo,
     .may_end = true,
     .in_up = true,
     .single = "its participants have one set of accounts",
     .threads = topology_table::demo_threads,
     .settings = {topology_table::demo_keys, read_demo_settings, demo_settings_text},
     .wanted = demo_is_wanted,
     .run = run_demo},
    {.name = "scheduler",
     .what = "Phases, auctions and ends of days, of a node that runs",
     .ring = "schedule",
     .reader = "schedule",
     .request_space = 0xFFFF,
     .views = folds::scheduler,
     .stage = Stage::phases,
     .essential = true,
     .in_up = true,
     .single = "two would lead the market through each phase twice",
     .threads = topology_table::scheduler_threads,
     .run = run_scheduler},
    {.name = "market-data",
     .what = "Public market data by REST and WebSocket, of a node that runs",
     .reader = "market-data",
     .views = folds::public_models | folds::websocket,
     .permissions = permissions::public_data,
     .in_up = true,
     .threads = topology_table::market_data_threads,
     .listening = Listening{.port_option = "--market-data-port",
                            .port_help = "Port of the process market-data",
                            .port = 8081,
                            .announcement = "public market data at {2}://localhost:{1}/"},
     .run = run_rest},
    {.name = "metrics",
     .what = "GET /metrics of all processes of an exchange",
     .in_up = true,
     .single = "each shows all processes",
     .threads = topology_table::metrics_threads,
     .listening = Listening{.port_option = "--metrics-port",
                            .port_help = "Port of GET /metrics in the Prometheus format",
                            .address_option = "--metrics-address",
                            .address_help = "Address of GET /metrics; it has no authentication",
                            .announcement = "metrics at http://{0}:{1}/metrics"},
     .run = run_metrics},
}};

/// An agent folds private read models exactly if its clients may trade: the same permission gives a
/// gateway its keys and the scope of its read models.
static_assert(std::ranges::all_of(product_agents, [](const Agent& agent) {
    constexpr unsigned private_models = folds::all_models & ~folds::public_models;
    const bool trades = (agent.permissions & permissions::trade) != 0;
    return (agent.views & private_models) == (trades ? private_models : 0u);
}));

}  // namespace bw::apps
