// Which order has which id, in a ring over the newest ids; then random lives of orders beside a
// std::map without a ring.
#include "order_manager/order_directory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "support/seed.hpp"

namespace bw::order_manager {
namespace {

using model::AccountId;
using model::OrderId;

constexpr std::uint32_t ring = 8;
constexpr AccountId owner{5};

TEST(OrderDirectory, ids_rise_from_one) {
    OrderDirectory directory(ring);
    EXPECT_EQ(directory.next(owner), OrderId{1});
    EXPECT_EQ(directory.next(owner), OrderId{2});
    EXPECT_EQ(directory.last(), OrderId{2});
}

TEST(OrderDirectory, an_id_is_closed_until_it_is_opened) {
    OrderDirectory directory(ring);
    const OrderId id = directory.next(owner);
    EXPECT_EQ(directory.find(id).slot, OrderDirectory::closed);
    EXPECT_EQ(directory.find(id).account, owner.value());
    directory.open(id, 42);
    EXPECT_EQ(directory.find(id).slot, 42u);
}

TEST(OrderDirectory, a_closed_order_keeps_its_owner) {
    OrderDirectory directory(ring);
    const OrderId id = directory.next(owner);
    directory.open(id, 42);
    directory.close(id);
    EXPECT_EQ(directory.find(id).slot, OrderDirectory::closed);
    EXPECT_EQ(directory.find(id).account, owner.value());
}

TEST(OrderDirectory, ids_never_given_have_no_owner) {
    OrderDirectory directory(ring);
    EXPECT_EQ(directory.find(OrderId{0}).account, 0u);
    EXPECT_EQ(directory.find(OrderId{1}).account, 0u);
}

TEST(OrderDirectory, forgets_a_closed_order_that_is_older_than_the_ring) {
    OrderDirectory directory(ring);
    const OrderId old = directory.next(owner);
    for (std::uint32_t i = 0; i < ring; ++i) static_cast<void>(directory.next(owner));
    EXPECT_EQ(directory.find(old).account, 0u);
}

TEST(OrderDirectory, an_open_order_keeps_its_place_when_the_ring_comes_round) {
    OrderDirectory directory(ring);
    const OrderId old = directory.next(owner);
    directory.open(old, 42);
    for (std::uint32_t i = 0; i < ring; ++i)
        EXPECT_NE(directory.next(AccountId{6}).value() % ring, old.value() % ring);
    EXPECT_EQ(directory.find(old).slot, 42u);
    EXPECT_EQ(directory.last(), OrderId{ring + 2}) << "one id was passed over";
}

TEST(OrderDirectory, equals_a_map_of_all_orders) {
    std::mt19937_64 random(test_support::announced_seed());
    constexpr std::uint32_t capacity = 64;
    constexpr std::uint64_t open_max = 20;
    struct Known {
        std::uint32_t account;
        bool open;
    };
    OrderDirectory directory(capacity);
    std::map<std::uint64_t, Known> model;
    std::map<std::uint64_t, std::uint32_t> open;  // id to slot, which is the id itself
    for (int step = 0; step < 100'000; ++step) {
        if (open.size() < open_max && random() % 2 == 0) {
            const auto account = static_cast<std::uint32_t>(1 + random() % 9);
            const OrderId id = directory.next(AccountId{account});
            ASSERT_TRUE(model.empty() || id.value() > model.rbegin()->first);
            const bool rests = random() % 4 != 0;
            model[id.value()] = {account, rests};
            if (!rests) continue;
            open[id.value()] = static_cast<std::uint32_t>(id.value());
            directory.open(id, open[id.value()]);
        } else if (!open.empty()) {
            const auto at = std::next(open.begin(), static_cast<long>(random() % open.size()));
            directory.close(OrderId{at->first});
            model[at->first].open = false;
            open.erase(at);
        }
        for (const auto& [id, slot] : open)
            ASSERT_EQ(directory.find(OrderId{id}).slot, slot) << "id " << id;
        for (const auto& [id, known] : model) {
            if (known.open || directory.last().value() - id >= capacity) continue;
            const auto entry = directory.find(OrderId{id});
            ASSERT_EQ(entry.slot, OrderDirectory::closed) << "id " << id;
            ASSERT_EQ(entry.account, known.account) << "id " << id;
        }
        while (model.size() > 2 * capacity && !model.begin()->second.open)
            model.erase(model.begin());
    }
}

}  // namespace
}  // namespace bw::order_manager
