#include "buttonwood/runtime/stop_signal.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <utility>

namespace bw::apps {

StopSignal::StopSignal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    descriptor_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    std::signal(SIGPIPE, SIG_IGN);
}

StopSignal::~StopSignal() { close(descriptor_); }

bool StopSignal::arrived() const {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE,
                  &now);  // steps of some milliseconds, without a system call
    const std::int64_t tick = now.tv_sec * 1'000'000'000 + now.tv_nsec;
    if (!arrived_ && std::exchange(looked_at_, tick) != tick) look();
    return arrived_;
}

void StopSignal::look() const {
    signalfd_siginfo info{};
    arrived_ = arrived_ || read(descriptor_, &info, sizeof info) == sizeof info;
}

bool StopSignal::wait(int milliseconds) const {
    if (arrived()) return true;
    pollfd wanted{descriptor_, POLLIN, 0};
    poll(&wanted, 1, milliseconds);
    look();
    return arrived_;
}

}  // namespace bw::apps
