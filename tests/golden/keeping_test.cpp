// What keeps the logs of a release since 0.2: seals, where the logs begin after retention, the
// number of the start, registered readers, and the readers' own snapshots. This program reads all
// of it and comes to what was recorded.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "golden/copy.hpp"
#include "golden/fold.hpp"

namespace bw::golden {
namespace {

using event_store::LogKind;

std::vector<std::string> releases_with_seals() {
    std::vector<std::string> out = releases();
    std::erase_if(out, [](const std::string& release) {
        return !facts_from(read_text(goldens / release / "expected")).contains("commands_head");
    });
    return out;
}

class Kept : public testing::TestWithParam<std::string> {};

void expect_facts(const Copy& copy, const std::string& prefix) {
    const auto before = copy.files();
    const auto facts = facts_of_keeping(copy.data().string(), copy.shared());
    ASSERT_TRUE(facts) << facts.error().message;
    for (const auto& [key, value] : *facts) EXPECT_EQ(copy.expected.at(prefix + key), value) << key;
    EXPECT_EQ(changed(before, copy.files()), "") << "a reader changes nothing";
}

TEST_P(Kept, seals_lead_to_the_recorded_heads) {
    const Copy copy(GetParam());
    EXPECT_GE(copy.number("commands_sealed"), 3u);
    EXPECT_GE(copy.number("events_sealed"), 3u);
    expect_facts(copy, "");
}

TEST_P(Kept, seals_lead_through_what_was_removed_to_the_same_heads) {
    const Copy copy(GetParam(), "shortened");
    for (const std::string log : {"commands", "events"}) {
        EXPECT_GE(copy.number("shortened " + log + "_seals_of_removed"), 2u);
        EXPECT_EQ(copy.expected.at("shortened " + log + "_head"), copy.expected.at(log + "_head"));
    }
    expect_facts(copy, "shortened ");
}

TEST_P(Kept, logs_begin_where_retention_left_them) {
    const Copy copy(GetParam(), "shortened");
    for (const LogKind kind : {LogKind::commands, LogKind::events}) {
        const std::string key = fmt::format("shortened {}_first", name_of(kind));
        const auto first = event_store::oldest_sequence(copy.data().string(), kind);
        ASSERT_TRUE(first) << first.error().message;
        EXPECT_EQ(*first, copy.number(key));
        EXPECT_GT(*first, 1u);
        auto reader = event_store::open_log(copy.data().string(), kind, *first - 1, copy.shared());
        EXPECT_TRUE(!reader || ((*reader)->poll() == nullptr && !(*reader)->error().empty()))
            << "a record that was removed is not passed over silently";
    }
}

TEST_P(Kept, shortened_logs_start_to_the_same_state) {
    const Copy copy(GetParam(), "shortened");
    auto node = copy.open();
    ASSERT_TRUE(node) << node.error().message;
    EXPECT_EQ((*node)->snapshot_sequence(), copy.number("snapshot"));
    EXPECT_EQ((*node)->store().recovery().first_command, copy.number("shortened commands_first"));
    EXPECT_EQ((*node)->store().recovery().first_event, copy.number("shortened events_first"));
    EXPECT_EQ((*node)->store().recovery().commands, copy.number("commands"));
    EXPECT_EQ(hash_text((*node)->engine().state_hash()), copy.expected.at("state_hash"));
    (*node)->engine().verify_invariants();
}

TEST_P(Kept, the_next_start_has_the_next_number) {
    const Copy copy(GetParam());
    auto node = copy.open();
    ASSERT_TRUE(node) << node.error().message;
    EXPECT_EQ((*node)->store().recovery().epoch, copy.number("epoch") + 1);
}

TEST_P(Kept, registered_readers_go_on_where_they_were) {
    const Copy copy(GetParam());
    auto node = copy.open();
    ASSERT_TRUE(node) << node.error().message;
    const auto reader = (*node)->store().register_reader("reporter", LogKind::events, 1);
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ(reader->needs(), copy.number("reader reporter of events"));
}

/// Readers that were loaded and readers that were given every event, at the place of the snapshot
/// and at the end of the log.
TEST_P(Kept, readers_are_restored_to_what_the_events_give) {
    const Copy copy(GetParam());
    const std::string data = copy.data().string();
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, data);
    ASSERT_TRUE(identity) << identity.error().message;
    const event_store::ViewSnapshots snapshots(storage, data, *identity);
    const auto loaded = new_readers(data, copy.shared());
    const auto place = snapshots.load(copy.number("snapshot"), loaded->sections());
    ASSERT_TRUE(place) << place.error().message;
    EXPECT_EQ(place->events, copy.number("snapshot_events"));

    const auto folded = new_readers(data, copy.shared());
    const auto hash = fold(*folded, data, copy.shared(), 1, place->events);
    ASSERT_TRUE(hash) << hash.error().message;
    EXPECT_EQ(*hash, place->record_hash);
    EXPECT_EQ(saved(*loaded), saved(*folded));

    for (const auto* readers : {&loaded, &folded})
        ASSERT_TRUE(fold(**readers, data, copy.shared(), place->events + 1, copy.number("events")));
    EXPECT_EQ(saved(*loaded), saved(*folded));
    EXPECT_NE(saved(*loaded), saved(*new_readers(data, copy.shared())));
}

INSTANTIATE_TEST_SUITE_P(Releases, Kept, testing::ValuesIn(releases_with_seals()),
                         [](const auto& release) {
                             std::string name = release.param;
                             std::ranges::replace(name, '.', '_');
                             return "by_" + name;
                         });

TEST(Goldens, of_the_newest_release_have_seals) {
    ASSERT_FALSE(releases_with_seals().empty());
    EXPECT_EQ(releases_with_seals().back(), releases().back());
}

}  // namespace
}  // namespace bw::golden
