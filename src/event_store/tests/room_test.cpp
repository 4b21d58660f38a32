// How much room the logs have, what is kept of it, and what happens when there is none: on a full
// disk, and behind one that is slow.
#include <gtest/gtest.h>

#include <algorithm>

#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

constexpr std::size_t disk_tasks =
    2;  // of Store::background(): commands, events; then the preparer
constexpr std::uint64_t room_of_a_segment = min_segment_bytes - segment_header_bytes;

/// The machine's storage, of which a part may be full; counts the files that were zeroed.
class FullStorage final : public platform::Storage {
 public:
    using Mapped = base::Result<std::unique_ptr<platform::MappedFile>>;

    std::string full;  ///< paths that begin so have no room
    std::uint64_t zeroed = 0;

    base::Result<void> create_directories(const std::string& path) override {
        return machine_.create_directories(path);
    }
    base::Result<std::vector<std::string>> list(const std::string& path) override {
        return machine_.list(path);
    }
    bool exists(const std::string& path) override { return machine_.exists(path); }
    base::Result<std::uint64_t> file_size(const std::string& path) override {
        return machine_.file_size(path);
    }
    base::Result<void> remove(const std::string& path) override { return machine_.remove(path); }
    base::Result<void> rename(const std::string& from, const std::string& to) override {
        return machine_.rename(from, to);
    }
    base::Result<void> sync_directory(const std::string& path) override {
        return machine_.sync_directory(path);
    }
    base::Result<std::vector<std::byte>> read(const std::string& path, std::uint64_t offset,
                                              std::size_t size) override {
        return machine_.read(path, offset, size);
    }
    base::Result<void> write_file(const std::string& path,
                                  std::span<const std::byte> bytes) override {
        return machine_.write_file(path, bytes);
    }
    base::Result<std::unique_ptr<platform::FileLock>> lock(const std::string& path) override {
        return machine_.lock(path);
    }
    Mapped create_mapped(const std::string& path, std::size_t size) override {
        if (is_full(path)) return base::error("no room for " + path);
        return machine_.create_mapped(path, size);
    }
    Mapped open_mapped(const std::string& path) override { return machine_.open_mapped(path); }
    Mapped open_mapped_read_only(const std::string& path) override {
        return machine_.open_mapped_read_only(path);
    }
    base::Result<void> create_zeroed(const std::string& path, std::size_t size) override {
        if (is_full(path)) return base::error("no room for " + path);
        ++zeroed;
        return machine_.create_zeroed(path, size);
    }
    base::Result<std::unique_ptr<platform::BlockFile>> open_blocks(
        const std::string& path, platform::WriteMode mode) override {
        return machine_.open_blocks(path, mode);
    }

 private:
    [[nodiscard]] bool is_full(const std::string& path) const {
        return !full.empty() && path.starts_with(full);
    }
    platform::Storage& machine_ = platform::system_storage();
};

class HandClock final : public platform::Clock {
 public:
    std::uint64_t realtime_ns() const override { return now; }
    std::uint64_t monotonic_ns() const override { return now; }
    std::uint64_t now = 1'000'000'000;
};

constexpr std::uint64_t record_bytes = LogWriter::record_bytes(200);
/// Records of which the last one reaches the place where the next segment is asked for.
constexpr std::uint64_t asking =
    (SegmentWindow::ask_at(min_segment_bytes) - segment_header_bytes) / record_bytes + 1;

/// Appends that many records to both logs, which are empty.
void ask_for_next_segments(Store& store) {
    for (std::uint64_t s = 1; s <= asking; ++s) {
        const Bytes message = message_of(s, 200);
        append_command(store, s, message);
        ASSERT_TRUE(store.events().append(s, 1000 + s, note_last_event_of_command, message));
    }
}

std::size_t prepare(Store& store) { return store.background()[disk_tasks].do_work(); }

/// Appends until the log says full; the newest sequence.
std::uint64_t fill(Store& store, std::uint64_t sequence) {
    constexpr std::uint64_t most = 100'000;  // far more than any window here holds
    for (; sequence <= most; ++sequence) {
        const Bytes message = message_of(sequence, 200);
        const StampedCommand command{sequence, 1000 + sequence, message};
        if (store.commands().append({&command, 1}) == AppendResult::full) return sequence - 1;
    }
    ADD_FAILURE() << "the log is never full";
    return most;
}

