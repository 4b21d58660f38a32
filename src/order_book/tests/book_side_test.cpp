// BookSide beside a map of queues: the same random adds, cancels, reductions and executions on
// both, at prices close together, far apart and at the very ends.
#include "order_book/book_side.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace bw::order_book {
namespace {

constexpr std::uint32_t order_capacity = 4096;
constexpr Tick last_tick = (Tick{1} << tick_bits) - 1;

struct Resting {
    OrderSlot slot;
    Tick tick;
};

template <model::Side side>
class Beside {
 public:
    explicit Beside(std::uint64_t seed) : random_(seed) {}

    void step() {
        const auto choice = random_() % 10;
        if (resting_.size() < 50 || (choice < 5 && !orders_.full() && levels_.has_room()))
            add(any_tick(), 1 + random_() % 100);
        else if (choice < 8)
            remove(random_() % resting_.size());
        else if (choice < 9)
            reduce(random_() % resting_.size());
        else
            execute_best();
    }
    void empty_it() {
        while (!resting_.empty()) remove(random_() % resting_.size());
    }

    /// The whole side, level by level and order by order.
    void compare() const {
        ASSERT_EQ(book_.empty(), model_.empty());
        ASSERT_EQ(book_.best(), model_.empty() ? no_tick : best()->first);
        auto handle = book_.best_level();
        for_each_level([&](Tick tick, const std::list<OrderSlot>& queue) {
            ASSERT_NE(handle, LevelTree::none);
            ASSERT_EQ(levels_.tick_of(handle), tick);
            compare_level(levels_.level(handle), queue);
            handle = book_.worse(levels_, handle);
        });
        ASSERT_EQ(handle, LevelTree::none);
        ASSERT_EQ(orders_.in_use(), resting_.size());
    }
    void compare_meeting(Tick limit) const {
        const bool meets = !model_.empty() && (side == model::Side::buy ? best()->first >= limit
                                                                        : best()->first <= limit);
        ASSERT_EQ(book_.meets(limit), meets) << limit;
    }
    [[nodiscard]] Tick any_tick() {
        switch (random_() % 8) {
            case 0: return static_cast<Tick>(random_() % (last_tick + std::uint64_t{1}));
            case 1: return random_() % 2 == 0 ? random_() % 3 : last_tick - random_() % 3;
            case 2: return static_cast<Tick>(1'000'000 + (random_() % 64) * 32'768);
            default: return static_cast<Tick>(1'000'000 + random_() % 300);
        }
    }
    [[nodiscard]] const LevelPool& levels() const { return levels_; }

 private:
    void add(Tick tick, std::uint64_t quantity) {
        const OrderSlot slot = orders_.take();
        orders_[slot].remaining = model::Quantity{quantity};
        book_.add(levels_, orders_, tick, slot);
        model_[tick].push_back(slot);
        resting_.push_back({slot, tick});
    }
    void remove(std::size_t index) {
        const Resting gone = resting_[index];
        book_.remove(levels_, orders_, gone.slot);
        forget(gone, index);
    }
    void reduce(std::size_t index) {
        const OrderSlot slot = resting_[index].slot;
        const std::uint64_t remaining = orders_[slot].remaining.value();
        if (remaining > 1)
            book_.reduce(levels_, orders_, slot, model::Quantity{1 + random_() % (remaining - 1)});
    }
    /// What a sweep does with a maker that is filled.
    void execute_best() {
        const LevelHandle handle = book_.best_level();
        Level& level = levels_.level(handle);
        const OrderSlot slot = level.head;
        ASSERT_EQ(slot, best()->second.front());
        const auto at = std::ranges::find(resting_, slot, &Resting::slot);
        level.quantity -= orders_[slot].remaining;
        level.head = orders_[slot].next;
        if (level.head == no_order)
            book_.erase_level(levels_, handle);
        else
            orders_[level.head].previous = no_order;
        forget(*at, static_cast<std::size_t>(at - resting_.begin()));
    }
    void forget(Resting gone, std::size_t index) {
        model_[gone.tick].remove(gone.slot);
        if (model_[gone.tick].empty()) model_.erase(gone.tick);
        resting_[index] = resting_.back();
        resting_.pop_back();
        orders_.give_back(gone.slot);
    }

    void compare_level(const Level& level, const std::list<OrderSlot>& queue) const {
        OrderSlot at = level.head;
        OrderSlot before = no_order;
        model::Quantity sum{0};
        for (const OrderSlot slot : queue) {
            ASSERT_EQ(at, slot);
            ASSERT_EQ(orders_[at].previous, before);
            sum += orders_[at].remaining;
            before = at;
            at = orders_[at].next;
        }
        ASSERT_EQ(at, no_order);
        ASSERT_EQ(level.tail, before);
        ASSERT_EQ(level.quantity, sum);
    }
    [[nodiscard]] auto best() const {
        return side == model::Side::buy ? std::prev(model_.end()) : model_.begin();
    }
    template <class Visit>
    void for_each_level(Visit&& visit) const {
        if (side == model::Side::buy)
            for (auto at = model_.rbegin(); at != model_.rend(); ++at) visit(at->first, at->second);
        else
            for (const auto& [tick, queue] : model_) visit(tick, queue);
    }

    std::mt19937_64 random_;
    OrderPool orders_{order_capacity};
    LevelPool levels_{order_capacity};
    BookSide<side> book_;
    std::map<Tick, std::list<OrderSlot>> model_;
    std::vector<Resting> resting_;
};

template <model::Side side>
void run(std::uint64_t seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const auto beside = std::make_unique<Beside<side>>(seed);
    for (int i = 0; i < 20'000 && !testing::Test::HasFatalFailure(); ++i) {
        beside->step();
        beside->compare_meeting(beside->any_tick());
        if (i % 50 == 0) beside->compare();
    }
    beside->compare();
    beside->empty_it();
    beside->compare();
    EXPECT_EQ(beside->levels().groups_in_use(), 0u);
    EXPECT_EQ(beside->levels().branches_in_use(), 0u);
}

TEST(BookSide, agrees_with_a_map_of_queues) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        run<model::Side::buy>(seed);
        run<model::Side::sell>(seed);
        if (HasFatalFailure()) return;
    }
}

