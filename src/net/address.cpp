#include "net/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

namespace bw::net {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned v4_prefix_bits = 8 * v4_prefix.size();

Address mapped(const in_addr& v4) {
    Address address;
    std::ranges::copy(v4_prefix, address.bytes.begin());
    std::memcpy(&address.bytes[v4_prefix.size()], &v4, sizeof v4);
    return address;
}

/// The first `bits` bits of the byte `index`.
std::uint8_t masked(const Address& address, std::size_t index, unsigned bits) {
    return static_cast<std::uint8_t>(address.bytes[index] & ~(0xffu >> bits));
}

}  // namespace

Address Address::of(const sockaddr_storage& socket_address) {
    Address address;
    if (socket_address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &socket_address, sizeof v4);
        return mapped(v4.sin_addr);
    }
    if (socket_address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &socket_address, sizeof v6);
        std::memcpy(address.bytes.data(), &v6.sin6_addr, address.bytes.size());
    }
    return address;
}

std::optional<Address> Address::parse(std::string_view text) {
    const std::string terminated(text);
    in_addr v4{};
    if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return mapped(v4);
    Address address;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

bool Address::is_v4() const { return std::ranges::equal(v4_prefix, std::span(bytes).first<12>()); }

bool Address::is_loopback() const {
    static constexpr Address v6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    return is_v4() ? bytes[v4_prefix.size()] == 127 : *this == v6;
}

std::string Address::text() const {
    char buffer[INET6_ADDRSTRLEN];
    const bool v4 = is_v4();
    const auto* from = v4 ? &bytes[v4_prefix.size()] : bytes.data();
    return ::inet_ntop(v4 ? AF_INET : AF_INET6, from, buffer, sizeof buffer);
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = Address::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    const unsigned before = base->is_v4() ? v4_prefix_bits : 0;
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
    const unsigned before = base.is_v4() ? v4_prefix_bits : 0;
    return base.text() + "/" + std::to_string(prefix_bits - before);
}

}  // namespace bw::net

std::size_t std::hash<bw::net::Address>::operator()(
    const bw::net::Address& address) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, address.bytes.data(), sizeof halves);
    std::uint64_t mixed = (halves[0] ^ (halves[1] * 0x9E3779B97F4A7C15u)) * 0xBF58476D1CE4E5B9u;
    return mixed ^ (mixed >> 32);
}
