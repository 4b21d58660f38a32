// What was first answered to a client's own id is found again; then random ids beside a std::map.
#include "order_manager/client_ids.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "support/seed.hpp"

namespace bw::order_manager {
namespace {

using Text = model::ClientOrderId;
using model::AccountId;

Text text(std::string_view characters) { return *Text::from(characters); }

FirstResult* find(ClientIds& ids, AccountId account, const Text& name) {
    return ids.find(ClientIds::hash_of(account, name), account, name);
}
FirstResult& remember(ClientIds& ids, AccountId account, const Text& name) {
    return ids.remember(ClientIds::hash_of(account, name), account, name);
}

TEST(ClientIds, an_id_is_unknown_until_it_is_remembered) {
    ClientIds ids(16);
    EXPECT_EQ(find(ids, AccountId{1}, text("a")), nullptr);
    remember(ids, AccountId{1}, text("a")).id = 41;
    ASSERT_NE(find(ids, AccountId{1}, text("a")), nullptr);
    EXPECT_EQ(find(ids, AccountId{1}, text("a"))->id, 41u);
}

TEST(ClientIds, two_accounts_may_use_the_same_id) {
    ClientIds ids(16);
    remember(ids, AccountId{1}, text("a")).id = 1;
    EXPECT_EQ(find(ids, AccountId{2}, text("a")), nullptr);
}

TEST(ClientIds, the_reason_of_a_refusal_is_remembered_too) {
    ClientIds ids(16);
    remember(ids, AccountId{1}, text("a")).reason = model::RejectReason::bad_price;
    EXPECT_EQ(find(ids, AccountId{1}, text("a"))->reason, model::RejectReason::bad_price);
}

TEST(ClientIds, are_full_at_their_capacity) {
    ClientIds ids(4);
    for (const char* name : {"a", "b", "c", "d"}) {
        EXPECT_FALSE(ids.full());
        remember(ids, AccountId{1}, text(name));
    }
    EXPECT_TRUE(ids.full());
}

TEST(ClientIds, forget_all_when_cleared) {
    ClientIds ids(16);
    remember(ids, AccountId{1}, text("a"));
    ids.clear();
    EXPECT_EQ(find(ids, AccountId{1}, text("a")), nullptr);
    EXPECT_EQ(ids.size(), 0u);
}

TEST(ClientIds, keep_only_what_the_caller_wants) {
    ClientIds ids(16);
    remember(ids, AccountId{1}, text("odd")).id = 1;
    remember(ids, AccountId{1}, text("even")).id = 2;
    ids.keep_only([](const FirstResult& first) { return first.id % 2 == 0; });
    EXPECT_EQ(find(ids, AccountId{1}, text("odd")), nullptr);
    ASSERT_NE(find(ids, AccountId{1}, text("even")), nullptr);
}

TEST(ClientIds, are_well_formed_of_letters_digits_and_three_signs) {
    EXPECT_TRUE(well_formed(text("Aa9_.-")));
    EXPECT_TRUE(well_formed(text(std::string(Text::capacity, 'x'))));
    EXPECT_FALSE(well_formed(Text{}));
    EXPECT_FALSE(well_formed(text("a b")));
    EXPECT_FALSE(well_formed(text("ä")));
}

TEST(ClientIds, with_something_behind_their_end_are_not_well_formed) {
    Text name = text("ab");
    name.chars[5] = 'c';
    EXPECT_FALSE(well_formed(name));
}

TEST(ClientIds, equal_a_map) {
    std::mt19937_64 random(test_support::announced_seed());
    constexpr std::uint32_t capacity = 3000;
    ClientIds ids(capacity);
    std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> model;
    for (std::uint64_t step = 1; step <= 200'000; ++step) {
        const AccountId account{static_cast<std::uint32_t>(1 + random() % 20)};
        const std::string name = "n" + std::to_string(random() % 500);
        const auto known = model.find({account.value(), name});
        const FirstResult* found = find(ids, account, text(name));
        ASSERT_EQ(found != nullptr, known != model.end()) << name;
        if (found != nullptr)
            ASSERT_EQ(found->id, known->second);
        else if (!ids.full())
            remember(ids, account, text(name)).id = model[{account.value(), name}] = step;
        if (random() % 5000 == 0) {
            const std::uint64_t oldest = step - random() % 4000;
            ids.keep_only([&](const FirstResult& first) { return first.id > oldest; });
            std::erase_if(model, [&](const auto& entry) { return entry.second <= oldest; });
        }
        ASSERT_EQ(ids.size(), model.size());
        ASSERT_EQ(ids.full(), model.size() == capacity);
    }
}

}  // namespace
}  // namespace bw::order_manager
