// Cash and positions as the wallet keeps them; then random accounts and instruments beside a
// std::map.
#include "wallet/wallet.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "support/seed.hpp"

namespace bw::wallet {
namespace {

using model::Money;
using model::Quantity;

TEST(Wallet, every_account_begins_with_nothing) {
    Wallet wallet(4, 16);
    EXPECT_EQ(wallet.cash(3, 0).total, Money{0});
    EXPECT_EQ(wallet.positions(), 0u);
    EXPECT_EQ(wallet.find_position(3, 7), no_position);
}

TEST(Wallet, what_is_held_is_not_available) {
    const Cash cash{.total = Money{100}, .held = Money{30}};
    EXPECT_EQ(cash.available(), Money{70});
}

TEST(Wallet, currencies_of_an_account_are_apart) {
    Wallet wallet(4, 16);
    wallet.cash(1, 0).total = Money{5};
    EXPECT_EQ(wallet.cash(1, 1).total, Money{0});
    EXPECT_EQ(wallet.cash(2, 0).total, Money{0});
}

TEST(Wallet, a_position_knows_whose_it_is) {
    Wallet wallet(4, 16);
    const PositionIndex position = wallet.open_position(2, 7);
    EXPECT_EQ(wallet.find_position(2, 7), position);
    EXPECT_EQ(wallet.account_of(position), 2u);
    EXPECT_EQ(wallet.instrument_of(position), 7u);
}

TEST(Wallet, is_full_at_its_capacity) {
    Wallet wallet(4, 2);
    static_cast<void>(wallet.open_position(0, 0));
    EXPECT_FALSE(wallet.positions_full());
    static_cast<void>(wallet.open_position(0, 1));
    EXPECT_TRUE(wallet.positions_full());
}

TEST(Holds, cover_the_value_and_the_fee) {
    EXPECT_EQ(hold_for(Money{1'000'000}, model::FeeRate{2'000}), Money{1'002'000});
}

TEST(Holds, that_do_not_fit_into_money_are_none) {
    EXPECT_EQ(hold_for(model::unlimited_money, model::FeeRate{1'000}), std::nullopt);
}

TEST(Wallet, equals_a_map) {
    std::mt19937_64 random(test_support::announced_seed());
    constexpr std::uint32_t capacity = 2'000;
    Wallet wallet(50, capacity);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> model;
    for (int step = 0; step < 100'000; ++step) {
        const auto account = static_cast<std::uint32_t>(random() % 50);
        const auto instrument = static_cast<std::uint32_t>(random() % 60);
        const auto known = model.find({account, instrument});
        PositionIndex position = wallet.find_position(account, instrument);
        ASSERT_EQ(position != no_position, known != model.end());
        if (position == no_position) {
            if (wallet.positions_full()) continue;
            position = wallet.open_position(account, instrument);
        }
        const std::uint64_t more = random() % 100;
        wallet.position(position).total += Quantity{more};
        const std::uint64_t total = model[{account, instrument}] += more;
        ASSERT_EQ(wallet.position(position).total.value(), total);
        ASSERT_EQ(wallet.positions(), model.size());
    }
    EXPECT_TRUE(wallet.positions_full());
}

}  // namespace
}  // namespace bw::wallet
