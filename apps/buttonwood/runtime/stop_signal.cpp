#include "buttonwood/runtime/stop_signal.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

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
    signalfd_siginfo info{};
    if (!arrived_) arrived_ = read(descriptor_, &info, sizeof info) == sizeof info;
    return arrived_;
}

bool StopSignal::wait(int milliseconds) const {
    if (arrived()) return true;
    pollfd wanted{descriptor_, POLLIN, 0};
    poll(&wanted, 1, milliseconds);
    return arrived();
}

}  // namespace bw::apps
