// Every way in which the files of a stopped store can be wrong: the store refuses, or cuts an
// interrupted write at the very end. It never shows a record that was not written, and never fewer
// than it promised.
#include <sys/mount.h>

#include "event_store/log/format.hpp"
#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

constexpr std::uint64_t small_log_records = 12;
constexpr std::size_t message_bytes = 24;

std::string commands_file(const Place& place, std::uint64_t index) {
    return place.data() + "/commands/" + durable_name(index);
}

/// Each record committed before the next is stamped, so that every record proves the ones before
/// it.
void write_small_log(const Place& place) {
    auto store = must_open(place.options());
    Background threads(*store);
    for (std::uint64_t s = 1; s <= small_log_records; ++s) {
        append_command(*store, s, message_of(s, message_bytes));
        wait_committed(*store, s);
    }
}

std::size_t record_length() { return sizeof(RecordHeader) + message_bytes; }
std::size_t end_of_records() { return segment_header_bytes + small_log_records * record_length(); }

/// Opens the damaged place; true if it opened with `records` good ones.
::testing::AssertionResult opens_with_prefix(const Place& place, std::uint64_t at_least) {
    auto store = Store::open(place.options());
    if (!store) return ::testing::AssertionFailure() << store.error().message;
    auto reader = (*store)->open_reader(LogKind::commands, 1);
    const auto records = drain(**reader);
    if (records.size() < at_least)
        return ::testing::AssertionFailure() << "only " << records.size() << " records";
    for (std::size_t i = 0; i < records.size(); ++i)
        if (records[i].sequence != i + 1 || records[i].message != message_of(i + 1, message_bytes))
            return ::testing::AssertionFailure() << "wrong record " << i + 1;
    return ::testing::AssertionSuccess();
}

TEST(Damage, every_single_bit_flip_is_refused_or_is_the_unmarked_last_record) {
    Place place;
    write_small_log(place);
    place.forget_shared_memory();
    std::filesystem::remove(place.data() + "/commands.mark");
    const Bytes good = read_file(commands_file(place, 1));
    const std::size_t last_record = end_of_records() - record_length();
    const LogIdentity identity =
        read_identity(platform::system_storage(), place.data())->log(LogKind::commands);
    const Paths paths(place.data(), place.shared,
                      *read_identity(platform::system_storage(), place.data()));

    for (std::size_t at = 0; at < end_of_records(); ++at) {
        if (at >= 128 && at < segment_header_bytes - 64)
            continue;  // padding of the header: both ends are enough
        Bytes bad = good;
        bad[at] ^= static_cast<std::byte>(1u << (at % 8));
        write_file(commands_file(place, 1), bad);
        const auto state = scan_durable(platform::system_storage(), paths, identity);
        if (!state) {
            EXPECT_NE(state.error().message.find(commands_file(place, 1)), std::string::npos)
                << state.error().message;
            continue;
        }
        if (at >= offsetof(SegmentHeader, retired) && at < sizeof(SegmentHeader)) {
            EXPECT_EQ(state->records, small_log_records) << "this field means nothing on disk";
            continue;
        }
        ASSERT_GE(at, last_record) << "byte " << at << " was taken for an interrupted write";
        ASSERT_EQ(state->records, small_log_records - 1);
        ASSERT_GT(state->torn_bytes, 0u);
    }
}

TEST(Damage, a_flip_in_the_last_record_is_refused_when_the_mark_covers_it) {
    Place place;
    {
        auto store = must_open(place.options());
        {
            Background threads(*store);
            for (std::uint64_t s = 1; s <= small_log_records; ++s)
                append_command(*store, s, message_of(s, message_bytes));
        }
        store->close();
    }
    Bytes bad = read_file(commands_file(place, 1));
    bad[end_of_records() - 1] ^= std::byte{1};
    write_file(commands_file(place, 1), bad);
    const auto store = Store::open(place.options());
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("record 12"), std::string::npos) << store.error().message;
    EXPECT_NE(store.error().message.find("commands.mark"), std::string::npos)
        << store.error().message;
    EXPECT_FALSE(verify_log(place.data(), LogKind::commands, place.shared));
    EXPECT_EQ(read_file(commands_file(place, 1)), bad) << "a refusal changes nothing";
}