void expect_commands(const Place& place, std::uint64_t last) {
    auto reader = open_log(place.data(), LogKind::commands, 1, place.shared);
    ASSERT_TRUE(reader) << reader.error().message;
    const auto records = drain(**reader);
    ASSERT_EQ(records.size(), last);
    for (std::uint64_t s = 1; s <= last; ++s)
        ASSERT_EQ(records[s - 1].message, message_of(s, 200)) << s;
}

TEST(Room, is_what_is_left_of_the_segments_that_are_there) {
    Place place;
    auto store = must_open(place.options());
    ASSERT_TRUE(store);
    EXPECT_EQ(store->sure_room(LogKind::commands), room_of_a_segment);
    ask_for_next_segments(*store);
    const std::uint64_t left = room_of_a_segment - asking * record_bytes;
    EXPECT_EQ(store->sure_room(LogKind::commands), left);
    EXPECT_EQ(prepare(*store), 2u);
    EXPECT_EQ(store->sure_room(LogKind::commands), left + room_of_a_segment);
    EXPECT_EQ(store->sure_room(LogKind::events), left + room_of_a_segment);
    append_command(*store, asking + 1, message_of(asking + 1, 200));
    EXPECT_EQ(store->sure_room(LogKind::commands), left + room_of_a_segment - record_bytes);
    EXPECT_EQ(store->sure_room(LogKind::events), left + room_of_a_segment);
}

/// A log that nobody writes takes one segment, not two.
TEST(Room, is_asked_for_once_an_eighth_of_a_segment_is_filled) {
    Place place;
    auto store = must_open(place.options());
    ASSERT_TRUE(store);
    for (std::uint64_t s = 1; s < asking; ++s) append_command(*store, s, message_of(s, 200));
    EXPECT_EQ(prepare(*store), 0u);
    append_command(*store, asking, message_of(asking, 200));
    EXPECT_EQ(prepare(*store), 1u);
}

TEST(Room, is_asked_for_when_a_batch_does_not_fit_into_the_active_segment) {
    Place place;
    auto store = must_open(place.options());
    ASSERT_TRUE(store);
    const Bytes message = message_of(1, 200);
    std::vector<StampedCommand> batch;
    append_command(*store, 1, message);
    append_command(*store, 2, message);
    for (std::uint64_t s = 3; (s - 1) * record_bytes <= room_of_a_segment; ++s)
        batch.push_back({s, 2000, message});
    EXPECT_EQ(store->commands().append(batch), AppendResult::full);
    EXPECT_EQ(prepare(*store), 1u);
    EXPECT_EQ(store->commands().append(batch), AppendResult::accepted);
}

/// The window has 16 places. The seventeenth segment must not be taken for the first, which is not
/// on the disk yet.
TEST(Room, behind_a_slow_disk_the_log_is_full_before_anything_is_overwritten) {
    Place place;
    auto store = must_open(place.options());
    ASSERT_TRUE(store);
    std::uint64_t last = 0;
    for (std::uint64_t before = 1; before != last;) {
        before = last;
        prepare(*store);
        last = fill(*store, last + 1);
    }
    ASSERT_EQ(last, SegmentWindow::capacity * (room_of_a_segment / record_bytes));
    EXPECT_EQ(store->commands().committed_sequence(), 0u);
    while (store->commands().committed_sequence() < last)
        ASSERT_NE(store->do_background_work(), 0u);
    while (store->do_background_work() != 0) {
    }
    ++last;
    append_command(*store, last, message_of(last, 200));  // it continues without a restart
    store->close();
    expect_commands(place, last);
}

class FullPlace : public testing::TestWithParam<bool> {
 protected:
    [[nodiscard]] std::string what_is_full() const {
        return GetParam() ? place.shared : place.data();
    }
    std::unique_ptr<Store> open() {
        StoreOptions options = place.options();
        options.storage = &storage;
        options.clock = &clock;
        return must_open(options);
    }
    Place place;
    FullStorage storage;
    HandClock clock;
};

