#include "gateway/common/date_text.hpp"

#include <gtest/gtest.h>

namespace bw::gateway::common {
namespace {

TEST(DateText, days_of_the_calendar_are_read_as_they_are_written) {
    for (const std::uint32_t date : {19000101u, 20240229u, 20261231u, 99991231u})
        EXPECT_EQ(parse_date(format_date(date)), date);
    EXPECT_EQ(format_date(20260203), "2026-02-03");
    for (const char* text :
         {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-01", "20260101",
          "2026/01/01", "2026-01-01 ", "-026-01-01", "2026-01-0a", "2026-01-01T00:00:00Z"})
        EXPECT_FALSE(parse_date(text)) << text;
}

TEST(DateText, a_day_begins_where_it_begins_first_and_is_followed_by_a_business_day) {
    constexpr std::uint64_t hour_ns = 3'600'000'000'000;
    constexpr std::uint64_t friday_ns = 1'767'312'000'000'000'000;  // 2026-01-02T00:00:00Z
    BusinessDays days = business_days_at(friday_ns);
    EXPECT_EQ(days.today, 20260102u);
    EXPECT_EQ(days.next, 20260105u);
    days = business_days_at(friday_ns + 10 * hour_ns);
    EXPECT_EQ(days.today, 20260103u);
    EXPECT_EQ(days.next, 20260105u);
    days = business_days_at(friday_ns + 58 * hour_ns);
    EXPECT_EQ(days.today, 20260105u);
    EXPECT_EQ(days.next, 20260106u);
}

}  // namespace
}  // namespace bw::gateway::common
