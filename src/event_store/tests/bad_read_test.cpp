// Wrong reads: a start notices them or they do no harm, even if it reads several places wrong.
#include "event_store/tests/cut_storage.hpp"
#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

StoreOptions options_on(CutStorage& disk) {
    StoreOptions out;
    out.directory = "disk";
    out.shared_directory = "shm";
    out.segment_bytes = min_segment_bytes;
    out.storage = &disk;
    return out;
}

constexpr std::size_t message_bytes = 96;  // a record of 128 bytes: blocks begin with a record

void expect_all(Store& store, std::uint64_t commands) {
    ASSERT_EQ(store.recovery().commands, commands);
    auto reader = store.open_reader(LogKind::commands, 1);
    ASSERT_TRUE(reader) << reader.error().message;
    std::uint64_t expected = 0;
    for (const Read& record : drain(**reader)) {
        ASSERT_EQ(record.sequence, ++expected);
        ASSERT_EQ(record.message, message_of(expected, message_bytes));
    }
    ASSERT_EQ(expected, commands);
}

/// One read gives nothing but zeros, or the first half of what it should twice.
class OneBadRead final : public CutStorage {
 public:
    static constexpr std::uint64_t none = ~std::uint64_t{0};
    std::uint64_t bad_in = none;  ///< reads until the bad one
    bool zeros = false;

    Result<Bytes> read(const std::string& path, std::uint64_t offset, std::size_t size) override {
        auto out = CutStorage::read(path, offset, size);
        if (bad_in == none) return out;
        const bool is_bad = bad_in == 0;
        --bad_in;
        if (!is_bad || !out) return out;
        if (zeros) std::ranges::fill(*out, std::byte{0});
        const auto half = static_cast<std::ptrdiff_t>(out->size() / 2);
        std::copy_n(out->begin(), half, out->begin() + half);
        return out;
    }
};

TEST(BadRead, of_the_mark_does_not_hide_the_next_mark) {
    OneBadRead disk;
    disk.zeros = true;
    {
        auto mark = CommitMark::open(disk, "disk/commands.mark", 7);
        for (std::uint64_t sequence = 1; sequence <= 4; ++sequence)
            ASSERT_TRUE(mark->write({sequence, 55}));
    }
    disk.bad_in = 0;
    auto mark = CommitMark::open(disk, "disk/commands.mark", 7);
    ASSERT_TRUE(mark);
    disk.bad_in = OneBadRead::none;
    ASSERT_TRUE(mark->write({9, 55}));
    EXPECT_EQ((*read_mark(disk, "disk/commands.mark", 7))->sequence, 9u);
}

/// The log is closed, so the mark covers everything and nothing can be taken for an interrupted
/// write.
TEST(BadRead, is_noticed_or_does_no_harm) {
    OneBadRead disk;
    std::uint64_t commands = 0;
    std::uint64_t refused = 0;
    const auto use = [&](std::uint64_t bad_in) {
        disk.bad_in = bad_in;
        const auto store = Store::open(options_on(disk));
        disk.bad_in = OneBadRead::none;
        if (!store) return false;
        expect_all(**store, commands);
        ++commands;
        append_command(**store, commands, message_of(commands, message_bytes));
        (*store)->close();
        return true;
    };
    for (std::uint64_t bad_in = 0; bad_in < 30 && !HasFailure(); ++bad_in) {
        ASSERT_TRUE(use(OneBadRead::none)) << "read " << bad_in;
        if (!use(bad_in)) ++refused;
    }
    EXPECT_GT(refused, 0u) << "no read mattered: the test tests nothing";
}

/// Chosen reads of chosen files return zeros from a given byte of the file on.
class Misreading final : public CutStorage {
 public:
    struct Place {
        std::string path;
        std::uint64_t reading = 0;  ///< which read of this file is wrong, from 0
        std::uint64_t from = 0;
        std::uint64_t seen = 0;
    };
    std::vector<Place> places;

    Result<Bytes> read(const std::string& path, std::uint64_t offset, std::size_t size) override {
        auto out = CutStorage::read(path, offset, size);
        for (Place& place : places) {
            const std::uint64_t begin = std::max(place.from, offset) - offset;
            if (!out || path != place.path || begin >= out->size()) continue;
            if (place.seen++ != place.reading) continue;
            std::fill(out->begin() + static_cast<std::ptrdiff_t>(begin), out->end(), std::byte{0});
        }
        return out;
    }
};

void write_commands(Misreading& disk, std::uint64_t commands) {
    const auto store = Store::open(options_on(disk));
    ASSERT_TRUE(store) << store.error().message;
    for (std::uint64_t sequence = 1; sequence <= commands; ++sequence) {
        const Bytes message = message_of(sequence, message_bytes);
        const StampedCommand command{sequence, 1000 + sequence, message};
        while ((*store)->commands().append({&command, 1}) == AppendResult::full)
            static_cast<void>((*store)->do_background_work());
    }
    (*store)->close();
}

