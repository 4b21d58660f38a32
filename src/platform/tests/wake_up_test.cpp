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

TEST(WakeUp, a_sleep_without_a_waker_ends_with_the_timeout) {
    WakeUp first, second;
    first.begin();
    second.begin();
    WakeUp::wait_for_either(first, second, 1'000'000);
}

}  // namespace
}  // namespace bw::platform
