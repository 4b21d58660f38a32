#include "platform/address.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/assert.hpp"

namespace bw::platform {
namespace {

constexpr std::size_t mapped_prefix = 12;     // ten zero bytes, then ff ff
constexpr std::size_t subscriber_prefix = 8;  // of IPv6

}  // namespace

Address Address::from_ipv4(std::array<std::byte, 4> address) {
    Address out;
    out.bytes[10] = out.bytes[11] = std::byte{0xff};
    std::ranges::copy(address, out.bytes.begin() + mapped_prefix);
    return out;
}

std::optional<Address> Address::parse(std::string_view text) {
    char terminated[INET6_ADDRSTRLEN];
    if (text.size() >= sizeof terminated) return std::nullopt;
    terminated[text.copy(terminated, text.size())] = '\0';
    std::array<std::byte, 4> ipv4;
    if (inet_pton(AF_INET, terminated, ipv4.data()) == 1) return from_ipv4(ipv4);
    Address out;
    if (inet_pton(AF_INET6, terminated, out.bytes.data()) == 1) return out;
    return std::nullopt;
}

bool Address::is_ipv4() const {
    constexpr Address none{};
    return std::equal(bytes.begin(), bytes.begin() + 10, none.bytes.begin()) &&
           bytes[10] == std::byte{0xff} && bytes[11] == std::byte{0xff};
}

Address Address::subscriber() const {
    if (is_ipv4()) return *this;
    Address out;
    std::copy_n(bytes.begin(), subscriber_prefix, out.bytes.begin());
    return out;
}

std::string Address::text() const {
    char out[INET6_ADDRSTRLEN];
    const bool written =
        is_ipv4() ? inet_ntop(AF_INET, bytes.data() + mapped_prefix, out, sizeof out) != nullptr
                  : inet_ntop(AF_INET6, bytes.data(), out, sizeof out) != nullptr;
    BW_ASSERT(written);
    return out;
}

}  // namespace bw::platform
