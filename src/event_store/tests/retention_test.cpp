// Retention: what goes, what stays, and what is said to those who come too late.
#include "event_store/tests/segment_scenarios.hpp"

namespace bw::event_store::test {
namespace {

constexpr std::uint64_t records = 600;

TEST(Retention, only_what_lies_below_the_floor_is_removed) {
    EXPECT_EQ(only_what_lies_below_the_floor_is_removed(), "");
}
TEST(Retention, a_registered_reader_keeps_what_it_needs) {
    EXPECT_EQ(a_registered_reader_keeps_what_it_needs(), "");
}
TEST(Retention, a_reader_that_registers_in_between_is_told_or_served) {
    EXPECT_EQ(a_reader_that_registers_in_between_is_told_or_served(), "");
}
TEST(Retention, a_removal_may_be_interrupted_anywhere) {
    EXPECT_EQ(a_removal_may_be_interrupted_anywhere(), "");
}

TEST(Retention, without_a_policy_everything_stays) {
    SmallWorld world;
    auto store = world.open();
    append_up_to(*store, records, SmallWorld::message_bytes);
    store->set_retention_floor(records, records);
    settle(*store);
    EXPECT_EQ(*store->oldest_sequence(LogKind::commands), 1u);
    EXPECT_EQ(*store->oldest_sequence(LogKind::events), 1u);
}

TEST(Retention, by_size_keeps_so_many_bytes_and_by_age_what_is_young) {
    for (const bool by_size : {true, false}) {
        SmallWorld world;
        if (by_size)
            world.options.retention.keep_bytes = 6 * min_segment_bytes;
        else
            world.options.retention.keep_ns = 100;
        auto store = world.open();
        append_up_to(*store, records, SmallWorld::message_bytes);
        world.clock.now_ns = 1000 + 400;  // records up to 300 are older than 100 ns
        store->set_retention_floor(records, records);
        settle(*store);
        const std::uint64_t first = *store->oldest_sequence(LogKind::commands);
        if (by_size) {
            std::uint64_t files = 0;
            const auto names = *world.disk.list("disk/commands");
            for (const std::string& name : names) files += name.ends_with(".log") ? 1 : 0;
            EXPECT_LE(files, 7u) << "six, and the one that is prepared";
        } else {
            EXPECT_GT(first, 200u);
            EXPECT_LE(first, 301u);
        }
        EXPECT_GT(first, 1u);
    }
}

TEST(Retention, a_shortened_log_starts_is_verified_and_goes_on) {
    SmallWorld world;
    world.options.retention.keep_bytes = 1;
    std::uint64_t first = 0;
    Hash head{};
    {
        auto store = world.open();
        append_up_to(*store, records, SmallWorld::message_bytes);
        head = verify_log(world.disk, world.paths(), world.identity().log(LogKind::commands))->head;
        store->set_retention_floor(400, 400);
        settle(*store);
        first = *store->oldest_sequence(LogKind::commands);
        EXPECT_GT(first, 300u);
    }
    {
        auto store = world.open();
        EXPECT_EQ(store->recovery().commands, records);
        EXPECT_EQ(store->recovery().events, records);
        EXPECT_EQ(store->recovery().first_command, first);
        append_up_to(*store, records + 200, SmallWorld::message_bytes);
    }
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        const auto verified = verify_log(world.disk, world.paths(), world.identity().log(kind));
        ASSERT_TRUE(verified) << verified.error().message;
        EXPECT_EQ(verified->first, first);
        EXPECT_EQ(verified->last, records + 200);
        EXPECT_EQ(verified->removed_seals, verified->first_segment - 1);
        if (kind == LogKind::commands) {
            EXPECT_TRUE(std::ranges::any_of(verified->heads, [&](const auto& noted) {
                return noted.hash == head;
            })) << "a head that was noted before the removal is still in the chain";
        }
    }
    auto store = world.open();
    const auto too_early = store->open_reader(LogKind::commands, first - 1);
    ASSERT_FALSE(too_early);
    EXPECT_NE(too_early.error().message.find(fmt::format("begins with record {}", first)),
              std::string::npos)
        << too_early.error().message;
    auto reader = store->open_reader(LogKind::commands, first);
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ(drain(**reader).size(), records + 200 - first + 1);
}

TEST(Retention, a_missing_segment_above_the_begin_and_a_damaged_begin_are_refused) {
    SmallWorld world;
    world.options.retention.keep_bytes = 1;
    {
        auto store = world.open();
        append_up_to(*store, records, SmallWorld::message_bytes);
        store->set_retention_floor(300, 300);
        settle(*store);
    }
    const LogBegin begin =
        *read_begin(world.disk, world.paths(), world.identity().log(LogKind::commands));
    ASSERT_GT(begin.index, 2u);
    const std::string path = world.paths().durable(LogKind::commands, begin.index);
    const Bytes segment = contents(world.disk, path);
    ASSERT_TRUE(world.disk.remove(path));
    const auto missing = Store::open(world.options);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("missing"), std::string::npos)
        << missing.error().message;
    replace(world.disk, path, segment);

