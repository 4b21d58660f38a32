// What every matcher must agree on: a running hash over its trades in order, and a hash of the
// final book.
#pragma once

#include <cstdint>

#include "base/hash.hpp"

namespace bw::bench {

struct TradeChecksum {
    std::uint64_t trades = 0;
    std::uint64_t volume = 0;
    std::uint64_t notional = 0;
    std::uint64_t rejects = 0;
    std::uint64_t sequence_hash = 1469598103934665603ull;

    void trade(std::uint64_t maker, std::uint64_t taker, std::uint64_t price,
               std::uint64_t quantity) {
        ++trades;
        volume += quantity;
        notional += price * quantity;
        sequence_hash = (sequence_hash ^ (maker * 0x9E3779B97F4A7C15ull +
                                          taker * 0xC2B2AE3D27D4EB4Full + price * 31 + quantity)) *
                        1099511628211ull;
    }
    friend bool operator==(const TradeChecksum&, const TradeChecksum&) = default;
};

/// Independent of order, so that matchers may walk their books as they like.
struct BookChecksum {
    std::uint64_t orders = 0;
    std::uint64_t quantity = 0;
    std::uint64_t hash = 0;

    void add(std::uint64_t id, std::uint64_t price, std::uint64_t remaining) {
        ++orders;
        quantity += remaining;
        hash += base::mix64(id * 0x9E3779B97F4A7C15ull ^ price * 1000003 ^ remaining);
    }
    friend bool operator==(const BookChecksum&, const BookChecksum&) = default;
};

}  // namespace bw::bench
