#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace bw::base {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
    std::fprintf(stderr, "buttonwood: invariant broken: %s (%s:%d). Stopping.\n", expression, file,
                 line);
    std::fflush(stderr);
    std::abort();
}

}  // namespace bw::base
