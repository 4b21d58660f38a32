#include "buttonwood/tools/topology.hpp"

#include <fmt/format.h>

#include <span>
#include <string>

#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {
namespace {

std::string names_json(unsigned bits, std::span<const NamedBit> names) {
    std::string out;
    for (const NamedBit& named : names) {
        if ((bits & named.bit) == 0) continue;
        out += fmt::format("{}\"{}\"", out.empty() ? "" : ",", named.name);
    }
    return "[" + out + "]";
}

std::string number_json(const std::optional<std::size_t>& number) {
    return number ? std::to_string(*number) : "null";
}

std::string place_json(const Place& place) {
    const Agent& agent = *place.agent;
    return fmt::format(
        R"({{"process":"{}","kind":"{}","stage":{},"ring":{},"reader":{},"views":{},)"
        R"("permissions":{},"inUp":{},"single":{}}})",
        place.process, agent.name, static_cast<int>(agent.stage), number_json(place.ring),
        number_json(place.reader), names_json(agent.views, folds::names),
        names_json(agent.permissions, permissions::names), agent.in_up, !agent.single.empty());
}

}  // namespace

int run_topology(const ExchangeOptions& options) {
    const Topology topology(options);
    for (const Place& place : topology.places()) fmt::print("{}\n", place_json(place));
    return 0;
}

}  // namespace bw::apps
