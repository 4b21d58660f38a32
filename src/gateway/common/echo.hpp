// What an answer repeats of a request.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bw::gateway::common {

/// A name from a client, cut to 64 bytes or to the end of the character before: an answer does not
/// grow with the request, and stays UTF-8. Requires: `name` is UTF-8.
[[nodiscard]] inline std::string echo_of(std::string_view name) {
    constexpr std::size_t bytes_max = 64;
    if (name.size() <= bytes_max) return std::string(name);
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(name[at]) & 0xC0) == 0x80;
    };
    std::size_t bytes = bytes_max;
    while (bytes > 0 && continues(bytes)) --bytes;
    return std::string(name.substr(0, bytes));
}

}  // namespace bw::gateway::common
