// Every tests/conformance/*.txt is a test: the story is played to the engine, and each answer must
// be the story's.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "conformance/story_runner.hpp"

namespace bw::conformance {
namespace {

std::vector<std::string> stories() {
    std::vector<std::string> out;
    for (const auto& entry :
         std::filesystem::directory_iterator(BW_SOURCE_DIR "/tests/conformance"))
        if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt")
            out.push_back(entry.path().stem().string());
    std::ranges::sort(out);
    return out;
}

class Story : public testing::TestWithParam<std::string> {};

TEST_P(Story, comes_true) {
    const std::string file = BW_SOURCE_DIR "/tests/conformance/" + GetParam() + ".txt";
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(StoryRunner().play(text), "") << file;
}

INSTANTIATE_TEST_SUITE_P(Conformance, Story, testing::ValuesIn(stories()),
                         [](const auto& story) { return story.param; });

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
