// A start that is refused leaves the folder byte for byte as it was, whatever it would have tidied:
// half a record at the end of the commands, files of an interrupted preparation, segments that were
// prepared ahead.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "event_store/log/format.hpp"
#include "golden/copy.hpp"

namespace bw::golden {
namespace {

using event_store::durable_name;

void flip(const fs::path& file, std::size_t at) {
    std::string bytes = read_text(file);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    write_text(file, bytes);
}

/// As a machine that lost its power in the middle of everything leaves it.
void make_untidy(const Copy& copy) {
    for (const char* log : {"commands", "events"}) {
        const fs::path folder = copy.data() / log;
        write_text(folder / "0000000009.log.new", "half a segment");
        write_text(folder / "0000000009.seal.new", "half a seal");
        std::uint64_t last = 4;  // in use, and kept by the shortened logs
        while (fs::exists(folder / durable_name(last + 1)) &&
               read_text(folder / durable_name(last + 1))[0] != '\0')
            ++last;
        std::string bytes = read_text(folder / durable_name(last));
        const std::size_t end = bytes.find_last_not_of('\0') + 1;
        const std::size_t behind = (end + 7) / 8 * 8 + 64;  // the last record may end with zeros
        ASSERT_LT(behind + 8, bytes.size()) << "there is room behind the last record";
        bytes.replace(behind, 8, "torn off");
        write_text(folder / durable_name(last), bytes);
    }
}

struct Damage {
    std::string name;
    std::string folder;
    std::function<void(const Copy&)> spoil;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

std::vector<Damage> damages() {
    std::vector<Damage> out;
    const auto add = [&](const char* name, const char* folder,
                         std::function<void(const Copy&)> spoil) {
        out.push_back({name, folder, std::move(spoil)});
    };
    add("record_of_the_commands", "data",
        [](const Copy& copy) { flip(copy.data() / "commands" / durable_name(2), 10'000); });
    add("missing_segment_of_the_commands", "data",
        [](const Copy& copy) { fs::remove(copy.data() / "commands" / durable_name(3)); });
    add("header_of_a_segment", "data",
        [](const Copy& copy) { flip(copy.data() / "commands" / durable_name(2), 20); });
    add("identity", "data", [](const Copy& copy) { flip(copy.data() / "identity", 60); });
    add("epoch", "data", [](const Copy& copy) { flip(copy.data() / "epoch", 30); });
    add("begin_of_the_events", "shortened",
        [](const Copy& copy) { flip(copy.data() / "events/begin", 50); });
    add("begin_of_the_commands", "shortened",
        [](const Copy& copy) { flip(copy.data() / "commands/begin", 50); });
    add("foreign_segment_of_the_events", "data", [](const Copy& copy) {
        const fs::path events = copy.data() / "events";
        write_text(events / durable_name(2), read_text(copy.data() / "commands" / durable_name(2)));
    });
    add("no_snapshot_for_shortened_logs", "shortened",
        [](const Copy& copy) { fs::remove_all(copy.data() / "snapshots"); });
    add("damaged_snapshot_for_shortened_logs", "shortened",
        [](const Copy& copy) { flip(copy.snapshot(), 30'000); });
    return out;
}

class RefusedStart : public testing::TestWithParam<Damage> {};

TEST_P(RefusedStart, leaves_the_folder_as_it_was) {
    const Copy copy(releases().back(), GetParam().folder);
    make_untidy(copy);
    GetParam().spoil(copy);
    const auto before = copy.files();
    const auto node = copy.open();
    ASSERT_FALSE(node);
    EXPECT_EQ(changed(before, copy.files()), "") << node.error().message;
}

INSTANTIATE_TEST_SUITE_P(For, RefusedStart, testing::ValuesIn(damages()),
                         [](const auto& of) { return of.param.name; });

TEST(AnotherStart, would_have_tidied) {
    const Copy copy(releases().back());
    make_untidy(copy);
    const auto before = copy.files();
    const auto node = copy.open();
    ASSERT_TRUE(node) << node.error().message;
    EXPECT_NE((*node)->store().recovery().commands_cut_bytes, 0u);
    EXPECT_NE((*node)->store().recovery().events_cut_bytes, 0u);
    EXPECT_NE(changed(before, copy.files()), "");
}

}  // namespace
}  // namespace bw::golden