TEST(BookSide, tells_each_side_of_a_book_apart) {
    OrderPool orders(4);
    LevelPool levels(8);
    Book book;
    const auto add = [&](model::Side side, Tick tick) {
        const OrderSlot slot = orders.take();
        orders[slot].remaining = model::Quantity{1};
        book.on(side).add(levels, orders, tick, slot);
    };
    add(model::Side::buy, 100);
    add(model::Side::buy, 101);
    add(model::Side::sell, 104);
    add(model::Side::sell, 103);
    EXPECT_EQ(book.bids.best(), 101u);
    EXPECT_EQ(book.asks.best(), 103u);
    EXPECT_EQ(&book.on(model::Side::buy), &book.on<model::Side::buy>());
    EXPECT_EQ(&book.on(model::Side::sell), &book.on<model::Side::sell>());
}

TEST(LevelPool, has_room_for_one_more_level_wherever_it_lies_until_it_says_no) {
    OrderPool orders(64);
    LevelPool levels(8);
    BookSide<model::Side::sell> book;
    unsigned added = 0;
    for (; levels.has_room(); ++added) {
        ASSERT_LT(added, 64u);
        const OrderSlot slot = orders.take();
        orders[slot].remaining = model::Quantity{1};
        book.add(levels, orders, added << 26, slot);  // a group and two branches each
    }
    EXPECT_GE(added, 3u);
    EXPECT_LE(levels.groups_in_use(), 8u);
}

/// What a snapshot needs: the state that is loaded fitted once, so it fits again, up to the last
/// node.
TEST(BookSide, says_exactly_whether_a_level_can_be_made) {
    LevelPool levels(2);
    OrderPool orders(8);
    BookSide<model::Side::sell> asks;
    const Tick near = 100 * group_size;
    const Tick far = last_tick;
    for (const Tick tick : {near, far}) {
        ASSERT_TRUE(asks.has_room_at(levels, tick));
        const OrderSlot slot = orders.take();
        orders[slot].remaining = model::Quantity{1};
        asks.add(levels, orders, tick, slot);
    }
    EXPECT_FALSE(levels.has_room());
    EXPECT_TRUE(asks.has_room_at(levels, near)) << "the level is there";
    EXPECT_TRUE(asks.has_room_at(levels, near + 1)) << "its group is there";
    EXPECT_FALSE(asks.has_room_at(levels, near + group_size)) << "no group is left";
    BookSide<model::Side::buy> bids;
    EXPECT_FALSE(bids.has_room_at(levels, near)) << "another side has groups of its own";
}

TEST(OrderPool, hands_out_what_was_given_back_last_and_then_fresh_slots) {
    OrderPool orders(4);
    const OrderSlot a = orders.take();
    const OrderSlot b = orders.take();
    orders.give_back(a);
    orders.give_back(b);
    EXPECT_EQ(orders.take(), b);
    EXPECT_EQ(orders.take(), a);
    const OrderSlot c = orders.take();
    const OrderSlot d = orders.take();
    EXPECT_TRUE(c != d && c != a && c != b && d != a && d != b);
    EXPECT_TRUE(orders.full());
    EXPECT_EQ(orders.in_use(), 4u);
}

}  // namespace
}  // namespace bw::order_book