    const std::string begin_path = world.paths().begin(LogKind::commands);
    const Bytes good = contents(world.disk, begin_path);
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes bad = good;
        bad[at] ^= static_cast<std::byte>(1u << at % 8);
        replace(world.disk, begin_path, bad);
        const auto refused = Store::open(world.options);
        ASSERT_FALSE(refused) << "byte " << at;
        ASSERT_NE(refused.error().message.find(begin_path), std::string::npos);
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        replace(world.disk, begin_path,
                Bytes(good.begin(), good.begin() + static_cast<long>(size)));
        ASSERT_FALSE(Store::open(world.options)) << "size " << size;
    }
    ASSERT_TRUE(world.disk.remove(begin_path));
    EXPECT_FALSE(Store::open(world.options)) << "segments 1 and 2 are missing then";
    replace(world.disk, begin_path, good);
    EXPECT_TRUE(Store::open(world.options));
}

TEST(Retention, the_hard_limit_passes_over_readers_and_they_are_told) {
    SmallWorld world;
    world.options.retention.max_bytes = 5 * min_segment_bytes;
    auto store = world.open();
    auto slow = store->register_reader("slow", LogKind::events, 1);
    ASSERT_TRUE(slow);
    EXPECT_FALSE(slow->needs_snapshot());
    auto open_reader = store->open_reader(LogKind::events, 1);
    ASSERT_TRUE(open_reader);
    append_up_to(*store, records, SmallWorld::message_bytes);
    store->set_retention_floor(0, records - 100);
    settle(*store);
    const std::uint64_t first = *store->oldest_sequence(LogKind::events);
    EXPECT_GT(first, 100u);
    EXPECT_LE(first, records - 100) << "nothing passes over the floor";
    EXPECT_EQ(*store->oldest_sequence(LogKind::commands), 1u);

    while ((*open_reader)->poll() != nullptr) {
    }
    EXPECT_EQ((*open_reader)->state(), ReaderState::no_longer_kept) << (*open_reader)->error();
    EXPECT_EQ((*open_reader)->oldest_sequence(), first);

    auto again = store->register_reader("slow", LogKind::events, 1);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->needs_snapshot());
    EXPECT_EQ(again->oldest_sequence(), first);
    ASSERT_TRUE(again->advance(first, true));
    EXPECT_FALSE(again->needs_snapshot());
}

TEST(Readers, a_registration_stays_until_it_is_removed) {
    SmallWorld world;
    auto store = world.open();
    const Paths paths = world.paths();
    ReaderRegistry registry(world.disk, paths);
    EXPECT_TRUE(registry.list()->empty());
    for (const char* bad : {"", "With Capitals", "a/b", "..", "a.b"})
        EXPECT_FALSE(store->register_reader(bad, LogKind::events, 1)) << bad;
    ASSERT_TRUE(store->register_reader("archive", LogKind::events, 17));
    ASSERT_TRUE(store->register_reader("replica-2", LogKind::commands, 5));
    store.reset();
    store = world.open();
    const auto found = store->register_reader("archive", LogKind::events, 1);
    EXPECT_EQ(found->needs(), 17u) << "where it was left";
    auto list = *registry.list();
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].name, "archive");
    EXPECT_EQ(list[0].needs, 17u);
    EXPECT_EQ(*registry.oldest_needed(LogKind::commands, 1), 5u);
    EXPECT_TRUE(registry.remove("archive"));
    EXPECT_FALSE(registry.remove("archive"));
    EXPECT_EQ(registry.list()->size(), 1u);
}

TEST(Readers, a_registration_that_cannot_be_read_holds_everything) {
    SmallWorld world;
    auto store = world.open();
    ASSERT_TRUE(store->register_reader("archive", LogKind::events, 17));
    const Paths paths = world.paths();
    const ReaderRegistry registry(world.disk, paths);
    const std::string path = "disk/readers/archive.events";
    const Bytes good = contents(world.disk, path);
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes bad = good;
        bad[at] ^= std::byte{1};
        replace(world.disk, path, bad);
        ASSERT_EQ(*registry.oldest_needed(LogKind::events, 10), 0u) << "byte " << at;
    }
}

}  // namespace
}  // namespace bw::event_store::test
