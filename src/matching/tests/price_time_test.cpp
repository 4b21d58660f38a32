// Random plain orders beside a dumb book: a vector of all resting orders, searched from end to end
// for the best and oldest.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "matching/tests/small_market.hpp"
#include "support/seed.hpp"

namespace bw::matching {
namespace {

using model::Side;
using model::TimeInForce;

class DumbBook {
 public:
    struct Resting {
        std::uint64_t id;
        Side side;
        std::int64_t price;
        std::uint64_t quantity;
    };

    [[nodiscard]] std::vector<SeenTrade> enter(Resting incoming, TimeInForce time_in_force) {
        std::vector<SeenTrade> trades;
        if (time_in_force == TimeInForce::fok && tradable(incoming) < incoming.quantity) return {};
        while (incoming.quantity > 0) {
            const auto best = find_best(incoming);
            if (best == orders_.end()) break;
            const std::uint64_t quantity = std::min(best->quantity, incoming.quantity);
            trades.push_back({best->id, incoming.id, best->price, quantity});
            incoming.quantity -= quantity;
            best->quantity -= quantity;
            if (best->quantity == 0) orders_.erase(best);
        }
        if (incoming.quantity > 0 && time_in_force == TimeInForce::day) orders_.push_back(incoming);
        return trades;
    }
    void cancel(std::uint64_t id) {
        std::erase_if(orders_, [&](const Resting& order) { return order.id == id; });
    }
    void reduce(std::uint64_t id, std::uint64_t quantity) {
        for (Resting& order : orders_)
            if (order.id == id) order.quantity -= quantity;
    }
    [[nodiscard]] std::vector<std::uint64_t> priority(Side side) const {
        std::vector<Resting> sorted;
        for (const Resting& order : orders_)
            if (order.side == side) sorted.push_back(order);
        std::ranges::stable_sort(sorted, [&](const Resting& a, const Resting& b) {
            return side == Side::buy ? a.price > b.price : a.price < b.price;
        });
        std::vector<std::uint64_t> ids;
        for (const Resting& order : sorted) ids.push_back(order.id);
        return ids;
    }
    [[nodiscard]] const std::vector<Resting>& orders() const { return orders_; }

 private:
    [[nodiscard]] static bool meets(const Resting& incoming, const Resting& resting) {
        if (incoming.side == resting.side) return false;
        return incoming.side == Side::buy ? incoming.price >= resting.price
                                          : incoming.price <= resting.price;
    }
    [[nodiscard]] std::uint64_t tradable(const Resting& incoming) const {
        std::uint64_t sum = 0;
        for (const Resting& order : orders_)
            if (meets(incoming, order)) sum += order.quantity;
        return sum;
    }
    [[nodiscard]] std::vector<Resting>::iterator find_best(const Resting& incoming) {
        auto best = orders_.end();
        for (auto at = orders_.begin(); at != orders_.end(); ++at) {
            if (!meets(incoming, *at)) continue;
            const bool better =
                best == orders_.end() ||
                (incoming.side == Side::buy ? at->price < best->price : at->price > best->price);
            if (better) best = at;
        }
        return best;
    }

    std::vector<Resting> orders_;  // oldest first
};

TEST(Matching, equals_a_dumb_book) {
    std::mt19937_64 random(test_support::announced_seed());
    SmallMarket market;
    DumbBook dumb;
    for (int step = 0; step < 30'000; ++step) {
        const auto any = [&]() -> const DumbBook::Resting& {
            return dumb.orders()[random() % dumb.orders().size()];
        };
        const auto choice = random() % 10;
        if (!dumb.orders().empty() && choice < 3) {
            const std::uint64_t id = any().id;
            market.cancel(id);
            dumb.cancel(id);
        } else if (!dumb.orders().empty() && choice < 4) {
            const DumbBook::Resting order = any();
            if (order.quantity < 2) continue;
            const std::uint64_t quantity = 1 + random() % (order.quantity - 1);
            market.reduce(order.id, quantity);
            dumb.reduce(order.id, quantity);
        } else if (dumb.orders().size() < 300) {
            const Side side = random() % 2 == 0 ? Side::buy : Side::sell;
            const auto price = static_cast<std::int64_t>(90 + random() % 21);
            const std::uint64_t quantity = 1 + random() % 30;
            const TimeInForce times[] = {TimeInForce::day, TimeInForce::day, TimeInForce::day,
                                         TimeInForce::ioc, TimeInForce::fok};
            const TimeInForce time_in_force = times[random() % 5];
            const auto id = market.enter({.account = static_cast<std::uint32_t>(random() % 4),
                                          .side = side,
                                          .price = price,
                                          .quantity = quantity,
                                          .time_in_force = time_in_force});
            ASSERT_EQ(market.trades(), dumb.enter({id, side, price, quantity}, time_in_force));
        }
        ASSERT_EQ(market.resting(Side::buy), dumb.priority(Side::buy));
        ASSERT_EQ(market.resting(Side::sell), dumb.priority(Side::sell));
        for (const DumbBook::Resting& order : dumb.orders())
            ASSERT_EQ(market.remaining(order.id), order.quantity) << order.id;
        if (step % 100 == 0) market.verify();
    }
}

}  // namespace
}  // namespace bw::matching
