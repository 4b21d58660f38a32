// Every tests/conformance/<subject>/*.txt is a test: the story is played to the engine, and each
// answer must be the story's.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "conformance/story_files.hpp"
#include "conformance/story_runner.hpp"

namespace bw::conformance {
namespace {

using Path = std::filesystem::path;

class Story : public testing::TestWithParam<Path> {};

TEST_P(Story, comes_true) { EXPECT_EQ(StoryRunner().play(text_of(GetParam())), "") << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Conformance, Story, testing::ValuesIn(story_files()),
                         [](const auto& story) { return story.param.stem().string(); });

TEST(StoryFiles, have_names_of_their_own) {
    std::set<std::string> names;
    for (const Path& story : story_files())
        EXPECT_TRUE(names.insert(story.stem().string()).second) << story << " exists twice";
}

TEST(StoryFiles, lie_in_the_folder_of_their_subject) {
    for (const Path& story : story_files()) {
        const Path place = story.lexically_relative(BW_STORIES);
        EXPECT_EQ(std::ranges::distance(place), 2) << place << ": expected <subject>/<name>.txt";
    }
}

/// A file of another kind in a subject's folder would be a story that nobody plays.
TEST(StoryFiles, are_all_that_the_folders_of_the_subjects_hold) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(BW_STORIES))
        if (entry.is_regular_file() && entry.path().parent_path() != Path(BW_STORIES)) {
            EXPECT_EQ(entry.path().extension(), ".txt") << entry.path() << " is not played";
            ++files;
        }
    EXPECT_EQ(files, story_files().size());
}

TEST(StoryFiles, are_each_a_test) {
    const testing::UnitTest& program = *testing::UnitTest::GetInstance();
    int played = 0;
    for (int i = 0; i < program.total_test_suite_count(); ++i)
        if (program.GetTestSuite(i)->name() == std::string("Conformance/Story"))
            played = program.GetTestSuite(i)->total_test_count();
    EXPECT_EQ(static_cast<std::size_t>(played), story_files().size());
}

constexpr std::string_view opening =
    "instrument ACME tick 0.01 reference 100 currency USD\naccount seller\n"
    "deposit seller 10 ACME\n";

TEST(StoryRunner, notices_an_answer_that_is_not_given) {
    const auto problem = StoryRunner().play(
        std::string(opening) + "seller: sell 5 ACME @ 100 id s1\n> rejected bad_price\n");
    EXPECT_NE(problem.find("accepted s1"), std::string::npos) << problem;
}

TEST(StoryRunner, notices_an_answer_that_is_left_out) {
    EXPECT_NE(StoryRunner().play(std::string(opening) + "seller: sell 5 ACME @ 100 id s1\n"), "");
}

TEST(StoryRunner, notices_a_setup_that_is_refused) {
    EXPECT_NE(StoryRunner().play(std::string(opening) + "withdraw seller 11 ACME\n"), "");
}

TEST(StoryRunner, notices_a_line_it_cannot_read) {
    EXPECT_NE(StoryRunner().play(std::string(opening) +
                                 "seller: sell ten ACME @ 100\n> rejected bad_price\n"),
              "");
}

}  // namespace
}  // namespace bw::conformance
