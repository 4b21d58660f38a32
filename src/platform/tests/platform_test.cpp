#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "platform/process.hpp"
#include "platform/storage.hpp"
#include "platform/thread.hpp"

namespace bw::platform {
namespace {

struct StorageTest : testing::Test {
    StorageTest() {
        std::string pattern = "/tmp/bw-platform-XXXXXX";
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        directory = pattern;
    }
    ~StorageTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return directory + "/" + name; }

    PosixStorage storage;
    std::string directory;
};

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

TEST_F(StorageTest, a_file_is_replaced_as_a_whole_and_read_in_parts) {
    ASSERT_TRUE(storage.write_file(path("a"), bytes_of("first")));
    ASSERT_TRUE(storage.write_file(path("a"), bytes_of("second text")));
    const auto part = storage.read(path("a"), 7, 100);
    ASSERT_TRUE(part);
    EXPECT_EQ(std::memcmp(part->data(), "text", 4), 0);
    EXPECT_EQ(part->size(), 4u);
    EXPECT_EQ(*storage.list(directory), std::vector<std::string>{"a"})
        << "nothing else is left behind";
}

TEST_F(StorageTest, what_is_written_in_blocks_is_read_back_in_both_modes) {
    ASSERT_TRUE(storage.create_zeroed(path("log"), 4 * disk_block));
    AlignedBuffer block(disk_block);
    for (const WriteMode mode : {WriteMode::durable, WriteMode::deferred}) {
        const auto file = storage.open_blocks(path("log"), mode);
        ASSERT_TRUE(file) << file.error().message;
        std::memset(block.data(), mode == WriteMode::durable ? 'd' : 'b', disk_block);
        ASSERT_TRUE((*file)->write_at(2 * disk_block, block.first(disk_block)));
        ASSERT_TRUE((*file)->sync());
        const auto back = storage.read(path("log"), disk_block, 2 * disk_block);
        ASSERT_TRUE(back);
        EXPECT_EQ((*back)[0], std::byte{0});
        EXPECT_EQ(std::memcmp(back->data() + disk_block, block.data(), disk_block), 0);
    }
}

TEST_F(StorageTest, a_mapping_shows_what_another_one_of_the_file_stores) {
    const auto writer = storage.create_mapped(path("shared"), 2 * disk_block);
    ASSERT_TRUE(writer);
    const auto reader = storage.open_mapped_read_only(path("shared"));
    ASSERT_TRUE(reader);
    ASSERT_EQ((*reader)->bytes().size(), 2 * disk_block);
    EXPECT_EQ((*reader)->bytes()[100], std::byte{0});
    (*writer)->writable()[100] = std::byte{7};
    EXPECT_EQ((*reader)->bytes()[100], std::byte{7});
}

TEST_F(StorageTest, a_lock_is_held_once_and_let_go) {
    auto first = storage.lock(path("lock"));
    ASSERT_TRUE(first);
    EXPECT_FALSE(storage.lock(path("lock")));
    first->reset();
    EXPECT_TRUE(storage.lock(path("lock")));
}

TEST_F(StorageTest, errors_name_the_file_and_the_reason) {
    const auto missing = storage.read(path("nothing"), 0, 1);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find(path("nothing")), std::string::npos);
    EXPECT_NE(missing.error().message.find("No such file"), std::string::npos);
    EXPECT_FALSE(storage.open_blocks(path("nothing"), WriteMode::durable));
    EXPECT_FALSE(storage.open_mapped(path("nothing")));
    EXPECT_FALSE(storage.remove(path("nothing")));
}

TEST_F(StorageTest, a_full_disk_is_an_error_before_anything_is_mapped) {
    if (::mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=64k") != 0)
        GTEST_SKIP() << "needs the right to mount";
    EXPECT_FALSE(storage.create_mapped(path("large"), 1 << 20));
    const auto zeroed = storage.create_zeroed(path("large"), 1 << 20);
    ASSERT_FALSE(zeroed);
    EXPECT_NE(zeroed.error().message.find("No space left"), std::string::npos)
        << zeroed.error().message;
    EXPECT_FALSE(storage.exists(path("large"))) << "nothing of it stays";
    ::umount(directory.c_str());
}

TEST(Thread, has_its_name_and_no_signal_lands_on_it) {
    char name[32] = {};
    sigset_t blocked;
    sigemptyset(&blocked);
    start_thread("bw-a-name-that-is-too-long", [&](std::stop_token) {
        pthread_getname_np(pthread_self(), name, sizeof name);
        pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    }).join();
    EXPECT_STREQ(name, "bw-a-name-that-");
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1})
        EXPECT_EQ(sigismember(&blocked, signal), 1);
    sigset_t own;
    pthread_sigmask(SIG_SETMASK, nullptr, &own);
    EXPECT_EQ(sigismember(&own, SIGTERM), 0) << "the starting thread is as it was";
}

TEST(Thread, runs_on_the_processor_it_asks_for) {
    cpu_set_t before;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    unsigned own = 0;
    while (!CPU_ISSET(own, &before)) ++own;
    std::jthread thread = start_thread("pinned", [own](const std::stop_token&) {
        EXPECT_TRUE(use_cpu(own));
        EXPECT_EQ(sched_getcpu(), static_cast<int>(own));
        EXPECT_FALSE(use_cpu(CPU_SETSIZE));
        EXPECT_FALSE(use_cpu(CPU_SETSIZE - 1)) << "no machine of ours has so many";
    });
    thread.join();
}

TEST(Thread, gets_real_time_or_is_told_that_it_may_not) {
    std::jthread thread = start_thread("realtime", [](const std::stop_token&) {
        const int expected = use_fifo(1) ? SCHED_FIFO : SCHED_OTHER;
        EXPECT_EQ(sched_getscheduler(0) & ~SCHED_RESET_ON_FORK, expected);
        EXPECT_FALSE(use_fifo(1'000));
    });
    thread.join();
}

TEST(Process, ends_at_once_and_says_why) {
    EXPECT_EXIT(end_process(74, "the disk is gone"), testing::ExitedWithCode(74),
                "buttonwood: the disk is gone");
}

TEST(Process, its_end_can_be_replaced) {
    replace_process_end([](int code, const std::string& why) { throw std::pair(code, why); });
    try {
        end_process(74, "the disk is gone");
    } catch (const std::pair<int, std::string>& end) {
        EXPECT_EQ(end.first, 74);
        EXPECT_EQ(end.second, "the disk is gone");
    }
    replace_process_end(nullptr);
}

}  // namespace
}  // namespace bw::platform
