// A program that links counting_new.cpp counts its calls of operator new. A source of its own: a
// compiler that sees these definitions beside their use may pair them with the library's and
// complain.
#pragma once

#include <cstdint>

namespace bw::differential {

/// Calls of any operator new since the program began, on every thread.
[[nodiscard]] std::uint64_t allocations();

}  // namespace bw::differential
