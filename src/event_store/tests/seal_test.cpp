// Seals: made in the background, made again when they are missing, and what contradicts them is
// found.
#include "base/crc32c.hpp"
#include "event_store/archive/sealer.hpp"
#include "event_store/tests/segment_scenarios.hpp"

namespace bw::event_store::test {
namespace {

constexpr std::uint64_t records = 250;

/// Five segments of both logs, four of them sealed.
void fill(SmallWorld& world) { append_up_to(*world.open(), records, SmallWorld::message_bytes); }

std::vector<SealFile> seals_of(SmallWorld& world, LogKind kind) {
    std::vector<SealFile> out;
    for (std::uint64_t index = 1;; ++index) {
        auto file = *read_seal(world.disk, world.paths(), world.identity().log(kind), index);
        if (file.state == SealState::missing) return out;
        EXPECT_EQ(file.state, SealState::valid) << "segment " << index;
        out.push_back(std::move(file));
    }
}

TEST(Seal, every_complete_segment_of_both_logs_gets_one_that_continues_the_one_before) {
    SmallWorld world;
    fill(world);
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        const auto seals = seals_of(world, kind);
        ASSERT_EQ(seals.size(), 4u);
        Hash chain{};
        std::uint64_t next = 1;
        for (const SealFile& file : seals) {
            EXPECT_EQ(file.seal.first_sequence, next);
            EXPECT_EQ(file.seal.first_timestamp_ns, 1000 + next);
            EXPECT_EQ(file.seal.last_timestamp_ns, 1000 + file.seal.last_sequence);
            EXPECT_EQ(file.seal.chain, chain_of(chain, file.seal));
            EXPECT_EQ(file.seal.commands_ended,
                      kind == LogKind::events
                          ? file.seal.last_sequence - file.seal.first_sequence + 1
                          : 0);
            chain = file.seal.chain;
            next = file.seal.last_sequence + 1;
        }
        const auto verified = verify_log(world.disk, world.paths(), world.identity().log(kind));
        ASSERT_TRUE(verified) << verified.error().message;
        EXPECT_EQ(verified->sealed_segments, 4u);
        EXPECT_EQ(verified->head, chain);
        EXPECT_EQ(verified->head_sequence, next - 1);
    }
}

TEST(Seal, the_files_of_sealed_segments_cannot_be_written_by_mistake) {
    Place place;
    auto store = must_open(place.options());
    append_up_to(*store, 2000, 120);
    const auto permissions = [&](std::uint64_t index) {
        return std::filesystem::status(place.data() + "/commands/" + durable_name(index))
            .permissions();
    };
    using std::filesystem::perms;
    EXPECT_EQ(permissions(1) & (perms::owner_write | perms::group_write), perms::none);
    EXPECT_NE(permissions(5) & perms::owner_write, perms::none) << "still written";
}

TEST(Seal, one_that_is_missing_or_torn_is_made_again_with_the_same_bytes) {
    for (const int what : {0, 1, 2}) {
        SmallWorld world;
        fill(world);
        const std::string path = world.paths().seal(LogKind::commands, 2);
        const Bytes good = contents(world.disk, path);
        if (what == 0) {
            EXPECT_TRUE(world.disk.remove(path));
        }
        if (what == 1) replace(world.disk, path, Bytes(good.begin(), good.begin() + 100));
        if (what == 2) replace(world.disk, path, Bytes(good.size()));
        const auto verified =
            verify_log(world.disk, world.paths(), world.identity().log(LogKind::commands));
        ASSERT_TRUE(verified) << verified.error().message;
        EXPECT_EQ(verified->sealed_segments, 3u);
        auto store = world.open();
        settle(*store);
        EXPECT_EQ(contents(world.disk, path), good);
    }
}

TEST(Seal, a_folder_of_an_older_program_is_taken_over) {
    SmallWorld world;
    fill(world);
    const auto before = seals_of(world, LogKind::commands);
    for (std::uint64_t index = 1; index <= 4; ++index)
        for (const LogKind kind : {LogKind::commands, LogKind::events})
            ASSERT_TRUE(world.disk.remove(world.paths().seal(kind, index)));
    ASSERT_TRUE(world.disk.remove(world.paths().epoch()));
    auto store = world.open();
    EXPECT_EQ(store->recovery().epoch, 1u);
    settle(*store);
    const auto after = seals_of(world, LogKind::commands);
    ASSERT_EQ(after.size(), before.size());
    EXPECT_EQ(after.back().seal.chain, before.back().seal.chain);
}

TEST(Seal, of_another_node_or_a_newer_program_is_refused) {
    SmallWorld world;
    fill(world);
    SmallWorld other;
    fill(other);
    const std::string path = world.paths().seal(LogKind::commands, 2);
    const Bytes good = contents(world.disk, path);
    replace(world.disk, path, contents(other.disk, other.paths().seal(LogKind::commands, 2)));
    auto refused = Store::open(world.options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("another log"), std::string::npos)
        << refused.error().message;

    const LogIdentity log = world.identity().log(LogKind::commands);
    replace(world.disk, path, good);
    SealFile newer = *read_seal(world.disk, world.paths(), log, 2);
    newer.seal.version = 2;
    const auto fields = std::as_bytes(std::span(&newer.seal, 1)).first(offsetof(Seal, crc));
    newer.seal.crc =
        base::crc32c(base::crc32c(log.seed(), fields), std::as_bytes(std::span(newer.places)));
    ASSERT_TRUE(write_seal(world.disk, world.paths(), log, newer));
    refused = Store::open(world.options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("newer program"), std::string::npos)
        << refused.error().message;
    replace(world.disk, path, good);
    EXPECT_TRUE(Store::open(world.options));
}

TEST(Seal, of_an_exchanged_segment_is_refused) {
    SmallWorld world;
    fill(world);
    for (const char* suffix : {".log", ".seal"}) {
        const std::string two = "disk/commands/0000000002" + std::string(suffix);
        const std::string three = "disk/commands/0000000003" + std::string(suffix);
        const Bytes second = contents(world.disk, two);
        const Bytes third = contents(world.disk, three);
        replace(world.disk, two, third);
        replace(world.disk, three, second);
        const bool log = std::string(suffix) == ".log";
        EXPECT_EQ(Store::open(world.options).has_value(), !log)
            << "seals in each other's place are only unreadable";
        replace(world.disk, two, second);
        replace(world.disk, three, third);
    }
}

TEST(Seal, proves_that_the_next_segment_was_in_use) {
    SmallWorld world;
    fill(world);
    ASSERT_TRUE(world.disk.remove("disk/commands.mark"));
    const auto names = *world.disk.list("disk/commands");
    for (const std::string& name : names)
        if (name >= durable_name(5) && name.ends_with(".log")) {
            ASSERT_TRUE(world.disk.remove("disk/commands/" + name));
        }
    world.options.shared_directory = "shm after a reboot";
    const auto refused = Store::open(world.options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("sealed"), std::string::npos) << refused.error().message;
}

/// Somebody changes a command and computes all CRCs anew, to the end of the log.
void rewrite(SmallWorld& world, std::uint64_t segment, std::uint64_t last_segment) {
    const LogIdentity log = world.identity().log(LogKind::commands);
    std::uint32_t previous = 0;
    for (std::uint64_t index = segment; index <= last_segment; ++index) {
        const std::string path = world.paths().durable(LogKind::commands, index);
        Bytes bytes = contents(world.disk, path);
        SegmentHeader header;
        ASSERT_EQ(read_header(bytes, log, header), HeaderState::valid);
        if (index == segment) {
            previous = header.previous_crc;
            bytes[segment_header_bytes + 5 * 1048 + 500] ^= std::byte{1};
        }
        header = make_header(log, index, header.first_sequence, header.segment_bytes, previous);
        std::memcpy(bytes.data(), &header, sizeof header);
        for (std::size_t at = segment_header_bytes; at + sizeof(RecordHeader) <= bytes.size();) {
            RecordHeader record;
            std::memcpy(&record, bytes.data() + at, sizeof record);
            if (record.length == 0) break;
            std::memcpy(bytes.data() + at + 8, &previous, 4);
            previous = record_crc(log.seed(), bytes.data() + at, record.length);
            std::memcpy(bytes.data() + at + 4, &previous, 4);
            at += record.length;
        }
        replace(world.disk, path, bytes);
    }
}

TEST(Seal, names_the_first_segment_that_somebody_changed_though_all_crcs_were_made_anew) {
    SmallWorld world;
    fill(world);
    ASSERT_TRUE(world.disk.remove("disk/commands.mark"));
    const LogIdentity log = world.identity().log(LogKind::commands);
    const auto sound = verify_log(world.disk, world.paths(), log);
    ASSERT_TRUE(sound) << sound.error().message;
    rewrite(world, 2, 5);
    if (HasFatalFailure()) return;
    const auto found = verify_log(world.disk, world.paths(), log);
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().message.find("commands/0000000002.log"), std::string::npos)
        << found.error().message;
    EXPECT_FALSE(Store::open(world.options));

