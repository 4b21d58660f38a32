#include "base/mailbox.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

namespace bw::base {
namespace {

TEST(Mailbox, hands_over_in_order) {
    Mailbox<std::string> mailbox(4);
    mailbox.post("a");
    mailbox.post("b");
    EXPECT_EQ(mailbox.take(), "a");
    EXPECT_EQ(mailbox.take(), "b");
    EXPECT_EQ(mailbox.take(), std::nullopt);
}

TEST(Mailbox, keeps_what_does_not_fit_until_it_is_flushed) {
    Mailbox<int> mailbox(2);
    for (int i = 0; i < 5; ++i) mailbox.post(i);
    EXPECT_EQ(mailbox.overflowing(), 3u);
    EXPECT_FALSE(mailbox.has_room());
    EXPECT_EQ(mailbox.take(), 0);
    EXPECT_EQ(mailbox.flush(), 1u);
    mailbox.post(5);  // behind those that wait
    for (int i = 1; i < 6; ++i) {
        EXPECT_EQ(mailbox.take(), i);
        mailbox.flush();
    }
    EXPECT_TRUE(mailbox.empty() && mailbox.has_room(2) && !mailbox.has_room(3));
}

TEST(Mailbox, releases_an_object_when_it_is_taken) {
    Mailbox<std::shared_ptr<int>> mailbox(2);
    const auto object = std::make_shared<int>(1);
    mailbox.post(object);
    EXPECT_EQ(object.use_count(), 2);
    static_cast<void>(mailbox.take());
    EXPECT_EQ(object.use_count(), 1);
}

TEST(Mailbox, two_threads_see_every_object_once_and_in_order) {
    Mailbox<std::unique_ptr<std::uint64_t>> mailbox(64);
    constexpr std::uint64_t count = 200'000;
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < count; ++i) {
            while (!mailbox.has_room()) std::this_thread::yield();
            mailbox.post(std::make_unique<std::uint64_t>(i));
        }
    });
    for (std::uint64_t i = 0; i < count;) {
        const auto object = mailbox.take();
        if (!object) {
            std::this_thread::yield();
            continue;
        }
        ASSERT_EQ(**object, i);
        ++i;
    }
    producer.join();
    EXPECT_TRUE(mailbox.empty());
}

}  // namespace
}  // namespace bw::base
