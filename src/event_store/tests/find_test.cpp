// Where readers begin, by sequence and by time, against a plain vector.
#include <algorithm>

#include "base/crc32c.hpp"
#include "event_store/tests/segment_scenarios.hpp"

namespace bw::event_store::test {
namespace {

struct Written {
    std::uint64_t timestamp_ns;
    std::uint64_t size;
};

/// Times that often stand still and sometimes jump.
std::vector<Written> write_log(SmallWorld& world, Store& store, std::uint64_t count,
                               std::size_t max_words, std::mt19937_64& random) {
    std::vector<Written> out;
    std::uint64_t time = 1'000;
    for (std::uint64_t s = 1; s <= count; ++s) {
        if (random() % 3 == 0) time += 1 + random() % 5;
        if (random() % 500 == 0) time += 10'000;
        out.push_back({time, 8 * (1 + random() % max_words)});
        const Bytes message = message_of(s, out.back().size);
        const StampedCommand command{s, time, message};
        while (store.commands().append({&command, 1}) == AppendResult::full) settle(store);
    }
    settle(store);
    world.clock.now_ns = time;
    return out;
}

void expect_first(LogReader& reader, const std::vector<Written>& model, std::uint64_t sequence) {
    const RecordView* record = reader.poll();
    ASSERT_EQ(reader.error(), "");
    if (sequence > model.size()) {
        ASSERT_EQ(record, nullptr);
        return;
    }
    ASSERT_NE(record, nullptr) << "sequence " << sequence;
    ASSERT_EQ(record->sequence, sequence);
    ASSERT_EQ(record->timestamp_ns, model[sequence - 1].timestamp_ns);
    ASSERT_TRUE(
        std::ranges::equal(record->message, message_of(sequence, model[sequence - 1].size)));
}

std::uint64_t first_at_or_after(const std::vector<Written>& model, std::uint64_t time) {
    const auto found = std::ranges::lower_bound(model, time, {}, &Written::timestamp_ns);
    return static_cast<std::uint64_t>(found - model.begin()) + 1;
}

void compare(SmallWorld& world, const std::vector<Written>& model, std::mt19937_64& random,
             int turns) {
    const Paths paths = world.paths();
    const LogIdentity log = world.identity().log(LogKind::commands);
    for (int turn = 0; turn < turns; ++turn) {
        const std::uint64_t sequence = 1 + random() % (model.size() + 2);
        auto reader = LogReader::open(world.disk, paths, log, sequence);
        ASSERT_TRUE(reader) << reader.error().message;
        expect_first(**reader, model, sequence);
        const std::uint64_t time = model[random() % model.size()].timestamp_ns + random() % 3 - 1;
        reader = LogReader::open_at_time(world.disk, paths, log, time);
        ASSERT_TRUE(reader) << reader.error().message;
        expect_first(**reader, model, first_at_or_after(model, time));
        if (testing::Test::HasFatalFailure()) return;
    }
    for (const std::uint64_t time : {std::uint64_t{0}, ~std::uint64_t{0}}) {
        auto reader = LogReader::open_at_time(world.disk, paths, log, time);
        expect_first(**reader, model, first_at_or_after(model, time));
    }
}

TEST(Find, begins_where_a_vector_would_in_small_segments) {
    std::mt19937_64 random(seed_of_this_run());
    SmallWorld world;
    auto store = world.open();
    const auto model = write_log(world, *store, 20'000, 10, random);
    compare(world, model, random, 2'000);
}

TEST(Find, begins_where_a_vector_would_in_large_sealed_segments_and_without_seals) {
    std::mt19937_64 random(seed_of_this_run());
    SmallWorld world;
    world.options.segment_bytes = 2'560 * 1024;
    std::vector<Written> model;
    {
        auto store = world.open();
        model = write_log(world, *store, 120'000, 4, random);
        store->close();
    }
    const SealFile seal =
        *read_seal(world.disk, world.paths(), world.identity().log(LogKind::commands), 1);
    ASSERT_GT(seal.places.size(), 5u) << "the sparse index is tested with something in it";
    compare(world, model, random, 300);
    if (HasFatalFailure()) return;
    for (std::uint64_t index = 1; world.disk.exists(world.paths().seal(LogKind::commands, index));
         ++index)
        ASSERT_TRUE(world.disk.remove(world.paths().seal(LogKind::commands, index)));
    compare(world, model, random, 30);
}

TEST(Find, a_whole_log_is_read_through_windows) {
    std::mt19937_64 random(seed_of_this_run());
    SmallWorld world;
    world.options.segment_bytes = 2'560 * 1024;
    auto store = world.open();
    const auto model = write_log(world, *store, 60'000, 15, random);
    store->close();
    store.reset();
    auto reader =
        LogReader::open(world.disk, world.paths(), world.identity().log(LogKind::commands), 1);
    std::vector<RecordView> batch(100);
    std::uint64_t next = 1;
    while (const std::size_t count = (*reader)->poll_batch(batch))
        for (const RecordView& record : std::span(batch).first(count)) {
            ASSERT_EQ(record.sequence, next);
            ASSERT_TRUE(std::ranges::equal(record.message, message_of(next, model[next - 1].size)));
            ++next;
        }
    EXPECT_EQ((*reader)->error(), "");
    EXPECT_EQ(next, model.size() + 1);
}

TEST(Find, a_wrong_sparse_index_costs_time_and_nothing_else) {
    std::mt19937_64 random(1);
    SmallWorld world;
    world.options.segment_bytes = 2'560 * 1024;
    auto store = world.open();
    const auto model = write_log(world, *store, 120'000, 4, random);
    const LogIdentity log = world.identity().log(LogKind::commands);
    SealFile seal = *read_seal(world.disk, world.paths(), log, 1);
    for (SealedPlace& place : seal.places) place.offset += 8;
    // The check value is made to fit, as a faulty program would have done.
    Seal& fields = seal.seal;
    const auto bytes = std::as_bytes(std::span(&fields, 1)).first(offsetof(Seal, crc));
    fields.crc =
        base::crc32c(base::crc32c(log.seed(), bytes), std::as_bytes(std::span(seal.places)));
    ASSERT_TRUE(write_seal(world.disk, world.paths(), log, seal));
    ASSERT_EQ(read_seal(world.disk, world.paths(), log, 1)->state, SealState::valid);
    auto reader = LogReader::open(world.disk, world.paths(), log, 20'000);
    ASSERT_TRUE(reader);
    expect_first(**reader, model, 20'000);
}

}  // namespace
}  // namespace bw::event_store::test
