// A log that is made again with other segments, as events are when a core starts with another
// segment size: readers of other processes go on where they were.
#include <algorithm>

#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

constexpr std::uint64_t records = 120;
constexpr std::size_t message_bytes = 3000;

void append_all(const StoreOptions& options, std::uint64_t to, std::uint64_t other_from) {
    auto store = must_open(options);
    const Background background(*store);
    for (std::uint64_t sequence = 1; sequence <= to; ++sequence) {
        const std::uint64_t content = sequence < other_from ? sequence : sequence + 1'000'000;
        append_command(*store, sequence, message_of(content, message_bytes));
        wait_committed(
            *store,
            sequence);  // so that the notes, and with them the checksums, are the same each time
    }
}

/// What a start does to shared memory that it does not go on with; and the log itself is gone.
void take_away(const Place& place) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place.shared)) {
        if (!entry.is_regular_file() || entry.file_size() < segment_header_bytes) continue;
        auto mapped = platform::system_storage().open_mapped(entry.path());
        ASSERT_TRUE(mapped.has_value());
        const std::uint32_t retired = 1;
        std::memcpy((*mapped)->writable().data() + offsetof(SegmentHeader, retired), &retired,
                    sizeof retired);
    }
    place.forget_shared_memory();
    for (const auto& entry : std::filesystem::directory_iterator(place.data()))
        if (entry.path().filename() != "identity") std::filesystem::remove_all(entry.path());
}

struct At {
    std::uint64_t read = 0;
    std::unique_ptr<LogReader> reader;
};

/// One after every record.
std::vector<At> readers_everywhere(const Place& place) {
    std::vector<At> readers;
    for (std::uint64_t read = 0; read <= records; ++read) {
        auto reader = open_log(place.data(), LogKind::commands, 1, place.shared);
        EXPECT_TRUE(reader.has_value());
        for (std::uint64_t i = 1; i <= read; ++i) EXPECT_EQ((*reader)->poll()->sequence, i);
        readers.push_back({read, std::move(*reader)});
    }
    return readers;
}

TEST(MovedBorders, readers_go_on_where_they_were) {
    for (const std::size_t factor : {1, 2, 3}) {
        const Place place;
        StoreOptions options = place.options();
        options.segment_bytes = min_segment_bytes * 2;
        append_all(options, records, ~0ull);
        auto readers = readers_everywhere(place);
        take_away(place);
        options.segment_bytes = min_segment_bytes * factor;
        append_all(options, records, ~0ull);
        for (auto& [read, reader] : readers) {
            const auto rest = drain(*reader);
            ASSERT_EQ(rest.size(), records - read) << "after record " << read << ", " << factor;
            for (std::size_t i = 0; i < rest.size(); ++i)
                ASSERT_EQ(rest[i].sequence, read + 1 + i) << "after record " << read;
        }
    }
}

TEST(MovedBorders, a_reader_that_is_ahead_waits_for_its_place) {
    const Place place;
    StoreOptions options = place.options();
    append_all(options, records, ~0ull);
    auto readers = readers_everywhere(place);
    take_away(place);
    options.segment_bytes = min_segment_bytes * 3;
    append_all(options, records / 2, ~0ull);
    At& last = readers[records];
    EXPECT_EQ(last.reader->poll(), nullptr);
    EXPECT_EQ(last.reader->error(), "");
    auto store = must_open(options);
    const Background background(*store);
    for (std::uint64_t sequence = records / 2 + 1; sequence <= records + 1; ++sequence) {
        append_command(*store, sequence, message_of(sequence, message_bytes));
        wait_committed(*store, sequence);
    }
    const auto rest = drain(*last.reader);
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest.front().sequence, records + 1);
}

TEST(MovedBorders, another_history_is_not_taken_for_the_same_log) {
    const Place place;
    StoreOptions options = place.options();
    append_all(options, records, ~0ull);
    auto readers = readers_everywhere(place);
    take_away(place);
    options.segment_bytes = min_segment_bytes * 3;
    append_all(options, records, records / 2);
    At& last = readers[records];
    EXPECT_EQ(last.reader->poll(), nullptr);
    EXPECT_EQ(last.reader->state(), ReaderState::damaged);
}

}  // namespace
}  // namespace bw::event_store::test
