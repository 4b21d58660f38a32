#include "platform/wake_up.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

namespace bw::platform {
namespace {

/// How long a sleeper misses the second of two words on a kernel without futex_waitv (before 5.16).
constexpr std::uint64_t without_waitv_ns = 500'000;

std::uint64_t address_of(const std::atomic<std::uint32_t>& word) {
    return reinterpret_cast<std::uintptr_t>(&word);
}

static_assert(sizeof(std::atomic<std::uint32_t>) == 4, "a futex is a plain 32-bit word");

}  // namespace

bool WakeUp::wait(std::uint64_t timeout_ns) {
    timespec timeout{};
    timeout.tv_sec = static_cast<time_t>(timeout_ns / 1'000'000'000u);
    timeout.tv_nsec = static_cast<long>(timeout_ns % 1'000'000'000u);
    syscall(SYS_futex, &sleeping_, FUTEX_WAIT, 1, &timeout, nullptr, 0);
    return sleeping_.load(std::memory_order_relaxed) == 0;
}

void WakeUp::wait_for_either(WakeUp& first, WakeUp& second, std::uint64_t timeout_ns) {
    std::array<futex_waitv, 2> words{};
    words[0] = {.val = 1, .uaddr = address_of(first.sleeping_), .flags = FUTEX_32, .__reserved = 0};
    words[1] = {
        .val = 1, .uaddr = address_of(second.sleeping_), .flags = FUTEX_32, .__reserved = 0};
    timespec until{};
    clock_gettime(CLOCK_MONOTONIC, &until);
    const std::uint64_t end_ns = static_cast<std::uint64_t>(until.tv_nsec) + timeout_ns;
    until.tv_sec += static_cast<time_t>(end_ns / 1'000'000'000u);
    until.tv_nsec = static_cast<long>(end_ns % 1'000'000'000u);
    if (syscall(SYS_futex_waitv, words.data(), words.size(), 0, &until, CLOCK_MONOTONIC) < 0 &&
        errno == ENOSYS)
        first.wait(std::min<std::uint64_t>(timeout_ns, without_waitv_ns));
    first.cancel();
    second.cancel();
}

void WakeUp::wake_sleeper() {
    if (sleeping_.exchange(0, std::memory_order_acq_rel) != 0)
        syscall(SYS_futex, &sleeping_, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

}  // namespace bw::platform
