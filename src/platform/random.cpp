#include "platform/random.hpp"

#include <sys/random.h>

#include "base/assert.hpp"

namespace bw::platform {

void SystemRandom::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        const ssize_t got = getrandom(out.data(), out.size(), 0);
        BW_ASSERT(got > 0);
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace bw::platform