    // With new seals too nothing in the folder contradicts it; the head that was noted does.
    for (std::uint64_t index = 2; index <= 4; ++index)
        ASSERT_TRUE(world.disk.remove(world.paths().seal(LogKind::commands, index)));
    world.options.shared_directory = "shm after a reboot";
    settle(*world.open());
    const auto forged = verify_log(world.disk, world.paths(), log);
    ASSERT_TRUE(forged) << forged.error().message;
    EXPECT_EQ(forged->heads[0].hash, sound->heads[0].hash);
    for (std::size_t i = 1; i < 4; ++i) EXPECT_NE(forged->heads[i].hash, sound->heads[i].hash);
}

TEST(Seal, a_trusted_segment_is_not_read_and_the_rest_is_judged_as_ever) {
    SmallWorld world;
    fill(world);
    const std::string path = world.paths().durable(LogKind::commands, 2);
    Bytes bad = contents(world.disk, path);
    bad[segment_header_bytes + 2000] ^= std::byte{1};
    replace(world.disk, path, bad);
    EXPECT_FALSE(Store::open(world.options));
    world.options.trusted_before_command = records;
    world.options.trusted_before_event = records;
    {
        auto store = world.open();
        EXPECT_EQ(store->recovery().commands, records);
        EXPECT_EQ(store->recovery().events, records);
        EXPECT_EQ(store->recovery().trusted_segments, 8u);
        auto reader = store->open_reader(LogKind::commands, 60);
        while ((*reader)->poll() != nullptr) {
        }
        EXPECT_EQ((*reader)->state(), ReaderState::damaged) << "whoever reads it finds it";
    }
    EXPECT_FALSE(verify_log(world.disk, world.paths(), world.identity().log(LogKind::commands)));
    world.options.trusted_before_command = 60;  // segment 2 holds later ones
    EXPECT_FALSE(Store::open(world.options));
    world.options.trusted_before_command = records;
    ASSERT_TRUE(world.disk.remove(world.paths().seal(LogKind::commands, 2)));
    EXPECT_FALSE(Store::open(world.options)) << "without a seal there is nothing to trust";
}

