// The limits as questions, one behaviour at a time; then random orders beside the same rules
// written in wide integers, without shortcuts.
#include "risk/limits.hpp"

#include <gtest/gtest.h>

#include <random>

#include "support/seed.hpp"

namespace bw::risk {
namespace {

using model::Money;
using model::Price;
using model::Quantity;
using model::RejectReason;
using model::Side;

TEST(OrderLimits, admit_the_largest_and_refuse_one_more) {
    const OrderLimits limits{Quantity{10}, model::unlimited_money};
    EXPECT_EQ(check_order(limits, {}, Quantity{10}, Money{1}), RejectReason::none);
    EXPECT_EQ(check_order(limits, {}, Quantity{11}, Money{1}), RejectReason::order_quantity_limit);
}

TEST(OrderLimits, the_stricter_of_instrument_and_account_counts) {
    const OrderLimits strict{model::unlimited_quantity, Money{99}};
    EXPECT_EQ(check_order({}, strict, Quantity{1}, Money{100}), RejectReason::order_value_limit);
    EXPECT_EQ(check_order(strict, {}, Quantity{1}, Money{100}), RejectReason::order_value_limit);
}

TEST(OrderLimits, quantity_is_asked_before_value) {
    const OrderLimits strict{Quantity{1}, Money{1}};
    EXPECT_EQ(check_order(strict, {}, Quantity{2}, Money{2}), RejectReason::order_quantity_limit);
}

TEST(DailyLimits, count_what_traded_and_what_is_open) {
    const DailyLimits limits{Quantity{100}, model::unlimited_money};
    const DailyUse use{Quantity{40}, Quantity{50}, 0, 0};
    EXPECT_EQ(check_daily(limits, use, Quantity{10}, Money{0}), RejectReason::none);
    EXPECT_EQ(check_daily(limits, use, Quantity{11}, Money{0}), RejectReason::daily_quantity_limit);
}

TEST(DailyLimits, count_values_beyond_what_money_can_say) {
    const DailyLimits limits{model::unlimited_quantity, Money{1'000}};
    const DailyUse use{{}, {}, static_cast<base::int128>(1) << 90, 0};
    EXPECT_EQ(check_daily(limits, use, Quantity{1}, Money{1}), RejectReason::daily_value_limit);
}

TEST(DailyLimits, quantities_do_not_overflow) {
    const DailyLimits limits{Quantity{100}, model::unlimited_money};
    const DailyUse use{model::unlimited_quantity, Quantity{1}, 0, 0};
    EXPECT_EQ(check_daily(limits, use, Quantity{1}, Money{0}), RejectReason::daily_quantity_limit);
}

TEST(Collar, without_a_rate_admits_everything) {
    const Collar collar(Price{100}, model::Ppm{0});
    EXPECT_FALSE(collar.on());
    EXPECT_TRUE(collar.admits(Price{1}));
    EXPECT_TRUE(collar.admits(model::max_price));
}

TEST(Collar, admits_its_edges_and_nothing_beyond) {
    const Collar collar(Price{1'000}, model::Ppm{100'000});
    EXPECT_TRUE(collar.admits(Price{900}));
    EXPECT_TRUE(collar.admits(Price{1'100}));
    EXPECT_FALSE(collar.admits(Price{899}));
    EXPECT_FALSE(collar.admits(Price{1'101}));
}

TEST(Collar, the_edge_of_a_buy_is_above_and_of_a_sell_below) {
    const Collar collar(Price{1'000}, model::Ppm{100'000});
    EXPECT_EQ(collar.edge(Side::buy, model::max_price), Price{1'100});
    EXPECT_EQ(collar.edge(Side::sell, model::max_price), Price{900});
}

TEST(Collar, the_edge_is_a_price) {
    const Collar collar(model::max_price, model::Ppm{model::ppm_unit});
    EXPECT_EQ(collar.edge(Side::buy, model::max_price), model::max_price);
    EXPECT_EQ(collar.edge(Side::sell, model::max_price), Price{0});
}

TEST(Limits, equal_the_rules_in_wide_integers) {
    std::mt19937_64 random(test_support::announced_seed());
    const auto few = [&] { return random() % 20; };
    const auto quantity = [&] {
        return random() % 8 == 0 ? model::unlimited_quantity : Quantity{few()};
    };
    const auto money = [&] {
        return random() % 8 == 0 ? model::unlimited_money : Money{static_cast<std::int64_t>(few())};
    };
    for (int i = 0; i < 200'000; ++i) {
        const OrderLimits instrument{quantity(), money()}, account{quantity(), money()};
        const DailyLimits daily{quantity(), money()};
        const DailyUse use{Quantity{few()}, Quantity{few()}, static_cast<base::int128>(few()),
                           static_cast<base::int128>(few())};
        const Quantity size{few()};
        const Money value{static_cast<std::int64_t>(few())};

        RejectReason expected = RejectReason::none;
        if (value > std::min(instrument.max_value, account.max_value))
            expected = RejectReason::order_value_limit;
        if (size > std::min(instrument.max_quantity, account.max_quantity))
            expected = RejectReason::order_quantity_limit;
        ASSERT_EQ(check_order(instrument, account, size, value), expected);

        expected = RejectReason::none;
        if (daily.max_value != model::unlimited_money &&
            use.traded_value + use.open_value + value.value() > daily.max_value.value())
            expected = RejectReason::daily_value_limit;
        if (daily.max_quantity != model::unlimited_quantity &&
            use.traded_quantity.value() + use.open_quantity.value() + size.value() >
                daily.max_quantity.value())
            expected = RejectReason::daily_quantity_limit;
        ASSERT_EQ(check_daily(daily, use, size, value), expected);
    }
}

}  // namespace
}  // namespace bw::risk
