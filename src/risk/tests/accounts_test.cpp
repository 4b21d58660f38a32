// Accounts and kill switches, one behaviour at a time; then random switches beside a model that
// asks all three for each account.
#include "risk/accounts.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "support/seed.hpp"

namespace bw::risk {
namespace {

using model::AccountId;
using model::ClientOrderId;
using model::KillScope;

ClientOrderId reference(const char* text) { return *ClientOrderId::from(text); }

TEST(Accounts, ids_are_given_in_order) {
    Accounts accounts(4);
    EXPECT_EQ(accounts.open(reference("a"), 0), AccountId{1});
    EXPECT_EQ(accounts.open(reference("b"), 0), AccountId{2});
    EXPECT_EQ(accounts.reference(AccountId{2}), reference("b"));
}

TEST(Accounts, only_ids_that_were_given_are_known) {
    Accounts accounts(4);
    static_cast<void>(accounts.open(reference("a"), 0));
    EXPECT_FALSE(accounts.known(AccountId{0}));
    EXPECT_TRUE(accounts.known(AccountId{1}));
    EXPECT_FALSE(accounts.known(AccountId{2}));
}

TEST(Accounts, are_full_at_their_capacity) {
    Accounts accounts(1);
    EXPECT_FALSE(accounts.full());
    static_cast<void>(accounts.open(reference("a"), 0));
    EXPECT_TRUE(accounts.full());
}

TEST(Accounts, begin_active_and_without_limits) {
    Accounts accounts(4);
    const Account& account = accounts.of(accounts.open(reference("a"), 7));
    EXPECT_EQ(account.state, model::AccountState::active);
    EXPECT_EQ(account.max_open_orders, model::unlimited_count);
    EXPECT_EQ(account.firm, 7);
    EXPECT_FALSE(account.blocked);
}

TEST(KillSwitch, of_an_account_blocks_it_alone) {
    Accounts accounts(4);
    const AccountId first = accounts.open(reference("a"), 0);
    const AccountId second = accounts.open(reference("b"), 0);
    accounts.set_killed(KillScope::account, first.value(), true);
    EXPECT_TRUE(accounts.of(first).blocked);
    EXPECT_FALSE(accounts.of(second).blocked);
}

TEST(KillSwitch, of_a_firm_blocks_accounts_that_are_opened_later) {
    Accounts accounts(4);
    accounts.set_killed(KillScope::firm, 7, true);
    EXPECT_TRUE(accounts.of(accounts.open(reference("a"), 7)).blocked);
    EXPECT_FALSE(accounts.of(accounts.open(reference("b"), 8)).blocked);
}

TEST(KillSwitch, released_leaves_the_others_on) {
    Accounts accounts(4);
    const AccountId id = accounts.open(reference("a"), 7);
    accounts.set_killed(KillScope::firm, 7, true);
    accounts.set_killed(KillScope::market, 0, true);
    accounts.set_killed(KillScope::market, 0, false);
    EXPECT_TRUE(accounts.of(id).blocked);
    accounts.set_killed(KillScope::firm, 7, false);
    EXPECT_FALSE(accounts.of(id).blocked);
}

TEST(SelfTrade, accounts_without_a_group_may_trade_with_each_other) {
    Account a{}, b{};
    EXPECT_FALSE(same_group(a, b));
    a.self_trade_group = b.self_trade_group = 3;
    EXPECT_TRUE(same_group(a, b));
    b.self_trade_group = 4;
    EXPECT_FALSE(same_group(a, b));
}

TEST(KillSwitch, equals_the_question_asked_anew) {
    std::mt19937_64 random(test_support::announced_seed());
    Accounts accounts(200);
    std::set<std::pair<KillScope, std::uint32_t>> on;
    std::map<std::uint32_t, std::uint32_t> firm_of;
    for (int step = 0; step < 20'000; ++step) {
        if (!accounts.full() && random() % 20 == 0) {
            const auto firm = static_cast<std::uint32_t>(random() % 6);
            firm_of[accounts.open(reference("a"), firm).value()] = firm;
        }
        if (firm_of.empty()) continue;
        const auto scope = static_cast<KillScope>(random() % 3);
        std::uint32_t id = 0;
        if (scope == KillScope::account)
            id = static_cast<std::uint32_t>(1 + random() % firm_of.size());
        if (scope == KillScope::firm) id = static_cast<std::uint32_t>(1 + random() % 5);
        const bool kill = random() % 3 == 0;
        ASSERT_EQ(accounts.is_killed(scope, id), on.contains({scope, id}));
        accounts.set_killed(scope, id, kill);
        if (kill)
            on.insert({scope, id});
        else
            on.erase({scope, id});
        for (const auto& [account, firm] : firm_of) {
            const bool blocked = on.contains({KillScope::market, 0}) ||
                                 on.contains({KillScope::account, account}) ||
                                 (firm != 0 && on.contains({KillScope::firm, firm}));
            ASSERT_EQ(accounts.of(AccountId{account}).blocked, blocked) << account;
        }
    }
}

}  // namespace
}  // namespace bw::risk
