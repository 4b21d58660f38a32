// Capacities of the engine. Part of its definition: the same commands under other limits may give
// other events, so a change is a new log format. Memory is reserved at start and touched only as it
// is used.
#pragma once

#include <cstdint>

namespace bw::engine {

struct Limits {
    std::uint32_t open_orders = 1u << 22;
    std::uint32_t order_numbers =
        1u << 26;  ///< newest order ids that can still be named (power of two)
    std::uint32_t price_level_groups = 1u << 19;
    std::uint32_t instruments = 1u << 14;
    std::uint32_t accounts = 1u << 21;
    std::uint32_t positions = 1u << 22;
    std::uint32_t client_order_ids = 1u << 24;  ///< per day generation
    std::uint32_t references = 1u << 22;        ///< transfers and accounts, for ever
    std::uint32_t currencies = 8;
    std::uint32_t trades =
        1u << 22;  ///< newest trades that can be busted or corrected (power of two)
};

}  // namespace bw::engine
