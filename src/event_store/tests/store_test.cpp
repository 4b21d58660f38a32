// The store as its users see it: append, read, stop, start again.
#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

void append_range(Store& store, std::uint64_t first, std::uint64_t last, std::size_t size) {
    for (std::uint64_t s = first; s <= last; ++s) append_command(store, s, message_of(s, size));
}

void expect_range(LogReader& reader, std::uint64_t first, std::uint64_t last, std::size_t size) {
    const auto records = drain(reader);
    ASSERT_EQ(records.size(), last - first + 1);
    for (std::size_t i = 0; i < records.size(); ++i) {
        ASSERT_EQ(records[i].sequence, first + i);
        ASSERT_EQ(records[i].timestamp_ns, 1000 + first + i);
        ASSERT_EQ(records[i].message, message_of(first + i, size));
    }
}

class InBothModes : public testing::TestWithParam<Durability> {};

TEST_P(InBothModes, a_record_comes_back_as_it_was_written) {
    Place place;
    auto store = must_open(place.options(GetParam()));
    ASSERT_TRUE(store);
    Background threads(*store);
    append_range(*store, 1, 10, 64);
    wait_committed(*store, 10);
    auto reader = store->open_reader(LogKind::commands, 1);
    ASSERT_TRUE(reader);
    expect_range(**reader, 1, 10, 64);
}

std::uint64_t count_of(const observe::Histogram& histogram) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < observe::Histogram::bucket_count; ++i)
        count += histogram.count_in(i);
    return count;
}

TEST_P(InBothModes, its_threads_count_what_they_write) {
    Place place;
    const auto page = std::make_unique<observe::Page>();
    auto store = must_open(place.options(GetParam()));
    ASSERT_TRUE(store);
    store->observe(page.get());
    {
        Background threads(*store);
        append_range(*store, 1, 10'000, 120);
        wait_committed(*store, 10'000);
    }
    store->close();
    const observe::DiskMetrics& disk = page->disk[0];
    EXPECT_EQ(disk.durable_sequence.value(), 10'000u);
    EXPECT_EQ(disk.bytes.value(), 10'000u * LogWriter::record_bytes(120));
    EXPECT_EQ(disk.bytes.value(), store->appended_bytes(LogKind::commands));
    EXPECT_GT(disk.writes.value(), 0u);
    EXPECT_EQ(count_of(disk.write_time), disk.writes.value());
    EXPECT_EQ(count_of(disk.durable), GetParam() == Durability::sync ? 10'000u : 0u);
    EXPECT_GT(disk.segment.value(), 1u);
    EXPECT_GE(page->segments.prepared.value(), disk.segment.value() - 1);
    EXPECT_EQ(page->segments.failures.value(), 0u);
    EXPECT_EQ(page->disk[1].writes.value(), 0u);
}

TEST_P(InBothModes, the_log_goes_on_over_segments_and_clean_restarts) {
    Place place;
    for (std::uint64_t round = 0; round < 3; ++round) {
        auto store = must_open(place.options(GetParam()));
        ASSERT_TRUE(store);
        EXPECT_EQ(store->recovery().commands, round * 2000);
        {
            Background threads(*store);
            append_range(*store, round * 2000 + 1, round * 2000 + 2000, 120);
            wait_committed(*store, round * 2000 + 2000);
        }
        store->close();
    }
    EXPECT_TRUE(std::filesystem::is_empty(place.shared))
        << "a clean end leaves nothing in shared memory";
    auto reader = open_log(place.data(), LogKind::commands, 1, place.shared);
    ASSERT_TRUE(reader) << reader.error().message;
    expect_range(**reader, 1, 6000, 120);
    auto late = open_log(place.data(), LogKind::commands, 5999, place.shared);
    ASSERT_TRUE(late);
    expect_range(**late, 5999, 6000, 120);
    const auto summary = verify_log(place.data(), LogKind::commands, place.shared);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->last, 6000u);
}

TEST_P(InBothModes, what_was_committed_survives_a_kill) {
    Place place;
    for (std::uint64_t round = 0; round < 3; ++round) {
        auto store = must_open(place.options(GetParam()));
        ASSERT_TRUE(store);
        EXPECT_EQ(store->recovery().commands, round * 1500);
        Background threads(*store);
        append_range(*store, round * 1500 + 1, round * 1500 + 1500, 88);
        wait_committed(*store, round * 1500 + 1500);
    }
    const auto summary = verify_log(place.data(), LogKind::commands, place.shared);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->last, 4500u);
}

/// It died between saying so to the readers and removing the file; the next start sees that the log
/// goes on in it.
TEST_P(InBothModes, a_shared_segment_that_a_dead_start_was_taking_away_is_read_again) {
    const Place place;
    {
        auto store = must_open(place.options(GetParam()));
        ASSERT_TRUE(store);
        append_range(*store, 1, 20, 64);  // nobody writes it to the disk
    }
    std::size_t retired = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place.shared)) {
        if (!entry.is_regular_file() || entry.file_size() < segment_header_bytes) continue;
        auto mapped = platform::system_storage().open_mapped(entry.path());
        ASSERT_TRUE(mapped);
        (*mapped)->writable()[offsetof(SegmentHeader, retired)] = std::byte{1};
        ++retired;
    }
    ASSERT_NE(retired, 0u);
    auto store = must_open(place.options(GetParam()));
    ASSERT_TRUE(store);
    EXPECT_EQ(store->recovery().commands, 20u);
    auto reader = store->open_reader(LogKind::commands, 1);
    ASSERT_TRUE(reader);
    expect_range(**reader, 1, 20, 64);
}

TEST(StoreWithoutThreads, makes_durable_what_a_killed_process_left_in_shared_memory) {
    Place place;
    {
        auto store = must_open(place.options(Durability::sync));
        ASSERT_TRUE(store);
        append_range(*store, 1, 20, 64);  // nobody writes it to the disk
    }
    {
        auto store = must_open(place.options(Durability::sync));
        ASSERT_TRUE(store);
        EXPECT_EQ(store->recovery().commands_from_memory, 20u);
        EXPECT_EQ(store->commands().committed_sequence(), 0u);
        while (store->commands().committed_sequence() < 20)
            ASSERT_NE(store->do_background_work(), 0u);
    }
    place.forget_shared_memory();
    auto store = must_open(place.options(Durability::sync));
    ASSERT_TRUE(store);
    EXPECT_EQ(store->recovery().commands, 20u);
}

TEST(StoreWithoutThreads, goes_on_in_the_next_segment) {
    Place place;
    auto store = must_open(place.options(Durability::memory));
    ASSERT_TRUE(store);
    const Bytes message = message_of(1, 200);
    for (std::uint64_t s = 1; s <= 1'000; ++s)
        while (!store->events().append(s, s, 0, message))
            ASSERT_NE(store->do_background_work(), 0u);
    auto reader = store->open_reader(LogKind::events, 1);
    ASSERT_TRUE(reader);
    EXPECT_EQ(drain(**reader).size(), 1'000u);
}

INSTANTIATE_TEST_SUITE_P(Store, InBothModes, testing::Values(Durability::sync, Durability::memory),
                         [](const auto& chosen) { return std::string(name_of(chosen.param)); });

}  // namespace
}  // namespace bw::event_store::test
