#include "platform/wake_up.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace bw::platform {
namespace {

constexpr std::uint64_t long_ns = 20'000'000'000;

TEST(WakeUp, ends_the_sleep_of_the_one_that_waits) {
    WakeUp wake_up;
    wake_up.begin();
    std::thread waker([&] { wake_up.wake_surely(); });
    const auto begin = std::chrono::steady_clock::now();
    wake_up.wait(long_ns);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    waker.join();
}

TEST(WakeUp, each_of_two_ends_the_sleep) {
    for (const bool second_wakes : {false, true}) {
        WakeUp first, second;
        first.begin();
        second.begin();
        std::thread waker([&] { (second_wakes ? second : first).wake_surely(); });
        const auto begin = std::chrono::steady_clock::now();
        WakeUp::wait_for_either(first, second, long_ns);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
        waker.join();
    }
}

/// The flag stays while the sleeper looks a second time, so that who comes then wakes it too.
TEST(WakeUp, in_doubt_looks_again_and_is_woken_later_too) {
    WakeUp wake_up;
    int looks = 0;
    std::thread waker;
    const auto begin = std::chrono::steady_clock::now();
    wake_up.sleep_in_doubt(long_ns, [&] {
        if (++looks == 2) waker = std::thread([&] { wake_up.wake(); });
        return false;
    });
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    EXPECT_EQ(looks, 2);
    waker.join();
}

TEST(WakeUp, what_the_second_look_finds_ends_a_sleep_in_doubt) {
    WakeUp wake_up;
    int looks = 0;
    const auto begin = std::chrono::steady_clock::now();
    wake_up.sleep_in_doubt(long_ns, [&] { return ++looks == 2; });
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(WakeUp, says_whether_it_was_woken) {
    WakeUp wake_up;
    wake_up.begin();
    EXPECT_FALSE(wake_up.wait(1'000'000));
    wake_up.wake_surely();
    EXPECT_TRUE(wake_up.wait(long_ns)) << "still announced after the timeout";
}

TEST(WakeUp, a_sleep_without_a_waker_ends_with_the_timeout) {
    WakeUp first, second;
    first.begin();
    second.begin();
    WakeUp::wait_for_either(first, second, 1'000'000);
}

}  // namespace
}  // namespace bw::platform
