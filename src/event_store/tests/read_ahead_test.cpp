// Reading ahead and looking at both logs at once give what reading in turn gives.
#include "event_store/recovery/read_ahead.hpp"

#include <algorithm>
#include <array>

#include "event_store/tests/support.hpp"

namespace bw::event_store::test {
namespace {

platform::HelperStarter on_a_thread() {
    return [](std::function<void()> work) -> std::function<void()> {
        auto thread = std::make_shared<std::jthread>(platform::start_thread(
            "helper", [work = std::move(work)](const std::stop_token&) { work(); }));
        return [thread] { thread->join(); };
    };
}

constexpr std::uint64_t commands = 3'000;

/// Commands over several segments; of each command one to three events, and perhaps some without an
/// end.
struct Logs {
    explicit Logs(std::uint64_t with_events, std::uint64_t unfinished = 0) {
        auto store = must_open(place.options(Durability::memory));
        {
            Background threads(*store);
            for (std::uint64_t c = 1; c <= commands; ++c)
                append_command(*store, c, message_of(c, 24 + c % 5 * 160));
            for (std::uint64_t c = 1; c <= with_events; ++c)
                for (std::uint64_t left = 1 + c % 3; left > 0; --left)
                    append_event(*store, left == 1 ? note_last_event_of_command : 0);
            for (std::uint64_t i = 0; i < unfinished; ++i) append_event(*store, 0);
        }
        store->close();
    }

    void append_event(Store& store, std::uint32_t note) {
        ++events;
        while (!store.events().append(events, 1000 + events, note, message_of(events, 64)))
            platform::sleep_for_ns(10'000);
    }

    [[nodiscard]] std::unique_ptr<LogReader> reader(std::uint64_t first) const {
        auto opened = open_log(place.data(), LogKind::commands, first, place.shared);
        EXPECT_TRUE(opened);
        return std::move(*opened);
    }

    Place place;
    std::uint64_t events = 0;
};

class ReadAheadOf : public testing::TestWithParam<bool> {
 protected:
    [[nodiscard]] platform::HelperStarter helper_starter() const {
        return GetParam() ? on_a_thread() : platform::HelperStarter();
    }
};

TEST_P(ReadAheadOf, a_log_gives_the_same_records_as_its_reader) {
    const Logs logs(0);
    for (const std::uint64_t first : {1ull, 2ull, 1'500ull, 3'000ull, 3'001ull}) {
        const auto expected = drain(*logs.reader(first));
        ReadAhead ahead(logs.reader(first), helper_starter());
        std::array<RecordView, 7> out;
        std::size_t at = 0;
        while (const std::size_t count = ahead.poll_batch(out))
            for (std::size_t i = 0; i < count; ++i, ++at) {
                ASSERT_LT(at, expected.size());
                ASSERT_EQ(out[i].sequence, expected[at].sequence);
                ASSERT_EQ(out[i].timestamp_ns, expected[at].timestamp_ns);
                ASSERT_EQ(out[i].note, expected[at].note);
                ASSERT_TRUE(std::ranges::equal(out[i].message, expected[at].message));
            }
        EXPECT_EQ(at, expected.size());
        EXPECT_EQ(ahead.error(), "");
    }
}

TEST_P(ReadAheadOf, a_damaged_log_ends_where_the_reader_stops_and_says_why) {
    const Logs logs(0);
    const std::string file = logs.place.data() + "/commands/0000000002.log";
    Bytes bytes = read_file(file);
    bytes[segment_header_bytes + 40] ^= std::byte{1};
    write_file(file, bytes);
    const auto reader = logs.reader(1);
    std::size_t good = 0;
    while (reader->poll() != nullptr) ++good;
    ASSERT_NE(reader->error(), "");
    ASSERT_NE(good, 0u);
    ReadAhead ahead(logs.reader(1), helper_starter());
    std::size_t count = 0;
    while (ahead.poll() != nullptr) ++count;
    EXPECT_EQ(count, good);
    EXPECT_EQ(ahead.error(), reader->error());
}

TEST_P(ReadAheadOf, a_log_may_be_left_at_any_record) {
    const Logs logs(0);
    for (std::uint64_t wanted = 0; wanted < commands; wanted += 997) {
        ReadAhead ahead(logs.reader(1), helper_starter());
        for (std::uint64_t i = 1; i <= wanted; ++i) ASSERT_EQ(ahead.poll()->sequence, i);
    }
}

INSTANTIATE_TEST_SUITE_P(Threads, ReadAheadOf, testing::Bool(), [](const auto& parameter) {
    return parameter.param ? "on_a_thread" : "in_turn";
});

void expect_same_end(const DurableState& found, const DurableState& wanted) {
    EXPECT_EQ(found.end.segment, wanted.end.segment);
    EXPECT_EQ(found.end.offset, wanted.end.offset);
    EXPECT_EQ(found.end.next_sequence, wanted.end.next_sequence);
    EXPECT_EQ(found.end.previous_crc, wanted.end.previous_crc);
    EXPECT_EQ(found.limited, wanted.limited);
    EXPECT_EQ(found.torn_bytes, wanted.torn_bytes);
    EXPECT_EQ(found.surplus, wanted.surplus);
}

TEST(ScanWithoutALimit, is_taken_for_one_with_a_limit_only_where_it_is_the_same) {
    for (const std::uint64_t unfinished : {0u, 2u}) {
        constexpr std::uint64_t ended = 1'000;
        const Logs logs(ended, unfinished);
        const auto identity = read_identity(platform::system_storage(), logs.place.data());
        ASSERT_TRUE(identity);
        const Paths paths(logs.place.data(), logs.place.shared, *identity);
        const auto scan = [&](std::uint64_t limit) {
            ScanOptions options;
            options.command_limit = limit;
            auto state = scan_durable(platform::system_storage(), paths,
                                      identity->log(LogKind::events), options);
            EXPECT_TRUE(state);
            return std::move(*state);
        };
        const DurableState whole = scan(no_limit);
        EXPECT_EQ(whole.commands, ended);
        EXPECT_EQ(whole.unfinished, unfinished);
        for (const std::uint64_t limit :
             {std::uint64_t{0}, std::uint64_t{1}, ended - 1, ended, ended + 1, no_limit}) {
            DurableState found = whole;
            const bool same = limit_to(found, limit);
            EXPECT_EQ(same, limit > ended || (limit == ended && unfinished == 0)) << limit;
            if (same) expect_same_end(found, scan(limit));
        }
    }
}

TEST(Opening, with_a_helper_thread_finds_and_cuts_what_opening_in_turn_does) {
    for (const std::uint64_t with_events : {commands - 1, commands, commands + 5}) {
        std::vector<RecoveryReport> reports;
        for (const platform::HelperStarter& start_helper :
             {platform::HelperStarter(), on_a_thread()}) {
            const Logs logs(with_events, with_events % 2);
            StoreOptions options = logs.place.options(Durability::memory);
            options.start_helper = start_helper;
            auto store = must_open(options);
            ASSERT_TRUE(store);
            reports.push_back(store->recovery());
            store->close();
        }
        EXPECT_EQ(reports[0].commands, reports[1].commands);
        EXPECT_EQ(reports[0].events, reports[1].events);
        EXPECT_EQ(reports[0].events_cut_bytes, reports[1].events_cut_bytes);
    }
}

}  // namespace
}  // namespace bw::event_store::test
