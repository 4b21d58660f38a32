// Every fault that can be planted in the engine breaks at least one story: what the rules say is
// told, and told so that it can fail. Each fault runs in a process of its own, so an assertion ends
// nothing else.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/story_files.hpp"
#include "conformance/story_runner.hpp"
#include "planted_faults/faults.hpp"

namespace bw::conformance {
namespace {

using planted_faults::Fault;

/// Plays the stories until one does not come true: a difference, or the engine stops itself.
bool breaks_a_story(Fault fault) {
    const pid_t child = fork();
    if (child == 0) {
        planted_faults::active = fault;
        for (const auto& story : story_files())
            if (!StoryRunner().play(text_of(story)).empty()) _exit(1);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

class StoriesWithFault : public testing::TestWithParam<Fault> {};

TEST_P(StoriesWithFault, do_not_all_come_true) { EXPECT_TRUE(breaks_a_story(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Engine, StoriesWithFault, testing::ValuesIn(planted_faults::engine_faults),
                         [](const auto& fault) { return name_of(fault.param); });

TEST(StoriesWithoutFault, come_true) { EXPECT_FALSE(breaks_a_story(Fault::none)); }

}  // namespace
}  // namespace bw::conformance