TEST_P(FullPlace, says_so_takes_what_fits_and_goes_on_when_there_is_room) {
    auto store = open();
    ASSERT_TRUE(store);
    EXPECT_FALSE(store->preparation_fails());
    storage.full = what_is_full();
    ask_for_next_segments(*store);
    EXPECT_EQ(prepare(*store), 0u);
    EXPECT_TRUE(store->preparation_fails());
    std::uint64_t last = fill(*store, asking + 1);
    EXPECT_EQ(last, room_of_a_segment / record_bytes);
    EXPECT_LT(store->sure_room(LogKind::commands), record_bytes);

    storage.full.clear();
    EXPECT_EQ(prepare(*store), 0u) << "not before a second has passed";
    clock.now += 1'000'000'001;
    EXPECT_EQ(prepare(*store), 2u);
    EXPECT_FALSE(store->preparation_fails());
    ++last;
    append_command(*store, last, message_of(last, 200));
    store->close();
    expect_commands(place, last);
}

TEST_P(FullPlace, is_tried_again_without_writing_zeros_again) {
    auto store = open();
    ASSERT_TRUE(store);
    ask_for_next_segments(*store);
    storage.full = what_is_full();
    const std::uint64_t before = storage.zeroed;
    for (int seconds = 0; seconds < 10; ++seconds) {
        static_cast<void>(prepare(*store));
        clock.now += 1'000'000'001;
    }
    EXPECT_EQ(storage.zeroed - before, GetParam() ? 2u : 0u) << "one of each log, or none";
}

/// One log may have its segment and the other not.
TEST_P(FullPlace, counts_for_each_log_alone) {
    auto store = open();
    ASSERT_TRUE(store);
    storage.full = GetParam() ? store->shared_directory() + "/events" : place.data() + "/events";
    ask_for_next_segments(*store);
    const std::uint64_t left = store->sure_room(LogKind::events);
    EXPECT_EQ(prepare(*store), 1u);
    EXPECT_TRUE(store->preparation_fails());
    EXPECT_EQ(store->sure_room(LogKind::commands), left + room_of_a_segment);
    EXPECT_EQ(store->sure_room(LogKind::events), left);
}

INSTANTIATE_TEST_SUITE_P(Room, FullPlace, testing::Bool(), [](const auto& chosen) {
    return std::string(chosen.param ? "SharedMemory" : "Disk");
});

/// With a thread of its own it pauses between pieces, and still keeps the next segment ready for
/// somebody who fills the log as fast as it can; without, it makes the segment at once.
TEST(Pieces, are_made_before_the_active_segment_is_full) {
    Place place;
    StoreOptions options = place.options(Durability::memory);
    options.segment_bytes = 4 * 1024 * 1024;
    auto store = must_open(options);
    ASSERT_TRUE(store);
    Background threads(*store);
    for (std::uint64_t s = 1; s <= 100'000; ++s) append_command(*store, s, message_of(s, 200));
    wait_committed(*store, 100'000);
    EXPECT_FALSE(store->preparation_fails());
}

TEST(Pieces, cover_the_whole_file_and_tell_how_far_they_are) {
    Place place;
    platform::Storage& storage = platform::system_storage();
    constexpr std::size_t bytes = 1024 * 1024 + 4096;
    std::vector<std::size_t> done;
    const auto note = [&](std::size_t so_far) { done.push_back(so_far); };
    ASSERT_TRUE(storage.create_zeroed_in_pieces(place.directory + "/zeroed", bytes, note));
    EXPECT_TRUE(std::ranges::is_sorted(done));
    EXPECT_GT(done.size(), 4u);
    EXPECT_EQ(done.back(), bytes);
    EXPECT_EQ(read_file(place.directory + "/zeroed"), Bytes(bytes));
    done.clear();
    auto mapped = storage.create_mapped_in_pieces(place.shared + "/mapped", bytes, note);
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(done.back(), bytes);
    EXPECT_TRUE(
        std::ranges::all_of((*mapped)->bytes(), [](std::byte b) { return b == std::byte{}; }));
}

}  // namespace
}  // namespace bw::event_store::test
