// `buttonwood match`: the matching engine as a filter from order lines to trades.
#pragma once

#include <cstdio>
#include <istream>
#include <string_view>

namespace bw::apps {

/// Reads order lines from `in` until its end and writes the results to `out`. A malformed line ends
/// the run with a message `source:line: reason` on standard error. Returns the exit status: 0, or 2
/// for bad input.
int run_match(std::istream& in, std::FILE* out, std::string_view source);

}  // namespace bw::apps
