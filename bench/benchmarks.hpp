// The benchmarks behind `buttonwood bench`. Each prints one JSON object; see
// docs/internals/benchmarks.md for what is measured.
#pragma once

#include <string>

#include "base/result.hpp"
#include "bench/stream.hpp"

namespace bw::bench {

/// The books alone against MapMatcher, on the same stream, turn by turn in one run; medians of
/// `repetitions`.
[[nodiscard]] base::Result<std::string> run_matcher(const Stream& stream, unsigned repetitions);

/// The whole engine (order manager, risk, wallet, matching, encoded events) called directly with
/// encoded commands.
[[nodiscard]] base::Result<std::string> run_engine(const Stream& stream, unsigned repetitions);

/// The books where they are largest, CPU time; medians of `repetitions`.
[[nodiscard]] base::Result<std::string> run_bounds(unsigned repetitions);

/// Resident bytes of an engine per order, price level, idle instrument and idle account.
[[nodiscard]] base::Result<std::string> run_memory();

}  // namespace bw::bench
