// PriceLevels: the levels of all books, reached by tick through a radix tree of bitmaps.
//
//   tick (31 bits)   [ 7 bits: root ][ 9 bits: branch ][ 9 bits: branch ][ 6 bits: slot in a group of 64 levels ]
//
// Finding a level is a walk of fixed depth; the next occupied level after an emptied one is found by bit scans. A tree has nodes only
// where it has orders: prices far from the market cost memory in proportion to their number, and no time at the market.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/lazy_array.hpp"
#include "order_book/order.hpp"

namespace bw::order_book {

/// Price / tick size.
using Tick = std::uint32_t;
inline constexpr Tick no_tick = ~Tick{0};
inline constexpr unsigned tick_bits = 31;

struct Level {
    OrderSlot head;
    OrderSlot tail;
    model::Quantity quantity;  ///< sum of the remaining quantities of its orders
};
static_assert(sizeof(Level) == 16);

inline constexpr unsigned group_bits = 6;
inline constexpr unsigned group_size = 1u << group_bits;
inline constexpr unsigned branch_bits = 9;
inline constexpr unsigned branch_size = 1u << branch_bits;
static_assert(group_bits + 3 * branch_bits >= tick_bits);

/// group index x 64 + slot in the group
using LevelHandle = std::uint32_t;
[[nodiscard]] constexpr std::uint32_t group_of(LevelHandle handle) { return handle >> group_bits; }
[[nodiscard]] constexpr unsigned slot_of(LevelHandle handle) { return handle & (group_size - 1); }

/// 64 neighbouring levels. A level is meaningful only while its bit is set.
struct alignas(64) LevelGroup {
    std::uint64_t occupied;
    Tick first_tick;
    std::uint32_t next_free;
    std::array<Level, group_size> levels;
};

struct alignas(64) Branch {
    std::array<std::uint64_t, branch_size / 64> occupied;
    std::uint32_t next_free;
    std::uint32_t children;  ///< how many bits are set
    std::array<std::uint32_t, branch_size> child;
};

/// Nodes of every tree. Fixed capacity, one thread.
class LevelPool {
 public:
    /// `groups`: how many groups of 64 neighbouring levels may be occupied at once, over all books.
    explicit LevelPool(std::uint32_t groups)
        : groups_(groups), branches_(std::size_t{groups} + 3) {}

    /// Whether one more level can be made wherever it lies: at most one group and three branches.
    [[nodiscard]] bool has_room() const {
        return groups_in_use_ < groups_.size() && branches_in_use_ + 3 <= branches_.size();
    }
    [[nodiscard]] std::uint32_t groups_in_use() const { return groups_in_use_; }
    [[nodiscard]] std::uint32_t branches_in_use() const { return branches_in_use_; }

    [[nodiscard]] std::uint32_t take_group(Tick first_tick);
    void give_back_group(std::uint32_t index);
    [[nodiscard]] std::uint32_t take_branch();
    void give_back_branch(std::uint32_t index);

    [[nodiscard]] LevelGroup& group(std::uint32_t index) { return groups_[index]; }
    [[nodiscard]] const LevelGroup& group(std::uint32_t index) const { return groups_[index]; }
    [[nodiscard]] Branch& branch(std::uint32_t index) { return branches_[index]; }
    [[nodiscard]] const Branch& branch(std::uint32_t index) const { return branches_[index]; }
    [[nodiscard]] Level& level(LevelHandle handle) {
        return groups_[group_of(handle)].levels[slot_of(handle)];
    }
    [[nodiscard]] const Level& level(LevelHandle handle) const {
        return groups_[group_of(handle)].levels[slot_of(handle)];
    }
    [[nodiscard]] Tick tick_of(LevelHandle handle) const {
        return groups_[group_of(handle)].first_tick + slot_of(handle);
    }

 private:
    base::LazyArray<LevelGroup> groups_;
    base::LazyArray<Branch> branches_;
    std::uint32_t free_group_ = 0;  // index + 1; 0 = none
    std::uint32_t fresh_group_ = 0;
    std::uint32_t groups_in_use_ = 0;
    std::uint32_t free_branch_ = 0;
    std::uint32_t fresh_branch_ = 0;
    std::uint32_t branches_in_use_ = 0;
};

/// The occupied levels of one side of one book, in order of tick.
class LevelTree {
 public:
    static constexpr LevelHandle none = ~LevelHandle{0};

    [[nodiscard]] bool empty() const { return root_ == no_node; }

    /// The level at `tick`, or none.
    [[nodiscard]] LevelHandle find(const LevelPool& pool, Tick tick) const;
    /// The level at `tick`, made empty (head and tail no_order) if it was not there. Requires: pool.has_room() if it was not.
    [[nodiscard]] LevelHandle find_or_insert(LevelPool& pool, Tick tick);
    /// Takes an occupied level out.
    void erase(LevelPool& pool, LevelHandle handle);
    /// The nearest occupied level above / below `tick`, or none.
    [[nodiscard]] LevelHandle above(const LevelPool& pool, Tick tick) const;
    [[nodiscard]] LevelHandle below(const LevelPool& pool, Tick tick) const;

 private:
    static constexpr std::uint32_t no_node = ~std::uint32_t{0};
    static constexpr unsigned lower_shift = group_bits;  // branch whose children are groups
    static constexpr unsigned middle_shift = lower_shift + branch_bits;
    static constexpr unsigned root_shift = middle_shift + branch_bits;

    static constexpr unsigned index_at(Tick tick, unsigned shift) {
        return (tick >> shift) & (branch_size - 1);
    }

    [[nodiscard]] std::uint32_t lower_branch(const LevelPool& pool, Tick tick) const;
    [[nodiscard]] std::uint32_t make_lower_branch(LevelPool& pool, Tick tick);
    void erase_group(LevelPool& pool, Tick tick);
    template <bool Up>
    [[nodiscard]] LevelHandle neighbour(const LevelPool& pool, Tick tick) const;

    std::uint32_t root_ = no_node;
    mutable std::uint32_t near_key_ =
        no_node;  // tick >> middle_shift of the lower branch used last
    mutable std::uint32_t near_branch_ = no_node;
};

}  // namespace bw::order_book
