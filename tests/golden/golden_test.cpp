// Data folders of every release, as their programs wrote them: this program reads them, replays
// them to the same hashes, starts from their snapshots and goes on.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "codec/registry.hpp"
#include "event_store/log/format.hpp"
#include "golden/copy.hpp"

namespace bw::golden {
namespace {

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, holds_what_was_written) {
    const Copy copy(GetParam());
    const auto before = copy.files();
    const auto facts = facts_of_logs(copy.data().string(), copy.shared());
    ASSERT_TRUE(facts) << facts.error().message;
    for (const auto& [key, value] : *facts) EXPECT_EQ(copy.expected.at(key), value) << key;
    for (const auto& [key, value] : copy.expected) {
        const bool is_template = key.starts_with("command ") || key.starts_with("event ");
        EXPECT_TRUE(!is_template || facts->contains(key)) << key << " is not there any more";
    }
    EXPECT_EQ(changed(before, copy.files()), "") << "a reader changes nothing";
}

TEST_P(Golden, has_several_segments_of_both_logs) {
    const Copy copy(GetParam());
    for (const char* log : {"commands", "events"}) {
        const fs::path second = copy.data() / log / event_store::durable_name(2);
        EXPECT_EQ(fs::file_size(second), event_store::min_segment_bytes);
        EXPECT_NE(read_text(second).substr(0, 8), std::string(8, '\0')) << "it is in use";
    }
}

/// Opens, compares and closes; the logs must be the same bytes for every reader afterwards.
void start_and_compare(const Copy& copy, std::uint64_t snapshot) {
    auto node = copy.open();
    ASSERT_TRUE(node) << node.error().message;
    EXPECT_TRUE((*node)->passed_over().empty());
    EXPECT_EQ((*node)->snapshot_sequence(), snapshot);
    EXPECT_EQ((*node)->applied_sequence(), copy.number("commands"));
    EXPECT_EQ((*node)->store().recovery().events, copy.number("events"));
    EXPECT_EQ((*node)->store().recovery().commands_cut_bytes, 0u);
    EXPECT_EQ((*node)->store().recovery().events_cut_bytes, 0u);
    EXPECT_EQ(hash_text((*node)->engine().state_hash()), copy.expected.at("state_hash"));
    (*node)->engine().verify_invariants();
    (*node)->close();
    const auto after = facts_of_logs(copy.data().string(), copy.shared());
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->at("commands_hash"), copy.expected.at("commands_hash"));
    EXPECT_EQ(after->at("events_hash"), copy.expected.at("events_hash"));
}

TEST_P(Golden, starts_from_its_snapshot_and_the_commands_behind_it) {
    const Copy copy(GetParam());
    start_and_compare(copy, copy.number("snapshot"));
}

TEST_P(Golden, starts_without_a_snapshot_to_the_same_state) {
    const Copy copy(GetParam());
    fs::remove_all(copy.data() / "snapshots");
    start_and_compare(copy, 0);
}

TEST_P(Golden, gives_its_lost_event_log_back) {
    const Copy copy(GetParam());
    fs::remove_all(copy.data() / "events");
    fs::remove_all(copy.data() / "snapshots");
    auto node = copy.open();
    ASSERT_TRUE(node) << node.error().message;
    (*node)->close();
    const auto after = facts_of_logs(copy.data().string(), copy.shared());
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->at("events_hash"), copy.expected.at("events_hash"));
}

INSTANTIATE_TEST_SUITE_P(Releases, Golden, testing::ValuesIn(releases()), [](const auto& release) {
    std::string name = release.param;
    std::ranges::replace(name, '.', '_');
    return "of_" + name;
});

TEST(Goldens, have_every_template) {
    Facts all;
    for (const std::string& release : releases())
        all.merge(facts_from(read_text(goldens / release / "expected")));
    for (const codec::MessageInfo& info : codec::all_messages())
        EXPECT_TRUE(all.contains(fmt::format("command {}", info.name)) ||
                    all.contains(fmt::format("event {}", info.name)))
            << info.name << " is in no golden folder: make the one of the next release with "
            << "scripts/make_golden.sh";
}

}  // namespace
}  // namespace bw::golden
