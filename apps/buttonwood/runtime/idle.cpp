#include "buttonwood/runtime/idle.hpp"

#include <algorithm>
#include <thread>

#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr unsigned spins_before_yield = 200;
constexpr unsigned yields_before_sleep = 400;
constexpr unsigned spins_before_sleep = 60;
constexpr unsigned spins_before_park = 100;
constexpr std::uint64_t first_sleep_ns = 20'000;
constexpr std::uint64_t longest_sleep_ns = 500'000;

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

}  // namespace

unsigned processors() {
    static const auto count = static_cast<unsigned>(platform::usable_cpus().size());
    return count;
}

unsigned Idle::turns_before_sleep() const {
    if (strategy_ == IdleStrategy::park) return spins_before_park;
    return yields_ ? yields_before_sleep : spins_before_sleep;
}

bool Idle::tired() const {
    const bool sleeps = strategy_ == IdleStrategy::back_off || strategy_ == IdleStrategy::park;
    return sleeps && turns_ >= turns_before_sleep();
}

/// Sleeps grow by a tenth: a loop that was busy recently reacts within microseconds, and one that
/// has been idle for long costs nothing.
void Idle::rest() {
    if (turns_ < ~0u) ++turns_;
    const unsigned spins = std::min(spins_before_yield, turns_before_sleep());
    if (strategy_ == IdleStrategy::spin || turns_ < spins) return pause();
    if (!tired())
        return strategy_ == IdleStrategy::yield || yields_ ? std::this_thread::yield() : pause();
    const std::uint64_t sleeps = turns_ - turns_before_sleep();
    platform::sleep_for_ns(
        std::min(longest_sleep_ns, first_sleep_ns + sleeps * (first_sleep_ns / 10)));
}

}  // namespace bw::apps
