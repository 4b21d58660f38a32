#include "platform/wake_fd.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace bw::platform {
namespace {

bool readable(const WakeFd& wake, int timeout_ms) {
    pollfd entry{wake.fd(), POLLIN, 0};
    return ::poll(&entry, 1, timeout_ms) == 1;
}

TEST(WakeFd, has_no_effect_on_a_loop_that_is_awake) {
    WakeFd wake;
    ASSERT_TRUE(wake.open());
    wake.wake();
    EXPECT_FALSE(readable(wake, 0));
}

TEST(WakeFd, wakes_a_sleeper_and_is_silent_after_end) {
    WakeFd wake;
    ASSERT_TRUE(wake.open());
    for (int i = 0; i < 3; ++i) {
        wake.begin();
        std::thread waker([&] { wake.wake(); });
        EXPECT_TRUE(readable(wake, 10'000));
        waker.join();
        wake.end();
        EXPECT_FALSE(readable(wake, 0));
    }
}

}  // namespace
}  // namespace bw::platform
