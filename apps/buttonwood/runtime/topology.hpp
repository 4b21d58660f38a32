// Who is who in the shared memory of an exchange: the numbers of rings and readers, and the names
// of the processes.
#pragma once

#include <array>
#include <cstddef>

namespace bw::apps {

inline constexpr std::size_t rest_ring = 0;
inline constexpr std::size_t demo_ring = 1;
inline constexpr std::size_t scheduler_ring = 2;
inline constexpr std::array<const char*, 3> ring_names{"rest", "demo", "schedule"};

/// The first ones read for the ring of the same number.
inline constexpr std::size_t market_data_reader = 3;
inline constexpr std::array<const char*, 4> reader_names{"rest", "demo", "schedule", "market-data"};

/// In the order in which they start; the other way round they stop.
inline constexpr std::array<const char*, 6> process_names{"core",    "scheduler",   "demo",
                                                          "gateway", "market-data", "metrics"};

}  // namespace bw::apps
