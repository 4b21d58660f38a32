// An event's spread ends when its last client has it or a later one.
#include "bench/delivery_spread.hpp"

#include <gtest/gtest.h>

namespace bw::bench {
namespace {

TEST(DeliverySpread, lasts_from_the_first_client_to_the_last) {
    DeliverySpread spread(3);
    spread.arrived(0, 7, 100);
    spread.arrived(2, 7, 110);
    EXPECT_EQ(spread.spread_ns().count(), 0u);
    spread.arrived(1, 7, 130);
    EXPECT_EQ(spread.spread_ns().count(), 1u);
    EXPECT_EQ(spread.spread_ns().max(), 30u);
}

TEST(DeliverySpread, counts_a_client_that_gets_a_later_event_instead) {
    DeliverySpread spread(2);
    spread.arrived(0, 7, 100);
    spread.arrived(0, 8, 105);
    spread.arrived(1, 9, 120);  // contains 7 and 8
    EXPECT_EQ(spread.spread_ns().count(), 2u);
    EXPECT_EQ(spread.spread_ns().max(), 20u);
    spread.arrived(0, 9, 121);
    EXPECT_EQ(spread.spread_ns().count(), 3u);
}

TEST(DeliverySpread, does_not_measure_an_event_that_came_inside_a_later_one_first) {
    DeliverySpread spread(2);
    spread.arrived(0, 9, 100);
    spread.arrived(1, 8, 110);
    EXPECT_EQ(spread.spread_ns().count(), 0u);
    spread.arrived(1, 9, 111);
    EXPECT_EQ(spread.spread_ns().count(), 1u);
    EXPECT_EQ(spread.spread_ns().max(), 11u);
}

TEST(DeliverySpread, forgets_events_under_way_at_a_restart) {
    DeliverySpread spread(2);
    spread.arrived(0, 7, 100);
    spread.restart();
    spread.arrived(1, 7, 200);
    EXPECT_EQ(spread.spread_ns().count(), 0u);
    spread.arrived(1, 8, 300);
    spread.arrived(0, 8, 301);
    EXPECT_EQ(spread.spread_ns().max(), 1u);
}

}  // namespace
}  // namespace bw::bench
