// The parts of the scheduler by themselves.
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "scheduler/limit_bands.hpp"
#include "scheduler/tests/small_venue.hpp"

namespace bw::scheduler::tests {
namespace {

constexpr std::array all_states{trading,         halted,          closed,     pre_open,
                                opening_auction, closing_auction, post_close, volatility_auction};
constexpr std::array phases{closed,  pre_open,        opening_auction,
                            trading, closing_auction, post_close};

TEST(Transitions, from_every_state_the_way_to_every_phase_is_legal_and_ends) {
    for (const InstrumentState from : all_states) {
        for (const InstrumentState phase : phases) {
            InstrumentState state = from;
            int steps = 0;
            while (const auto next = towards(phase, state)) {
                ASSERT_TRUE(is_allowed(state, *next)) << name_of(state) << " " << name_of(*next);
                ASSERT_TRUE(*next != trading || is_auction(state));
                state = *next;
                ASSERT_LT(++steps, 6) << name_of(from) << " to " << name_of(phase);
            }
            const bool stays_closed = phase == post_close && state == closed;
            EXPECT_TRUE(state == phase || stays_closed) << name_of(from) << " " << name_of(phase);
        }
    }
    for (const InstrumentState phase : phases) EXPECT_FALSE(towards(phase, delisted));
}

TEST(RandomWindows, stays_with_its_choice_and_draws_the_rest_of_a_window_that_has_begun) {
    SeededRandom random(test_seed());
    RandomWindows windows(random);
    const std::uint64_t chosen = windows.moment_in(1'000, 500, 0);
    EXPECT_GE(chosen, 1'000u);
    EXPECT_LE(chosen, 1'500u);
    EXPECT_EQ(windows.moment_in(1'000, 500, 1'400), chosen);
    for (std::uint64_t begin = 10'000; begin < 1'000'000; begin += 1'000) {
        const std::uint64_t late = windows.moment_in(begin, 500, begin + 400);
        ASSERT_GE(late, begin + 400);
        ASSERT_LE(late, begin + 500);
        ASSERT_EQ(windows.moment_in(begin + 1, 0, 0), begin + 1);
    }
    windows.forget_before(1'000'000);
    EXPECT_EQ(windows.moment_in(1'000, 500, 2'000), 1'500u);  // over
}

TEST(RandomWindows, every_moment_of_a_window_is_as_likely) {
    SeededRandom random(test_seed());
    std::array<int, 10> counts{};
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        RandomWindows windows(random);
        ++counts[windows.moment_in(1, 9, 0) - 1];
    }
    for (const int count : counts) {  // 10,000 each; the deviation is 95
        EXPECT_GT(count, 9'400);
        EXPECT_LT(count, 10'600);
    }
}

TEST(MeanPrice, agrees_with_a_list_of_all_trades) {
    std::mt19937_64 random(test_seed());
    struct Trade {
        std::uint64_t second;
        std::int64_t price;
    };
    std::vector<Trade> trades;
    MeanPrice mean;
    std::uint64_t now = 1'700'000'000 * second_ns;
    for (int i = 0; i < 20'000; ++i) {
        now += random() % (random() % 100 == 0 ? 1'000 * second_ns : second_ns);
        const auto price = static_cast<std::int64_t>(random() % 1'999'999'999) + 1;
        mean.add(now, model::Price{price});
        trades.push_back({now / second_ns, price});
        if (random() % 10 != 0) continue;
        base::int128 sum = 0;
        std::int64_t count = 0;
        for (const Trade& trade : trades) {
            if (trade.second + 300 <= now / second_ns) continue;
            sum += trade.price;
            ++count;
        }
        ASSERT_EQ(mean.at(now, 300), model::Price{static_cast<std::int64_t>(sum / count)});
    }
    EXPECT_EQ(mean.at(now + 301 * second_ns, 300), std::nullopt);
}

TEST(LimitBands, are_valid_for_every_reference_and_tick_and_hold_the_reference) {
    const calendar::LimitBandRules rules{.tiers = {{model::Price{0}, model::Ppm{750'000}},
                                                   {model::Price{7'500}, model::Ppm{200'000}},
                                                   {model::Price{30'001}, model::Ppm{50'000}}}};
    std::mt19937_64 random(test_seed());
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t tick = std::array{1, 10, 100, 500, 1'000}[random() % 5];
        const std::int64_t range = std::array<std::int64_t, 4>{
            10'000, 100'000, 1'999'999'999, model::max_price.value()}[random() % 4];
        const std::int64_t reference = std::max<std::int64_t>(
            static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(range)), tick);
        const LimitBands bands = bands_around(model::Price{reference}, model::Price{tick}, rules);
        ASSERT_GE(bands.lower.value(), tick);
        ASSERT_LT(bands.lower, bands.upper) << reference << " " << tick;
        const std::int64_t highest = reference <= 1'999'999'999
                                         ? 1'999'999'999
                                         : std::min(tick * 1'999'999'999, model::max_price.value());
        ASSERT_LE(bands.upper.value(), highest);
        ASSERT_EQ(bands.lower.value() % tick, 0);
        ASSERT_EQ(bands.upper.value() % tick, 0);
        ASSERT_LE(bands.lower.value(), reference);
        const bool fits = reference <= highest / tick * tick;
        ASSERT_TRUE(!fits || bands.upper.value() >= reference);
    }
    const LimitBands examples = bands_around(model::Price{30'000}, model::Price{100}, rules);
    EXPECT_EQ(examples, (LimitBands{model::Price{24'000}, model::Price{36'000}}));
    EXPECT_EQ(bands_around(model::Price{1'000'000}, model::Price{100}, rules),
              (LimitBands{model::Price{950'000}, model::Price{1'050'000}}));
}

}  // namespace
}  // namespace bw::scheduler::tests
