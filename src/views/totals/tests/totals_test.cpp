#include "views/totals/totals.hpp"

#include <gtest/gtest.h>

#include "views/balances/tests/world.hpp"
#include "views/projection/tests/saved_bytes.hpp"

namespace bw::views::testing {
namespace {

TEST(Totals, count_accounts_once_whatever_becomes_of_them) {
    Venue venue;
    EXPECT_EQ(venue.totals.counts().accounts, accounts);
    codec::AccountUpdated updated{};
    updated.account = model::AccountId{2};
    updated.state = model::AccountState::suspended;
    venue.writer.write(updated);
    EXPECT_EQ(venue.totals.counts().accounts, accounts);
}

TEST(Totals, count_orders_that_are_open_and_all_ids) {
    Venue venue;
    venue.writer.write(venue.order(3, model::Side::buy, 90, 10));
    EXPECT_EQ(venue.totals.counts().open_orders, 1u);
    venue.trade(3);  // enters orders 1 and 2, and both are filled
    EXPECT_EQ(venue.totals.counts().orders, 3u);
    EXPECT_EQ(venue.totals.counts().open_orders, 1u);
    EXPECT_EQ(venue.totals.counts().trades, 1u);
}

TEST(Totals, a_refused_order_has_an_id_and_is_not_open) {
    Venue venue;
    codec::CommandRejected refused{};
    refused.command_template = codec::NewOrder::template_id;
    refused.order_id = model::OrderId{9};
    venue.writer.write(refused);
    EXPECT_EQ(venue.totals.counts().orders, 9u);
    EXPECT_EQ(venue.totals.counts().open_orders, 0u);
}

TEST(Totals, are_the_same_after_a_load) {
    Venue venue;
    venue.trade(3);
    Totals loaded(venue.reference);
    ASSERT_TRUE(load_bytes(loaded, bytes_of(venue.totals)));
    EXPECT_EQ(loaded.counts(), venue.totals.counts());
    EXPECT_EQ(loaded.fees_collected(), venue.totals.fees_collected());
}

TEST(Totals, are_as_new_after_malformed_bytes) {
    Venue venue;
    auto bytes = bytes_of(venue.totals);
    bytes.pop_back();
    EXPECT_FALSE(load_bytes(venue.totals, bytes));
    EXPECT_EQ(venue.totals.counts(), Counts{});
}

}  // namespace
}  // namespace bw::views::testing
