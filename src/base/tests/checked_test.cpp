#include "base/checked.hpp"

#include <gtest/gtest.h>

namespace bw::base {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

TEST(Checked, says_when_a_sum_does_not_fit) {
    EXPECT_EQ(checked_add<std::int64_t>(largest - 1, 1), largest);
    EXPECT_EQ(checked_add<std::int64_t>(largest, 1), std::nullopt);
    EXPECT_EQ(checked_add<std::uint64_t>(~0ull, 1), std::nullopt);
    EXPECT_EQ(checked_subtract<std::int64_t>(smallest + 1, 1), smallest);
    EXPECT_EQ(checked_subtract<std::int64_t>(smallest, 1), std::nullopt);
    EXPECT_EQ(checked_subtract<std::uint64_t>(0, 1), std::nullopt);
}

TEST(Checked, narrows_only_what_fits) {
    EXPECT_EQ(narrow_to_int64(largest), largest);
    EXPECT_EQ(narrow_to_int64(smallest), smallest);
    EXPECT_EQ(narrow_to_int64(static_cast<int128>(largest) + 1), std::nullopt);
    EXPECT_EQ(narrow_to_int64(static_cast<int128>(smallest) - 1), std::nullopt);
}

}  // namespace
}  // namespace bw::base
