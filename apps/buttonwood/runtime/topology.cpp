#include "buttonwood/runtime/topology.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "observe/metrics.hpp"

namespace bw::apps {
namespace {

constexpr std::uint16_t first_free_request_space = 16;

std::string numbered(std::string_view name, unsigned instance) {
    return instance == 1 ? std::string(name) : fmt::format("{}-{}", name, instance);
}

base::Result<void> check_room(std::size_t count, std::size_t most, std::string_view what) {
    if (count <= most) return {};
    return base::error(
        fmt::format("this exchange would have {} {}; there is room for {}", count, what, most));
}

/// Of all processes of a kind, one behind the other.
base::Result<void> check_ports(const Agent& agent, const AgentOptions& own) {
    const std::uint32_t last = own.port.value_or(0) + own.instances - 1;
    if (own.port.value_or(0) == 0 || last <= UINT16_MAX) return {};
    return base::error(fmt::format("{} processes {} from port {} on would need port {}",
                                   own.instances, agent.name, *own.port, last));
}

/// Checks whether a kind may have this many instances.
base::Result<void> check_kind(const Agent& agent, const AgentOptions& own) {
    if (own.instances > 1 && !agent.single.empty())
        return base::error(fmt::format("there can be only one {}: {}", agent.name, agent.single));
    return check_ports(agent, own);
}

}  // namespace

std::string Agent::table() const {
    std::string out(name);
    std::ranges::replace(out, '-', '_');
    return out;
}

base::Result<Topology> Topology::make(const ExchangeOptions& options) {
    Topology topology;
    for (const Agent& agent : options.table) topology.add(agent, 1);
    for (const Agent& agent : options.table) {
        const AgentOptions& own = options.of(agent.name);
        if (auto checked = check_kind(agent, own); !checked)
            return std::unexpected(checked.error());
        for (unsigned instance = 2; instance <= own.instances; ++instance)
            topology.add(agent, instance);
    }
    for (const auto& checked :
         {check_room(topology.rings_.size(), observe::gateways_max, "rings"),
          check_room(topology.readers_.size(), observe::readers_max, "readers"),
          check_room(topology.places_.size(), observe::children_max, "processes")})
        if (!checked) return std::unexpected(checked.error());
    std::ranges::stable_sort(topology.places_, {}, [](const Place& p) { return p.agent->stage; });
    for (std::size_t i = 0; i < topology.places_.size(); ++i) topology.places_[i].number = i;
    return topology;
}

Topology::Topology(const ExchangeOptions& options) {
    auto made = make(options);
    BW_ASSERT(made.has_value());
    *this = std::move(*made);
}

void Topology::add(const Agent& agent, unsigned instance) {
    Place place{.agent = &agent, .instance = instance, .process = numbered(agent.name, instance)};
    if (!agent.ring.empty()) {
        place.ring = rings_.size();
        rings_.push_back(numbered(agent.ring, instance));
        place.request_space =
            instance == 1 && agent.request_space != 0
                ? agent.request_space
                : static_cast<std::uint16_t>(first_free_request_space + *place.ring);
        if (agent.in_up) {
            BW_ASSERT(*place.ring == rings_in_up_);
            ++rings_in_up_;
        }
    }
    if (!agent.reader.empty()) {
        place.reader = readers_.size();
        readers_.push_back(numbered(agent.reader, instance));
    }
    places_.push_back(std::move(place));
}

const Place* Topology::find(std::string_view agent, unsigned instance) const {
    const auto found = std::ranges::find_if(places_, [&](const Place& place) {
        return place.agent->name == agent && place.instance == instance;
    });
    return found == places_.end() ? nullptr : &*found;
}

const Place& Topology::at(std::string_view agent) const {
    const Place* place = find(agent);
    BW_ASSERT(place != nullptr);
    return *place;
}

observe::LabelNames Topology::label_names() const {
    observe::LabelNames names{rings_, readers_, {}, {}};
    for (const Place& place : places_) names.processes.push_back(place.process);
    return names;
}

}  // namespace bw::apps
