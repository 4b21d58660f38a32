// A limited disk is as slow as it says, for all its files together; shared memory is not.
#include "bench/limited_storage.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "bench/measure.hpp"

namespace bw::bench {
namespace {

constexpr std::size_t megabyte = 1'000'000;
constexpr std::size_t piece = 64 * 1024;

class LimitedDiskFiles : public testing::Test {
 protected:
    LimitedDiskFiles() {
        std::filesystem::create_directories(directory_);
        std::filesystem::create_directories(directory_ + "/memory");
    }
    ~LimitedDiskFiles() override { std::filesystem::remove_all(directory_); }

    std::unique_ptr<platform::BlockFile> file(LimitedStorage& storage, const std::string& name) {
        const std::string path = directory_ + "/" + name;
        EXPECT_TRUE(platform::system_storage().create_zeroed(path, 4 * piece));
        auto opened = storage.open_blocks(path, platform::WriteMode::deferred);
        EXPECT_TRUE(opened);
        return std::move(*opened);
    }
    static std::uint64_t time_of_writes(platform::BlockFile& file, unsigned count) {
        const platform::AlignedBuffer bytes(piece);
        const std::uint64_t begin = monotonic_ns();
        for (unsigned i = 0; i < count; ++i) EXPECT_TRUE(file.write_at(0, bytes.first(piece)));
        return monotonic_ns() - begin;
    }

    std::string directory_ = testing::TempDir() + "limited-" + std::to_string(::getpid());
};

TEST_F(LimitedDiskFiles, takes_its_time_for_bytes_and_for_each_write) {
    LimitedStorage storage(platform::system_storage(), {.mb_per_s = 10, .write_us = 2'000},
                           directory_ + "/memory");
    const auto blocks = file(storage, "a");
    const std::uint64_t bytes_ns = 4 * piece * 1'000 / 10;
    EXPECT_GE(time_of_writes(*blocks, 4), bytes_ns + 4 * 2'000'000);
}

TEST_F(LimitedDiskFiles, serves_one_file_behind_the_other) {
    LimitedStorage storage(platform::system_storage(), {.mb_per_s = 10}, directory_ + "/memory");
    const auto one = file(storage, "a");
    const auto other = file(storage, "b");
    const std::uint64_t begin = monotonic_ns();
    {
        const std::jthread beside([&] { static_cast<void>(time_of_writes(*one, 8)); });
        static_cast<void>(time_of_writes(*other, 8));
    }
    EXPECT_GE(monotonic_ns() - begin, 16 * piece * 1'000 / 10);
}

TEST_F(LimitedDiskFiles, does_not_limit_shared_memory) {
    LimitedStorage storage(platform::system_storage(), {.mb_per_s = 0.001, .write_us = 10'000'000},
                           directory_ + "/memory");
    const std::uint64_t begin = monotonic_ns();
    EXPECT_TRUE(storage.create_mapped(directory_ + "/memory/mapped", megabyte));
    EXPECT_TRUE(storage.read(directory_ + "/memory/mapped", 0, megabyte));
    EXPECT_LT(monotonic_ns() - begin, 10'000'000'000u);
}

TEST_F(LimitedDiskFiles, keeps_what_is_written) {
    LimitedStorage storage(platform::system_storage(), {.mb_per_s = 100}, directory_ + "/memory");
    const std::vector<std::byte> bytes(5'000, std::byte{7});
    ASSERT_TRUE(storage.write_file(directory_ + "/file", bytes));
    const auto read = storage.read(directory_ + "/file", 0, 10'000);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, bytes);
}

}  // namespace
}  // namespace bw::bench
