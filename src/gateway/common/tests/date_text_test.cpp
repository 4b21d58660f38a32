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

}  // namespace
}  // namespace bw::gateway::common
