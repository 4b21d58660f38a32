#include "buttonwood/runtime/exchange_options.hpp"

#include "base/assert.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

ExchangeOptions::ExchangeOptions(std::span<const Agent> agent_table) : table(agent_table) {
    for (const Agent& agent : table) {
        AgentOptions& own = agents[std::string(agent.name)];
        if (agent.listening) own.port = agent.listening->port;
        for (const AgentThread& row : agent.threads) threads[std::string(row.table)];
    }
}

const AgentOptions& ExchangeOptions::of(std::string_view agent) const {
    const auto found = agents.find(agent);
    BW_ASSERT(found != agents.end());
    return found->second;
}

AgentOptions& ExchangeOptions::of(std::string_view agent) {
    const auto found = agents.find(agent);
    BW_ASSERT(found != agents.end());
    return found->second;
}

const ThreadOptions& ExchangeOptions::thread(std::string_view name) const {
    const auto found = threads.find(name);
    BW_ASSERT(found != threads.end());
    return found->second;
}

ThreadOptions& ExchangeOptions::thread(std::string_view name) {
    const auto found = threads.find(name);
    BW_ASSERT(found != threads.end());
    return found->second;
}

std::uint16_t ExchangeOptions::port_of(const Place& place) const {
    if (own_port) return *own_port;
    const std::uint16_t first = of(place.agent->name).port.value_or(0);
    return first == 0 ? 0 : static_cast<std::uint16_t>(first + place.instance - 1);
}

}  // namespace bw::apps