TEST(Seal, a_change_that_no_crc_shows_is_found) {
    EXPECT_EQ(a_change_that_no_crc_shows_is_found(), "");
}
TEST(Seal, a_new_seal_breaks_the_chain) { EXPECT_EQ(a_new_seal_breaks_the_chain(), ""); }

TEST(Seal, is_not_made_of_a_segment_whose_last_write_was_lost) {
    for (const bool lost : {false, true}) {
        SmallWorld world;
        fill(world);
        const LogIdentity identity = world.identity().log(LogKind::commands);
        const auto seals = seals_of(world, LogKind::commands);
        for (std::uint64_t index = 2; index <= seals.size(); ++index)
            ASSERT_TRUE(world.disk.remove(world.paths().seal(LogKind::commands, index)));
        const std::string path = world.paths().durable(LogKind::commands, 2);
        Bytes bytes = contents(world.disk, path);
        const std::size_t record = LogWriter::record_bytes(SmallWorld::message_bytes);
        if (lost)
            std::fill_n(
                bytes.begin() + static_cast<std::ptrdiff_t>(end_of(seals[1].seal).offset - record),
                record, std::byte{});
        replace(world.disk, path, bytes);

        SegmentWindow window(identity, 2);
        window.set_written(3);
        const Paths paths = world.paths();
        LogBegin begin;
        begin.index = 2;
        begin.chain = seals[0].seal.chain;
        Sealer sealer(world.disk, world.clock, paths, window, begin);
        const std::string why = end_of_the_process([&] {
            while (sealer.do_work() != 0) {
            }
        });
        EXPECT_EQ(sealer.sealed_before(), lost ? 2u : 3u);
        EXPECT_EQ(why.empty(), !lost) << why;
        if (lost) {
            EXPECT_NE(why.find(path), std::string::npos) << why;
            EXPECT_NE(why.find(fmt::format("at byte {}", end_of(seals[1].seal).offset - record)),
                      std::string::npos)
                << why;
        }
        EXPECT_EQ(world.disk.exists(world.paths().seal(LogKind::commands, 2)), !lost);
    }
}

