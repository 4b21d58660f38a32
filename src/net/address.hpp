// Address: where a peer connects from, without its port. Network: a range of addresses.
//
// An address has 16 bytes; IPv4 is mapped as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that one type
// stands for both.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr_storage;

namespace bw::net {

struct Address {
    std::array<std::uint8_t, 16> bytes{};

    /// Of a socket address of the families AF_INET and AF_INET6; all zero for others.
    [[nodiscard]] static Address of(const sockaddr_storage& socket_address);
    /// "192.0.2.1" or "2001:db8::1".
    [[nodiscard]] static std::optional<Address> parse(std::string_view text);

    [[nodiscard]] bool is_v4() const;
    /// 127.0.0.0/8 or ::1.
    [[nodiscard]] bool is_loopback() const;
    [[nodiscard]] std::string text() const;

    friend auto operator<=>(const Address&, const Address&) = default;
};

struct Network {
    Address base;
    unsigned prefix_bits = 128;  ///< of the 16 bytes: 96 more than the prefix of an IPv4 network

    /// "192.0.2.0/24", "2001:db8::/32", or one address.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);
    [[nodiscard]] bool contains(const Address& address) const;
    [[nodiscard]] std::string text() const;
};

}  // namespace bw::net

template <>
struct std::hash<bw::net::Address> {
    std::size_t operator()(const bw::net::Address& address) const noexcept;
};