TEST(Damage, a_file_cut_short_at_any_byte_is_refused) {
    Place place;
    write_small_log(place);
    place.forget_shared_memory();
    const Bytes good = read_file(commands_file(place, 1));
    for (std::size_t size = 0; size < end_of_records();
         size += size < segment_header_bytes && size > 80 ? 97 : 1) {
        write_file(commands_file(place, 1), std::span(good).first(size));
        ASSERT_FALSE(opens_with_prefix(place, 0)) << "size " << size;
    }
}

TEST(Damage, zeros_from_any_byte_on_are_a_cut_tail_or_refused) {
    Place place;
    write_small_log(place);
    place.forget_shared_memory();
    std::filesystem::remove(place.data() + "/commands.mark");
    const Bytes good = read_file(commands_file(place, 1));
    for (std::size_t from = segment_header_bytes; from < end_of_records(); from += 3) {
        Bytes bad = good;
        std::fill(bad.begin() + static_cast<std::ptrdiff_t>(from), bad.end(), std::byte{0});
        write_file(commands_file(place, 1), bad);
        ASSERT_TRUE(opens_with_prefix(place, (from - segment_header_bytes) / record_length()))
            << "zeros from " << from;
        std::filesystem::remove(place.data() + "/commands.mark");
        place.forget_shared_memory();
    }
}

TEST(Damage, an_interrupted_last_record_is_cut_and_the_log_goes_on) {
    Place place;
    write_small_log(place);
    place.forget_shared_memory();
    std::filesystem::remove(place.data() + "/commands.mark");
    Bytes torn = read_file(commands_file(place, 1));
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(end_of_records() - 5),
              torn.begin() + static_cast<std::ptrdiff_t>(end_of_records()), std::byte{0});
    write_file(commands_file(place, 1), torn);
    {
        auto store = must_open(place.options());
        EXPECT_EQ(store->recovery().commands, small_log_records - 1);
        EXPECT_GT(store->recovery().commands_cut_bytes, 0u);
        Background threads(*store);
        append_command(*store, small_log_records, message_of(small_log_records, message_bytes));
        wait_committed(*store, small_log_records);
    }
    EXPECT_TRUE(opens_with_prefix(place, small_log_records));
}

TEST(Damage, a_missing_or_foreign_segment_is_refused) {
    Place place;
    Place other;
    for (const Place* where : {&place, &other}) {
        auto store = must_open(where->options());
        {
            Background threads(*store);
            for (std::uint64_t s = 1; s <= 3000; ++s) append_command(*store, s, message_of(s, 120));
            wait_committed(*store, 3000);
        }
        store->close();
    }
    ASSERT_TRUE(std::filesystem::exists(commands_file(place, 4)));
    const Bytes second = read_file(commands_file(place, 2));

    std::filesystem::remove(commands_file(place, 2));
    auto store = Store::open(place.options());
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("missing"), std::string::npos) << store.error().message;

    write_file(commands_file(place, 2), read_file(commands_file(other, 2)));
    store = Store::open(place.options());
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("another log"), std::string::npos)
        << store.error().message;

    write_file(commands_file(place, 2), read_file(commands_file(place, 3)));
    EXPECT_FALSE(Store::open(place.options())) << "a segment in another's place";

    write_file(commands_file(place, 2), second);
    EXPECT_TRUE(Store::open(place.options()));
}

TEST(Damage, a_lost_newest_segment_is_noticed_by_the_mark) {
    Place place;
    auto store = must_open(place.options());
    {
        Background threads(*store);
        for (std::uint64_t s = 1; s <= 1000; ++s) append_command(*store, s, message_of(s, 120));
    }
    store->close();
    store.reset();
    for (std::uint64_t index = 3; index < 10; ++index)
        std::filesystem::remove(commands_file(place, index));
    const auto again = Store::open(place.options());
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("everything up to sequence 1000 was durable"),
              std::string::npos)
        << again.error().message;
}

