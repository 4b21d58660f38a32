#pragma once

#include <cstdio>
#include <istream>
#include <string_view>

namespace bw::apps {

/// Reads order lines from `in` until its end and writes what happens to `out`. A line that cannot
/// be read ends the run with a message `source:line: reason` on standard error. Returns the exit
/// status: 0, or 2 for bad input.
int run_match(std::istream& in, std::FILE* out, std::string_view source);

}  // namespace bw::apps
