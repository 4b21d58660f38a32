// Reads one member out of a JSON text that our own gateways wrote: flat enough for a search. For
// checks and simulated clients only.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace bw::simulation {

/// The text of the first member of this name, without quotes; empty: there is none.
[[nodiscard]] inline std::string_view json_member(std::string_view json, std::string_view name) {
    std::size_t at = 0;
    while (true) {
        at = json.find(name, at);
        if (at == std::string_view::npos) return {};
        const std::size_t behind = at + name.size();
        if (at > 0 && json[at - 1] == '"' && json.substr(behind, 2) == "\":") {
            json.remove_prefix(behind + 2);
            break;
        }
        at = behind;
    }
    if (json.starts_with('"')) {
        json.remove_prefix(1);
        return json.substr(0, json.find('"'));
    }
    if (json.starts_with('[')) {  // of arrays of numbers and pairs, up to the end of the array
        int depth = 0;
        for (std::size_t i = 0; i < json.size(); ++i) {
            if (json[i] == '[') ++depth;
            if (json[i] == ']' && --depth == 0) return json.substr(0, i + 1);
        }
    }
    return json.substr(0, json.find_first_of(",}]"));
}

[[nodiscard]] inline std::uint64_t json_number(std::string_view json, std::string_view name) {
    const std::string_view text = json_member(json, name);
    std::uint64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace bw::simulation
