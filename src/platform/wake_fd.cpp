#include "platform/wake_fd.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

namespace bw::platform {

base::Result<void> WakeFd::open() {
    fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd_ < 0)
        return base::error(std::string("cannot make an eventfd: ") + std::strerror(errno) +
                           "; raise the limit of open files");
    return {};
}

WakeFd::~WakeFd() {
    if (fd_ >= 0) ::close(fd_);
}

void WakeFd::end() {
    sleeping_.store(false, std::memory_order_relaxed);
    if (!rung_.exchange(false, std::memory_order_acq_rel)) return;
    std::uint64_t count = 0;
    static_cast<void>(::read(fd_, &count, sizeof count));
}

void WakeFd::wake_sleeper() {
    if (!sleeping_.exchange(false, std::memory_order_acq_rel)) return;
    rung_.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    static_cast<void>(::write(fd_, &one, sizeof one));
}

}  // namespace bw::platform