TEST(Damage, the_event_log_is_cut_at_what_is_bad_and_goes_on) {
    Place place;
    const auto append_event = [](Store& store, std::uint64_t s) {
        const Bytes message = message_of(s, 120);
        while (!store.events().append(s, 1000 + s, note_last_event_of_command, message))
            std::this_thread::yield();
    };
    auto store = must_open(place.options());
    {
        Background threads(*store);
        for (std::uint64_t s = 1; s <= 2000; ++s) {
            append_command(*store, s, message_of(s, 16));
            append_event(*store, s);
        }
    }
    store->close();
    store.reset();
    const std::string second = place.data() + "/events/" + durable_name(2);
    Bytes bad = read_file(second);
    bad[segment_header_bytes + 10 * LogWriter::record_bytes(120) + 40] ^= std::byte{4};
    for (const std::size_t size : {bad.size(), bad.size() / 2}) {
        write_file(second, std::span(bad).first(size));
        store = must_open(place.options());
        const std::uint64_t kept = store->recovery().events;
        EXPECT_GT(kept, 400u);
        EXPECT_LT(kept, 500u);
        {
            Background threads(*store);
            for (std::uint64_t s = kept + 1; s <= 1500; ++s) append_event(*store, s);
        }
        store->close();
        store.reset();
        const auto summary = verify_log(place.data(), LogKind::events, place.shared);
        ASSERT_TRUE(summary) << summary.error().message;
        EXPECT_EQ(summary->last, 1500u);
    }
}

TEST(Damage, a_second_process_is_refused_and_told_why) {
    Place place;
    auto store = must_open(place.options());
    const auto second = Store::open(place.options());
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("held by another running process"), std::string::npos)
        << second.error().message;
}

TEST(Damage, a_copy_of_a_folder_that_is_in_use_is_refused_and_takes_nothing_from_it) {
    Place place;
    auto store = must_open(place.options());
    Background threads(*store);
    append_command(*store, 1, message_of(1, 16));
    StoreOptions copy = place.options();
    copy.directory = place.directory + "/copy";
    std::filesystem::copy(place.data(), copy.directory, std::filesystem::copy_options::recursive);
    const auto refused = Store::open(copy);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is a copy of the folder"), std::string::npos)
        << refused.error().message;
    append_command(*store, 2, message_of(2, 16));
    wait_committed(*store, 2);
    EXPECT_EQ(drain(**store->open_reader(LogKind::commands, 1)).size(), 2u);
}

TEST(Damage, an_identity_that_is_newer_damaged_or_gone_is_refused) {
    Place place;
    must_open(place.options()).reset();
    const std::string path = place.data() + "/identity";
    const Bytes good = read_file(path);
    for (std::size_t at = 0; at < good.size(); ++at) {
        Bytes bad = good;
        bad[at] ^= std::byte{1};
        write_file(path, bad);
        ASSERT_FALSE(Store::open(place.options())) << "byte " << at;
    }
    std::string newer(reinterpret_cast<const char*>(good.data()), good.size());
    newer.replace(newer.find("format 1"), 8, "format 9");
    write_file(path, std::as_bytes(std::span(newer)));
    const auto refused = Store::open(place.options());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("newer program"), std::string::npos)
        << refused.error().message;
    std::filesystem::remove(path);
    EXPECT_FALSE(Store::open(place.options())) << "logs without an identity";
    write_file(path, good);
    EXPECT_TRUE(Store::open(place.options()));
}

TEST(DiskFull, is_an_error_at_open_and_back_pressure_later) {
    Place place;
    const std::string mount_point = place.directory + "/small";
    std::filesystem::create_directory(mount_point);
    if (::mount("tmpfs", mount_point.c_str(), "tmpfs", 0, "size=400k") != 0)
        GTEST_SKIP() << "needs the right to mount";
    StoreOptions options = place.options();
    options.directory = mount_point + "/data";
    {
        auto store = must_open(options);
        ASSERT_TRUE(store);
        Background threads(*store);
        std::uint64_t appended = 0;
        const Bytes message = message_of(1, 120);
        const auto patience = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
        while (std::chrono::steady_clock::now() < patience) {
            const StampedCommand command{appended + 1, 1, message};
            if (store->commands().append({&command, 1}) == AppendResult::accepted) ++appended;
        }
        EXPECT_GT(appended, 300u);
        EXPECT_LT(appended, 3000u);
        wait_committed(*store, appended);
    }
    StoreOptions second = options;
    second.directory = mount_point + "/another";
    const auto refused = Store::open(second);
    ASSERT_FALSE(refused) << "no room for its segments";
    EXPECT_NE(refused.error().message.find("No space left"), std::string::npos)
        << refused.error().message;
    ::umount(mount_point.c_str());
}

}  // namespace
}  // namespace bw::event_store::test