/// A byte of a record changes on the disk after it was written and before its segment is sealed.
std::string end_after_a_changed_byte(SmallWorld& world, LogKind kind) {
    auto store = world.open();
    append_up_to(*store, 40, SmallWorld::message_bytes);
    const std::string path = world.paths().durable(kind, 1);
    world.disk.flip(path, segment_header_bytes + 100);
    return end_of_the_process([&] { append_up_to(*store, 200, SmallWorld::message_bytes); });
}

TEST(Sealer, ends_the_process_when_the_disk_holds_something_else_than_was_written) {
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        SmallWorld world;
        const std::string why = end_after_a_changed_byte(world, kind);
        EXPECT_NE(why.find(world.paths().durable(kind, 1)), std::string::npos) << why;
        EXPECT_NE(why.find(fmt::format("at byte {}", segment_header_bytes)), std::string::npos)
            << why;
        EXPECT_NE(why.find("stopping"), std::string::npos) << why;
        EXPECT_FALSE(world.disk.exists(world.paths().seal(kind, 1)));
    }
}

TEST(Sealer, tries_again_when_there_is_no_room_for_a_seal) {
    SmallWorld world;
    auto store = world.open();
    bool full = true;
    world.storage.refuse_files(
        [&](const std::string& path) { return full && path.ends_with(".seal"); });
    append_up_to(*store, 200, SmallWorld::message_bytes);
    EXPECT_FALSE(world.disk.exists(world.paths().seal(LogKind::commands, 1)));
    full = false;
    settle(*store);
    settle(*store);
    EXPECT_EQ(seals_of(world, LogKind::commands).size(), 3u);
    EXPECT_EQ(seals_of(world, LogKind::events).size(), 3u);
}

TEST(Epoch, rises_with_every_start) {
    SmallWorld world;
    for (std::uint64_t start = 1; start <= 3; ++start)
        EXPECT_EQ(world.open()->recovery().epoch, start);
}

TEST(Epoch, a_second_writer_is_noticed) { EXPECT_EQ(a_second_writer_is_noticed(), ""); }

TEST(Epoch, a_file_that_is_damaged_or_newer_is_refused_and_nothing_is_changed) {
    SmallWorld world;
    world.open().reset();
    const Bytes good = contents(world.disk, "disk/epoch");
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes bad = good;
        bad[at] ^= std::byte{1};
        replace(world.disk, "disk/epoch", bad);
        ASSERT_FALSE(Store::open(world.options)) << "byte " << at;
        ASSERT_EQ(contents(world.disk, "disk/epoch"), bad);
    }
    replace(world.disk, "disk/epoch", good);
    EXPECT_EQ(world.open()->recovery().epoch, 2u);
}

}  // namespace
}  // namespace bw::event_store::test
