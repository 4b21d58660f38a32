// The inverse against the division that it stands for.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "matching/instrument.hpp"
#include "model/rules.hpp"
#include "support/seed.hpp"

namespace bw::matching {
namespace {

using model::Price;

constexpr model::Rules newest{model::newest_rule_set, model::newest_rule_set};

void expect_division(Price tick, Price price) {
    const Price highest = newest.max_price(tick);
    const TickDivider ticks(tick, highest);
    ASSERT_EQ(ticks.admits(price), price >= Price{1} && price <= highest)
        << price.value() << " " << tick.value();
    if (!ticks.admits(price)) return;
    ASSERT_EQ(ticks(price), price.value() / tick.value()) << price.value() << " " << tick.value();
    ASSERT_EQ(ticks.divides(price), price.value() % tick.value() == 0)
        << price.value() << " " << tick.value();
}

TEST(TickDivider, divides_as_the_processor_does) {
    std::mt19937_64 random(test_support::announced_seed());
    const auto below = [&](std::int64_t end) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
    };
    for (int i = 0; i < 200'000; ++i) {
        const std::int64_t tick = 1 + below(std::int64_t{1} << (random() % 40));
        expect_division(Price{tick}, Price{1 + below(model::max_price.value())});
        const std::int64_t near = (1 + below(model::max_price.value())) / tick * tick;
        for (const std::int64_t price : {near - 1, near, near + 1})
            expect_division(Price{tick}, Price{price});
    }
}

TEST(TickDivider, divides_at_the_ends_of_its_range) {
    const std::int64_t last = model::max_price.value();
    for (const std::int64_t tick :
         {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, (std::int64_t{1} << 39) - 1,
          std::int64_t{1} << 39, (std::int64_t{1} << 39) + 1, last - 1, last})
        for (const std::int64_t price :
             {std::int64_t{0}, std::int64_t{1}, tick - 1, tick, tick + 1,
              1'999'999'999 * std::min(tick, std::int64_t{500}), last - 1, last, last + 1, -tick})
            expect_division(Price{tick}, Price{price});
}

}  // namespace
}  // namespace bw::matching
