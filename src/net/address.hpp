// Addresses of peers as sockets give them, and networks: ranges of addresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/address.hpp"

struct sockaddr_storage;

namespace bw::net {

using platform::Address;

/// Of a socket address of the families AF_INET and AF_INET6, without its port; all zero for others.
[[nodiscard]] Address address_of(const sockaddr_storage& socket_address);
/// 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(const Address& address);

struct Network {
    Address base;
    /// of the 16 bytes: 96 more than the prefix of an IPv4 network
    unsigned prefix_bits = 128;

    /// "192.0.2.0/24", "2001:db8::/32", or one address.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);
    [[nodiscard]] bool contains(const Address& address) const;
    [[nodiscard]] std::string text() const;
};

}  // namespace bw::net
