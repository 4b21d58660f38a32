#include "net/address.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace bw::net {
namespace {

constexpr unsigned ipv4_prefix_bits = 96;

/// The first `bits` bits of the byte `index`.
std::byte masked(const Address& address, std::size_t index, unsigned bits) {
    return address.bytes[index] & ~(std::byte{0xff} >> bits);
}

}  // namespace

Address address_of(const sockaddr_storage& socket_address) {
    Address address;
    if (socket_address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &socket_address, sizeof v4);
        std::array<std::byte, 4> bytes;
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return Address::from_ipv4(bytes);
    }
    if (socket_address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &socket_address, sizeof v6);
        std::memcpy(address.bytes.data(), &v6.sin6_addr, address.bytes.size());
    }
    return address;
}

bool is_loopback(const Address& address) {
    static const Address v6 = *Address::parse("::1");
    return address.is_ipv4() ? address.bytes[12] == std::byte{127} : address == v6;
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = Address::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    const unsigned before = base->is_ipv4() ? ipv4_prefix_bits : 0;
    if (slash == std::string_view::npos) return Network{*base, 128};
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > 128 - before)
        return std::nullopt;
    return Network{*base, before + bits};
}

bool Network::contains(const Address& address) const {
    const std::size_t whole = prefix_bits / 8;
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    address.bytes.begin()))
        return false;
    const unsigned rest = prefix_bits % 8;
    return rest == 0 || masked(base, whole, rest) == masked(address, whole, rest);
}

std::string Network::text() const {
    const unsigned before = base.is_ipv4() ? ipv4_prefix_bits : 0;
    return base.text() + "/" + std::to_string(prefix_bits - before);
}

}  // namespace bw::net
