// The log against the dumbest possible one, a vector: random sizes, batches, kinds of stop and
// places to read from. And the promise that appending allocates nothing.
#include <atomic>
#include <new>

#include "event_store/tests/support.hpp"

namespace {
std::atomic<std::uint64_t> allocations{0};
thread_local bool counting = false;  // only the thread under test: background threads may allocate
}  // namespace

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored \
    "-Wmismatched-new-delete"  // g++ 12 inlines one half of the pair and misses the other
#endif

// Counts and forwards; every form of new in the program ends here.
void* operator new(std::size_t size) {
    if (counting) allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace bw::event_store::test {
namespace {

struct Model {
    std::vector<Bytes> messages;  // index = sequence - 1
};

void append_batch(Store& store, Model& model, std::mt19937_64& random) {
    std::vector<StampedCommand> batch;
    const std::size_t first = model.messages.size();
    const std::size_t count = 1 + random() % 20;
    for (std::size_t i = 0; i < count; ++i)
        model.messages.push_back(message_of(first + i + 1, 8 * (random() % 16)));
    for (std::size_t i = 0; i < count; ++i)
        batch.push_back({first + i + 1, 7 * (first + i + 1), model.messages[first + i]});
    while (store.commands().append(batch) == AppendResult::full) std::this_thread::yield();
}

void expect_model(LogReader& reader, const Model& model, std::uint64_t from) {
    const auto records = drain(reader);
    ASSERT_EQ(records.size(), model.messages.size() - from + 1);
    for (std::size_t i = 0; i < records.size(); ++i) {
        ASSERT_EQ(records[i].sequence, from + i);
        ASSERT_EQ(records[i].timestamp_ns, 7 * (from + i));
        ASSERT_EQ(records[i].message, model.messages[from + i - 1]);
    }
}

TEST(Model, any_mixture_of_appends_stops_and_reads_equals_a_vector) {
    std::mt19937_64 random(seed_of_this_run());
    Place place;
    Model model;
    std::unique_ptr<LogReader> follower;
    std::size_t followed = 0;
    for (int life = 0; life < 12; ++life) {
        auto store =
            must_open(place.options(random() % 2 == 0 ? Durability::sync : Durability::memory));
        ASSERT_TRUE(store);
        ASSERT_EQ(store->recovery().commands, model.messages.size());
        {
            Background threads(*store);
            for (std::uint64_t turns = random() % 120; turns > 0; --turns) {
                append_batch(*store, model, random);
                if (follower && random() % 4 == 0) followed += drain(*follower).size();
            }
            const std::uint64_t from = 1 + random() % (model.messages.size() + 1);
            expect_model(**store->open_reader(LogKind::commands, from), model, from);
            if (!follower)
                follower = std::move(*open_log(place.data(), LogKind::commands, 1, place.shared));
        }
        if (random() % 2 == 0) {
            store->close();
            if (random() % 2 == 0) place.forget_shared_memory();
        }
        if (HasFatalFailure()) return;
    }
    followed += drain(*follower).size();
    EXPECT_EQ(followed, model.messages.size());
    EXPECT_EQ(follower->error(), "");
    for (const std::uint64_t from : {std::uint64_t{1}, std::uint64_t{model.messages.size()},
                                     std::uint64_t{model.messages.size() + 1}})
        expect_model(**open_log(place.data(), LogKind::commands, from, place.shared), model, from);
}

TEST(Model, a_reader_may_wait_for_a_sequence_that_does_not_exist_yet) {
    Place place;
    auto store = must_open(place.options());
    Background threads(*store);
    auto reader = store->open_reader(LogKind::commands, 5);
    EXPECT_EQ((*reader)->poll(), nullptr);
    for (std::uint64_t s = 1; s <= 6; ++s) append_command(*store, s, message_of(s, 16));
    const auto records = drain(**reader);
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].sequence, 5u);
}

TEST(Model, the_note_says_how_many_commands_were_not_durable_yet) {
    Place place;
    auto store = must_open(place.options());
    for (std::uint64_t s = 1; s <= 3; ++s)
        append_command(*store, s, message_of(s, 16));  // nobody writes to the disk yet
    {
        Background threads(*store);
        wait_committed(*store, 3);
        append_command(*store, 4, message_of(4, 16));
        wait_committed(*store, 4);
    }
    const auto records = drain(**store->open_reader(LogKind::commands, 1));
    ASSERT_EQ(records.size(), 4u);
    EXPECT_EQ(records[0].note, 0u);
    EXPECT_EQ(records[2].note, 2u);
    EXPECT_EQ(records[3].note, 0u);
}

TEST(Model, a_full_segment_takes_nothing_of_a_batch_until_the_next_one_is_prepared) {
    Place place;
    auto store = must_open(place.options());
    const Bytes message = message_of(1, 120);
    std::uint64_t sequence = 0;
    AppendResult result = AppendResult::accepted;
    while (result == AppendResult::accepted) {
        std::vector<StampedCommand> batch;
        for (std::uint64_t i = 1; i <= 10; ++i) batch.push_back({sequence + i, 1, message});
        result = store->commands().append(batch);
        if (result == AppendResult::accepted) sequence += 10;
    }
    EXPECT_EQ(result, AppendResult::full);
    EXPECT_EQ(store->commands().appended_sequence(), sequence);
    Background threads(*store);
    append_command(*store, sequence + 1, message);
    EXPECT_EQ(store->commands().appended_sequence(), sequence + 1);
}

TEST(Model, time_that_goes_back_in_a_file_is_damage) {
    const LogIdentity identity{.cluster = 5, .node = 1, .kind = LogKind::commands};
    Bytes segment(min_segment_bytes);
    const SegmentHeader header = make_header(identity, 1, 1, segment.size(), identity.seed());
    std::memcpy(segment.data(), &header, sizeof header);
    LogPosition at = start_of(header, 0);
    for (const std::uint64_t time : {10u, 10u, 9u}) {
        RecordHeader record{sizeof(RecordHeader), 0, at.previous_crc, 0, at.next_sequence, time};
        std::memcpy(segment.data() + at.offset, &record, sizeof record);
        record.crc = record_crc(identity.seed(), segment.data() + at.offset, record.length);
        std::memcpy(segment.data() + at.offset, &record, sizeof record);
        EXPECT_EQ(next_record(segment, at, identity.seed()).has_value(), time == 10);
        if (time == 10) advance(at, record);
    }
}

TEST(Model, appending_allocates_nothing) {
    Place place;
    StoreOptions options = place.options(Durability::memory);
    options.segment_bytes = 1 << 20;
    auto store = must_open(options);
    Background threads(*store);
    const Bytes message = message_of(1, 64);
    counting = true;
    const std::uint64_t before = allocations;
    for (std::uint64_t s = 1; s <= 50'000; ++s) {
        const StampedCommand command{s, s, message};
        while (store->commands().append({&command, 1}) == AppendResult::full)
            std::this_thread::yield();
        while (!store->events().append(s, s, note_last_event_of_command, message))
            std::this_thread::yield();
    }
    counting = false;
    EXPECT_EQ(allocations - before, 0u);
}

}  // namespace
}  // namespace bw::event_store::test
