// Power cuts at random moments, with torn writes and directory entries that went missing: in mode
// `sync` everything that was committed is there afterwards, in mode `memory` what was synced is;
// always a prefix, always a start without an operator.
#include "event_store/tests/cut_storage.hpp"
#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

StoreOptions options_on(CutStorage& disk, Durability mode) {
    StoreOptions out;
    out.directory = "disk";
    out.shared_directory = "shm";
    out.mode = mode;
    out.segment_bytes = min_segment_bytes;
    out.storage = &disk;
    return out;
}

std::size_t size_of(std::uint64_t sequence) { return 8 * (1 + sequence % 15); }

void expect_prefix(Store& store) {
    auto reader = store.open_reader(LogKind::commands, 1);
    ASSERT_TRUE(reader) << reader.error().message;
    std::uint64_t expected = 0;
    for (const Read& record : drain(**reader)) {
        ASSERT_EQ(record.sequence, ++expected);
        ASSERT_EQ(record.message, message_of(expected, size_of(expected)));
    }
    ASSERT_EQ(expected, store.recovery().commands);
}

/// One event per command, as an engine that regenerates what the log lost.
void append_missing_event(Store& store, std::uint64_t commands) {
    const std::uint64_t event = store.events().appended_sequence() + 1;
    if (event > commands) return;
    while (!store.events().append(event, 1, note_last_event_of_command, message_of(event, 64)))
        std::this_thread::yield();
}

class PowerCut : public testing::TestWithParam<Durability> {};

TEST_P(PowerCut, loses_nothing_that_was_promised_to_survive_it) {
    std::mt19937_64 random(seed_of_this_run());
    auto disk = std::make_unique<CutStorage>();
    std::uint64_t promised = 0;
    std::uint64_t cut_tails = 0;
    for (int life = 0; life < 150; ++life) {
        std::unique_ptr<CutStorage> next;
        {
            auto store = Store::open(options_on(*disk, GetParam()));
            ASSERT_TRUE(store) << "life " << life << ": " << store.error().message;
            ASSERT_GE((*store)->recovery().commands, promised) << "life " << life;
            ASSERT_LE((*store)->recovery().events, (*store)->recovery().commands)
                << "an event without its command";
            cut_tails += (*store)->recovery().commands_cut_bytes > 0;
            expect_prefix(**store);
            if (HasFatalFailure()) return;
            auto threads = std::make_unique<Background>(**store);
            std::uint64_t sequence = (*store)->commands().appended_sequence();
            for (std::uint64_t left = random() % 400; left > 0; --left) {
                ++sequence;
                append_command(**store, sequence, message_of(sequence, size_of(sequence)));
                append_missing_event(**store, sequence);
            }
            if (random() % 4 == 0) {
                threads.reset();
                (*store)->close();
            }
            promised = (*store)->durable_command_sequence();  // before the cut
            next = disk->after_power_cut(random());
        }
        disk = std::move(next);
    }
    EXPECT_GT(promised, 1000u);
    if (GetParam() == Durability::sync) {
        EXPECT_GT(cut_tails, 0u) << "no write was ever interrupted: the test tests nothing";
    }
}

TEST(PowerCutOfTheMark, a_mark_that_was_written_is_there_after_a_power_cut) {
    for (std::uint64_t seed = 1; seed <= 32; ++seed) {
        CutStorage disk;
        auto mark = CommitMark::open(disk, "disk/commands.mark", 7);
        ASSERT_TRUE(mark);
        ASSERT_TRUE(mark->write({5, 55}));
        const auto next = disk.after_power_cut(seed);
        const auto read = read_mark(*next, "disk/commands.mark", 7);
        ASSERT_TRUE(read && *read) << "seed " << seed;
        EXPECT_EQ((*read)->sequence, 5u);
    }
}

TEST(PowerCutOfTheMark, a_mark_whose_creation_was_interrupted_is_made_whole) {
    CutStorage disk;
    ASSERT_TRUE(disk.create_zeroed("disk/commands.mark", 512));
    auto mark = CommitMark::open(disk, "disk/commands.mark", 7);
    ASSERT_TRUE(mark);
    for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
        const auto written = mark->write({sequence, 55});
        EXPECT_TRUE(written) << written.error().message;
    }
}

/// A segment that was opened and holds no record yet: the time of the newest command is in the one
/// before.
TEST(EmptySegment, does_not_hide_the_time_of_the_newest_command) {
    CutStorage disk;
    std::uint64_t commands = 0;
    const auto open = [&] { return *Store::open(options_on(disk, Durability::sync)); };
    std::string second;
    {
        const auto store = open();
        second = Paths("disk", "shm", store->identity()).durable(LogKind::commands, 2);
        const Background threads(*store);
        while (store->appended_bytes(LogKind::commands) < min_segment_bytes) {
            ++commands;
            append_command(*store, commands, message_of(commands, 120));
        }
        wait_committed(*store, commands);
    }
    platform::AlignedBuffer zeros(min_segment_bytes - segment_header_bytes);
    auto file = disk.open_blocks(second, platform::WriteMode::durable);
    ASSERT_TRUE((*file)->write_at(segment_header_bytes, zeros.first(zeros.size())));
    const auto next = disk.after_power_cut(1);  // shared memory is gone
    ASSERT_TRUE(next->remove("disk/commands.mark"));
    std::uint64_t newest = 0;
    for (int start = 0; start < 2; ++start) {  // the first makes a shared segment without records
        const auto store = Store::open(options_on(*next, Durability::sync));
        ASSERT_TRUE(store) << store.error().message;
        const std::uint64_t found = (*store)->last_command_timestamp_ns();
        EXPECT_GT(found, 0u);
        if (start != 0) {
            EXPECT_EQ(found, newest);
        }
        newest = found;
    }
}

INSTANTIATE_TEST_SUITE_P(Store, PowerCut, testing::Values(Durability::sync, Durability::memory),
                         [](const auto& chosen) { return std::string(name_of(chosen.param)); });

}  // namespace
}  // namespace bw::event_store::test
