// Shared by the tests of the event store: temporary directories, background work on demand, and
// file inspection.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "event_store/store.hpp"
#include "platform/thread.hpp"

namespace bw::event_store::test {

using Bytes = std::vector<std::byte>;

/// A data directory and a shared-memory directory that are removed after the test.
class Place {
 public:
    Place() {
        directory = make("/tmp/bw-store-XXXXXX");
        shared = make("/dev/shm/bw-test-XXXXXX");
    }
    ~Place() {
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
        std::filesystem::remove_all(shared, ignored);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] StoreOptions options(Durability mode = Durability::sync) const {
        StoreOptions out;
        out.directory = directory + "/data";
        out.shared_directory = shared;
        out.mode = mode;
        out.segment_bytes = min_segment_bytes;
        return out;
    }
    [[nodiscard]] std::string data() const { return directory + "/data"; }
    /// Removes everything in shared memory, as a reboot does.
    void forget_shared_memory() const {
        for (const auto& entry : std::filesystem::directory_iterator(shared))
            std::filesystem::remove_all(entry.path());
    }

    std::string directory;
    std::string shared;

 private:
    static std::string make(std::string pattern) {
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr) << pattern;
        return pattern;
    }
};

/// Runs the background tasks of a store on threads, as an exchange does.
class Background {
 public:
    explicit Background(Store& store) {
        for (const BackgroundTask& task : store.background())
            threads_.push_back(platform::start_thread(task.name, task.run));
    }

 private:
    std::vector<std::jthread> threads_;
};

inline std::uint64_t seed_of_this_run() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("BW_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

inline Bytes message_of(std::uint64_t sequence, std::size_t size) {
    Bytes out(size);
    std::mt19937_64 random(sequence * 31 + size);
    for (std::byte& b : out) b = static_cast<std::byte>(random());
    if (size >= 8) std::memcpy(out.data(), &sequence, 8);
    return out;
}

/// Appends one command; waits while the next segment is prepared.
inline void append_command(Store& store, std::uint64_t sequence,
                           std::span<const std::byte> message) {
    const StampedCommand command{sequence, 1000 + sequence, message};
    while (store.commands().append({&command, 1}) == AppendResult::full) std::this_thread::yield();
}

inline void wait_committed(Store& store, std::uint64_t sequence) {
    while (store.commands().committed_sequence() < sequence) std::this_thread::yield();
}

inline std::unique_ptr<Store> must_open(const StoreOptions& options) {
    auto store = Store::open(options);
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
}

struct Read {
    std::uint64_t sequence;
    std::uint64_t timestamp_ns;
    std::uint32_t note;
    Bytes message;
};

/// Returns everything that a reader delivers at present.
inline std::vector<Read> drain(LogReader& reader) {
    std::vector<Read> out;
    while (const RecordView* record = reader.poll())
        out.push_back({record->sequence, record->timestamp_ns, record->note,
                       Bytes(record->message.begin(), record->message.end())});
    EXPECT_EQ(reader.error(), "");
    return out;
}

inline Bytes read_file(const std::string& path) {
    auto bytes = platform::system_storage().read(path, 0, 1u << 30);
    EXPECT_TRUE(bytes.has_value()) << path;
    return bytes ? *bytes : Bytes{};
}

inline void write_file(const std::string& path, std::span<const std::byte> bytes) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
}

}  // namespace bw::event_store::test
