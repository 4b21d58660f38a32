#include "platform/wake_up.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace bw::platform {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4, "a futex is a plain 32-bit word");

}  // namespace

void WakeUp::wait(std::uint64_t timeout_ns) {
    timespec timeout{};
    timeout.tv_sec = static_cast<time_t>(timeout_ns / 1'000'000'000u);
    timeout.tv_nsec = static_cast<long>(timeout_ns % 1'000'000'000u);
    syscall(SYS_futex, &sleeping_, FUTEX_WAIT, 1, &timeout, nullptr, 0);
    sleeping_.store(0, std::memory_order_relaxed);
}

void WakeUp::wake_sleeper() {
    if (sleeping_.exchange(0, std::memory_order_acq_rel) != 0)
        syscall(SYS_futex, &sleeping_, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

}  // namespace bw::platform
