#include "event_store/snapshots/view_snapshots.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace bw::event_store {
namespace {

namespace fs = std::filesystem;

/// A reader that knows a text.
struct Text {
    void save(base::FieldWriter& out) const {
        out.count(text.size());
        out.bytes(std::as_bytes(std::span(text)));
    }
    [[nodiscard]] bool load(base::FieldReader& in) {
        text.clear();
        const std::uint64_t count = in.count();
        for (std::uint64_t i = 0; i < count && in.good(); ++i) {
            std::uint8_t letter = 0;
            in(letter);
            text.push_back(static_cast<char>(letter));
        }
        if (!in.good()) reset();
        return in.good();
    }
    void reset() { text = "new"; }
    std::string text = "new";
};

class ViewFiles : public testing::Test {
 protected:
    ViewFiles()
        : folder_(fs::temp_directory_path() / fmt::format("bw-views-{}", getpid())),
          snapshots_(storage_, folder_.string(), {7, 1}) {
        fs::create_directories(folder_);
    }
    ~ViewFiles() override { fs::remove_all(folder_); }

    static SnapshotPlace place(std::uint64_t sequence) {
        return {sequence, 2 * sequence, 99, 1'000 + sequence};
    }
    void write(std::uint64_t sequence, Text a, Text b) {
        const std::vector sections{view_section("a", 1, a), view_section("b", 1, b)};
        const auto written = snapshots_.write(place(sequence), sections);
        ASSERT_TRUE(written) << written.error().message;
        EXPECT_EQ(*written, fs::file_size(snapshots_.path(sequence)));
    }
    std::vector<char> read(std::uint64_t sequence) {
        std::ifstream in(snapshots_.path(sequence), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void replace(std::uint64_t sequence, const std::vector<char>& bytes) {
        std::ofstream(snapshots_.path(sequence), std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    std::uint64_t record_at(std::uint64_t event) { return 1'000 + event / 2; }
    ViewStart load_newest(std::span<const ViewSection> sections, std::uint64_t last_event) {
        return load_newest_views(snapshots_, sections, last_event,
                                 [this](std::uint64_t event) { return record_at(event); });
    }

    platform::PosixStorage storage_;
    fs::path folder_;
    ViewSnapshots snapshots_;
    Text a_, b_;
};

TEST_F(ViewFiles, give_back_each_section) {
    write(5, {"one"}, {"two"});
    const std::vector sections{view_section("b", 1, b_), view_section("a", 1, a_)};
    const auto loaded = snapshots_.load(5, sections);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->events, 10u);
    EXPECT_EQ(a_.text + b_.text, "onetwo");
}

TEST_F(ViewFiles, of_many_chunks_give_back_each_section) {
    const std::string large(3'000'000, 'x');
    write(5, {large + "1"}, {large + "2"});
    const std::vector sections{view_section("a", 1, a_), view_section("b", 1, b_)};
    ASSERT_TRUE(snapshots_.load(5, sections));
    EXPECT_TRUE(a_.text == large + "1" && b_.text == large + "2");
    EXPECT_TRUE(snapshots_.compare(5, sections));
    b_.text.back() = '3';
    EXPECT_FALSE(snapshots_.compare(5, sections));
}

TEST_F(ViewFiles, are_loaded_in_part) {
    write(5, {"one"}, {"two"});
    const std::vector only{view_section("b", 1, b_)};
    ASSERT_TRUE(snapshots_.load(5, only));
    EXPECT_EQ(b_.text, "two");
}

TEST_F(ViewFiles, without_a_section_or_with_one_of_another_version_change_nothing) {
    write(5, {"one"}, {"two"});
    for (const auto& other : {view_section("c", 1, b_), view_section("b", 2, b_)}) {
        const std::vector sections{view_section("a", 1, a_), other};
        const auto loaded = snapshots_.load(5, sections);
        ASSERT_FALSE(loaded);
        EXPECT_NE(loaded.error().message.find("has no part"), std::string::npos);
        EXPECT_EQ(a_.text + b_.text, "newnew");
    }
}

TEST_F(ViewFiles, that_a_reader_does_not_read_to_the_end_are_refused) {
    struct Shy : Text {
        [[nodiscard]] bool load(base::FieldReader&) { return true; }
    } shy;
    write(5, {"one"}, {"two"});
    const std::vector sections{view_section("a", 1, a_), view_section("b", 1, shy)};
    EXPECT_FALSE(snapshots_.load(5, sections));
    EXPECT_EQ(a_.text, "new");
}

TEST_F(ViewFiles, show_every_changed_and_every_missing_byte) {
    write(5, {"one"}, {"two"});
    const std::vector<char> good = read(5);
    const std::vector sections{view_section("a", 1, a_), view_section("b", 1, b_)};
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::vector<char> bad = good;
            bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
            replace(5, bad);
            const auto loaded = snapshots_.load(5, sections);
            ASSERT_FALSE(loaded) << "byte " << at << " bit " << bit;
            ASSERT_NE(loaded.error().message.find(snapshots_.path(5)), std::string::npos);
            ASSERT_EQ(a_.text + b_.text, "newnew");
        }
        replace(5, {good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at)});
        ASSERT_FALSE(snapshots_.load(5, sections)) << at << " bytes";
    }
    std::vector<char> longer = good;
    longer.push_back(0);
    replace(5, longer);
    EXPECT_FALSE(snapshots_.load(5, sections));
}

TEST_F(ViewFiles, of_another_exchange_or_place_are_refused) {
    write(5, {"one"}, {"two"});
    const std::vector sections{view_section("a", 1, a_)};
    EXPECT_FALSE(ViewSnapshots(storage_, folder_.string(), {8, 1}).load(5, sections));
    EXPECT_FALSE(ViewSnapshots(storage_, folder_.string(), {7, 2}).load(5, sections));
    fs::copy_file(snapshots_.path(5), snapshots_.path(6));
    EXPECT_FALSE(snapshots_.load(6, sections));
}

TEST_F(ViewFiles, are_taken_from_the_newest_good_one) {
    for (const std::uint64_t sequence : {3, 5, 7})
        write(sequence, {fmt::format("{}", sequence)}, {});
    const std::vector sections{view_section("a", 1, a_)};
    EXPECT_EQ(load_newest(sections, 14).place.sequence, 7u);
    const ViewStart before = load_newest(sections, 13);
    EXPECT_EQ(before.place.sequence, 5u);
    EXPECT_EQ(a_.text, "5");
    ASSERT_EQ(before.passed_over.size(), 1u);
    EXPECT_NE(before.passed_over[0].find("does not reach it"), std::string::npos);
    replace(5, {'x'});
    EXPECT_EQ(load_newest(sections, 13).place.sequence, 3u);
    EXPECT_EQ(load_newest(sections, 5).place.sequence, 0u);
    EXPECT_EQ(a_.text, "new");
}

TEST_F(ViewFiles, of_another_history_are_passed_over) {
    write(5, {"one"}, {"two"});
    const std::vector sections{view_section("a", 1, a_)};
    const ViewStart start =
        load_newest_views(snapshots_, sections, 100, [](std::uint64_t) { return 77u; });
    EXPECT_EQ(start.place.events, 0u);
    EXPECT_EQ(start.passed_over.size(), 1u);
}

TEST_F(ViewFiles, are_pruned_to_those_that_are_wanted) {
    for (const std::uint64_t sequence : {3, 5, 7}) write(sequence, {}, {});
    const std::vector<std::uint64_t> kept{7, 5};
    ASSERT_TRUE(snapshots_.prune(kept));
    EXPECT_EQ(snapshots_.list().value(), kept);
}

}  // namespace
}  // namespace bw::event_store