struct Log {
    const char* name;
    std::uint64_t commands;
    const char* misread;  ///< the segment with the newest commands
    std::uint64_t from;   ///< where a block of it begins, and a record
};

class BadReadOfTwoPlaces : public testing::TestWithParam<Log> {};

/// One read of the mark and one of the log, in every combination: either alone would be noticed.
TEST_P(BadReadOfTwoPlaces, in_one_start_is_noticed_or_does_no_harm) {
    const Log& log = GetParam();
    std::uint64_t refused = 0;
    for (std::uint64_t of_mark = 0; of_mark < 5; ++of_mark)
        for (std::uint64_t of_log = 0; of_log < 5; ++of_log) {
            SCOPED_TRACE(testing::Message() << "mark " << of_mark << " log " << of_log);
            Misreading disk;
            write_commands(disk, log.commands);
            disk.places = {{"disk/commands.mark", of_mark}, {log.misread, of_log, log.from}};
            {
                const auto store = Store::open(options_on(disk));
                if (!store) ++refused;
                if (store) {
                    EXPECT_EQ((*store)->recovery().commands, log.commands);
                }
            }
            disk.places.clear();
            const auto again = Store::open(options_on(disk));
            ASSERT_TRUE(again) << again.error().message;
            expect_all(**again, log.commands);
        }
    EXPECT_GT(refused, 0u) << "no read mattered: the test tests nothing";
}

// Of a segment of 64 KiB the first block is the header, and each of the others holds 32 records.
INSTANTIATE_TEST_SUITE_P(Store, BadReadOfTwoPlaces,
                         testing::Values(Log{"the_last_block", 40, "disk/commands/0000000001.log",
                                             8192},
                                         Log{"all_blocks_of_the_last_segment", 15 * 32 + 8,
                                             "disk/commands/0000000002.log", 0},
                                         Log{"the_records_of_the_last_segment", 15 * 32 + 8,
                                             "disk/commands/0000000002.log", 4096}),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

/// What a power cut takes in mode `memory`: commands whose events are in their file already.
class LostCommands : public testing::Test {
 protected:
    static constexpr std::uint64_t kept = 32;  // a block of each log
    static constexpr std::uint64_t written = 40;

    /// `written` commands and events, of which the commands behind `kept` are lost.
    static void use_disk(Misreading& disk) {
        write(disk, kept);
        std::map<std::string, Bytes> saved;
        for (const char* path : {"disk/commands/0000000001.log", "disk/commands.mark"})
            saved[path] = *disk.read(path, 0, 1 << 20);
        write(disk, written);
        for (const auto& [path, bytes] : saved) ASSERT_TRUE(disk.write_file(path, bytes));
        disk.lose_shared_memory();
    }

    static StoreOptions in_memory(Misreading& disk) {
        StoreOptions out = options_on(disk);
        out.mode = Durability::memory;
        return out;
    }

    /// Commands up to `commands`, each with one event.
    static void write(Misreading& disk, std::uint64_t commands) {
        const auto store = Store::open(in_memory(disk));
        ASSERT_TRUE(store) << store.error().message;
        for (std::uint64_t i = (*store)->recovery().commands + 1; i <= commands; ++i) {
            append_command(**store, i, message_of(i, message_bytes));
            ASSERT_TRUE((*store)->events().append(i, 1000 + i, note_last_event_of_command,
                                                  message_of(i, message_bytes)));
        }
        (*store)->close();
    }
};

TEST_F(LostCommands, leave_no_event_behind_a_bad_read_of_the_events) {
    std::uint64_t refused = 0;
    for (std::uint64_t reading = 0; reading < 5; ++reading) {
        SCOPED_TRACE(testing::Message() << "read " << reading);
        Misreading disk;
        use_disk(disk);
        disk.places = {{"disk/events/0000000001.log", reading, 8192}};
        if (const auto store = Store::open(in_memory(disk))) {
            EXPECT_EQ((*store)->recovery().commands, kept);
            // The power goes before the event of this command is written.
            append_command(**store, kept + 1, message_of(2000, message_bytes));
            (*store)->close();
        } else {
            ++refused;
        }
        disk.places.clear();
        disk.lose_shared_memory();
        const auto again = Store::open(in_memory(disk));
        ASSERT_TRUE(again) << again.error().message;
        auto reader = (*again)->open_reader(LogKind::events, 1);
        ASSERT_TRUE(reader) << reader.error().message;
        EXPECT_EQ(drain(**reader).size(), kept);
    }
    EXPECT_GT(refused, 0u) << "no read mattered: the test tests nothing";
}

}  // namespace
}  // namespace bw::event_store::test
