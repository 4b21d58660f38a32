// Order: what the book, the wallet and the risk checks need of an open order, in one cache line.
// OrderPool: all of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"
#include "base/select.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::order_book {

/// Place of an order in the pool. Reused after the order is closed: outside the core only the
/// OrderId names an order.
using OrderSlot = std::uint32_t;
inline constexpr OrderSlot no_order = ~OrderSlot{0};

/// Where an open order is. Only lit and dark orders can be traded with.
enum class Place : std::uint8_t {
    none,     ///< incoming, or closed
    lit,      ///< in the book, displayed
    dark,     ///< in the book, not displayed: hidden, pegged, or in a dark book
    stop,     ///< not triggered
    waiting,  ///< for the closing auction
    parked    ///< pegged, without a price
};

/// Bits of Order::traits: what makes an order cost more than a plain one.
inline constexpr std::uint8_t iceberg_trait = 1;
inline constexpr std::uint8_t following_trait = 2;  ///< pegged or trailing stop

struct alignas(64) Order {
    model::OrderId id;
    model::Price price;  ///< limit; of a market or stop order its protection price
    model::Quantity remaining;
    model::Money hold;       ///< cash held for a buy
    OrderSlot previous;      ///< towards the front of the level's queue
    OrderSlot next;          ///< towards its end; in the pool's free list: the next free slot
    std::uint32_t level;     ///< LevelHandle of the level it rests in
    std::uint32_t account;   ///< index of the owner in the wallet
    std::uint32_t position;  ///< index of the owner's position in the instrument
    std::uint16_t instrument;
    std::uint16_t fee_schedule;
    model::Side side;
    model::OrderType type;
    model::TimeInForce time_in_force;
    std::uint8_t instructions;  ///< bits of model::Instruction
    Place place;
    model::PegKind peg;
    std::uint8_t traits;
    bool executed;  ///< some of it has traded
};
static_assert(sizeof(Order) == 64, "one cache line");

/// What only some orders have; beside the order, so that the others do not pay for it. Meaningful
/// only where the order says so.
struct OrderConditions {
    model::Quantity display;    ///< iceberg: shown at a time
    model::Quantity displayed;  ///< iceberg: shown now
    model::Price stop_price;    ///< stop orders: in force
    model::Price offset;        ///< following orders
    std::uint32_t expire_date;  ///< gtd: yyyymmdd of its last trading day
};

/// Fixed capacity; slots are handed out last-in first-out, so the hottest lines are reused. One
/// thread.
class OrderPool {
 public:
    explicit OrderPool(std::uint32_t capacity) : orders_(capacity, base::PageSize::huge) {}

    [[nodiscard]] bool full() const { return free_head_ == 0 && fresh_ == orders_.size(); }
    [[nodiscard]] std::uint32_t in_use() const { return in_use_; }
    /// So few that they stay in the second cache: hints about them cost more than they save.
    [[nodiscard]] bool cached() const { return in_use_ < 8192; }

    /// Requires: not full. The fields are whatever the slot held before.
    [[nodiscard]] OrderSlot take() {
        BW_ASSERT(!full());
        ++in_use_;
        const bool fresh = free_head_ == 0;
        const OrderSlot slot = base::select(fresh, fresh_, free_head_ - 1);
        fresh_ += fresh;
        prefetch(fresh_ + fresh_ahead);
        free_head_ = orders_[slot].next;  // of a fresh slot: 0, as fresh memory is
        return slot;
    }
    /// What take() gives next.
    [[nodiscard]] OrderSlot coming() const {
        return base::select(free_head_ == 0, fresh_, free_head_ - 1);
    }

    void give_back(OrderSlot slot) {
        orders_[slot].next = free_head_;
        free_head_ = slot + 1;
        --in_use_;
    }

    [[nodiscard]] Order& operator[](OrderSlot slot) { return orders_[slot]; }
    [[nodiscard]] const Order& operator[](OrderSlot slot) const { return orders_[slot]; }
    /// Lets the system provide the memory of the first `count` slots now, and not when an order
    /// first needs it.
    void prepare(std::uint32_t count) { orders_.prepare(count); }
    void prefetch(OrderSlot slot) const { base::prefetch_to_write(&orders_[slot]); }

 private:
    static constexpr std::uint32_t fresh_ahead = 8;

    base::LazyArray<Order> orders_;
    std::uint32_t free_head_ = 0;  // slot + 1; 0 = none
    std::uint32_t fresh_ = 0;      // slots never used start here
    std::uint32_t in_use_ = 0;
};

}  // namespace bw::order_book
