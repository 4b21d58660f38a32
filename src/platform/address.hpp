// Address: the network address of a peer, as a value that is a key of a table. IPv6 in 16 bytes; an
// IPv4 address has its mapped form ::ffff:a.b.c.d, so both kinds compare and hash alike.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.hpp"

namespace bw::platform {

struct Address {
    std::array<std::byte, 16> bytes{};  ///< network order

    /// "192.0.2.1", "2001:db8::1" or "::ffff:192.0.2.1". Nothing if it is none of these; zone ids
    /// ("%eth0") are not accepted.
    [[nodiscard]] static std::optional<Address> parse(std::string_view text);
    /// `address` in network order, as in sockaddr_in.
    [[nodiscard]] static Address from_ipv4(std::array<std::byte, 4> address);

    [[nodiscard]] bool is_ipv4() const;
    /// What all addresses of one subscriber have in common: an IPv4 address itself; the first 64
    /// bits of an IPv6 address, since sites are given no less (RFC 6177).
    [[nodiscard]] Address subscriber() const;
    /// The shortest usual form; an IPv4 address in dotted form.
    [[nodiscard]] std::string text() const;

    friend auto operator<=>(const Address&, const Address&) = default;
};

}  // namespace bw::platform

template <>
struct std::hash<bw::platform::Address> {
    std::size_t operator()(const bw::platform::Address& address) const noexcept {
        std::uint64_t words[2];
        std::memcpy(words, address.bytes.data(), sizeof words);
        return bw::base::mix64(words[0] ^ bw::base::mix64(words[1]));
    }
};
