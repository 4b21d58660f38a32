// PriceLevels: the levels of all books, reached by rank through a radix tree of bitmaps.
//
//   rank (31 bits)   [ 7 bits: root ][ 9 bits: branch ][ 9 bits: branch ][ 6 bits: slot ]
//                                                                          of a group of 64 levels
//
// The rank of a price is its tick for sells, and the tick's mirror image for buys: on both sides
// the best price has the lowest rank, and the same code serves both.
//
// Finding a level is a walk of fixed depth; the next occupied level after an emptied one is found
// by bit scans. A tree has nodes only where it has orders: prices far from the market cost memory
// in proportion to their number, and no time at the market. What is common, a level in a group that
// exists below the branch used last, is inline; the rest is in price_levels.cpp.
//
// Bitmaps, children and levels lie in arrays of their own, so that an address is a shift and an
// addition, and one cache line holds the bitmaps of four groups, four levels, or sixteen children.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"
#include "base/select.hpp"
#include "order_book/order.hpp"

namespace bw::order_book {

/// Price / tick size.
using Tick = std::uint32_t;
inline constexpr Tick no_tick = ~Tick{0};
inline constexpr unsigned tick_bits = 31;

/// A tick, or its mirror image: the better the price, the lower the rank.
using Rank = std::uint32_t;
inline constexpr Rank no_rank = ~Rank{0};  ///< worse than every rank
/// rank = tick ^ mirror of the side, and back.
inline constexpr Rank mirror_of_buys = (1u << tick_bits) - 1;
inline constexpr Rank mirror_of_sells = 0;

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

/// group number x 64 + slot in the group
using LevelHandle = std::uint32_t;
[[nodiscard]] constexpr std::uint32_t group_of(LevelHandle handle) { return handle >> group_bits; }
[[nodiscard]] constexpr unsigned slot_of(LevelHandle handle) { return handle & (group_size - 1); }

/// 64 neighbouring levels. A level is meaningful only while its bit is set.
struct LevelGroup {
    std::uint64_t occupied;
    Tick origin;  ///< tick of slot 0; the tick of slot s is origin ^ s, mirrored or not
    std::uint32_t next_free;
};
static_assert(sizeof(LevelGroup) == 16);

/// Which of its 512 children a branch has.
struct alignas(64) BranchBits {
    std::array<std::uint64_t, branch_size / 64> occupied;
};

/// Number of a group or a branch. Nodes are counted from 1, so that zeroed memory has no children.
inline constexpr std::uint32_t no_node = 0;

/// Nodes of every tree. Fixed capacity, one thread.
class LevelPool {
 public:
    /// `groups`: how many groups of 64 neighbouring levels may be occupied at once, over all books.
    explicit LevelPool(std::uint32_t groups);

    /// Whether one more level can be made wherever it lies: at most one group and three branches.
    [[nodiscard]] bool has_room() const {
        return groups_in_use_ + 1 < groups_.size() && branches_in_use_ + 4 <= branches_.size();
    }
    /// Whether so many nodes are left.
    [[nodiscard]] bool has(std::uint32_t groups, std::uint32_t branches) const {
        return groups_in_use_ + groups < groups_.size() &&
               branches_in_use_ + branches < branches_.size();
    }
    [[nodiscard]] std::uint32_t groups_in_use() const { return groups_in_use_; }
    /// So few that they stay in the second cache, with the orders at their ends: hints about them
    /// cost more than they save.
    [[nodiscard]] bool cached() const { return groups_in_use_ < 256; }
    [[nodiscard]] std::uint32_t branches_in_use() const { return branches_in_use_; }

    [[nodiscard]] std::uint32_t take_group(Tick origin);
    void give_back_group(std::uint32_t index);
    [[nodiscard]] std::uint32_t take_branch();
    void give_back_branch(std::uint32_t index);

    [[nodiscard]] LevelGroup& group(std::uint32_t index) { return groups_[index]; }
    [[nodiscard]] const LevelGroup& group(std::uint32_t index) const { return groups_[index]; }
    [[nodiscard]] BranchBits& branch(std::uint32_t index) { return branches_[index]; }
    [[nodiscard]] const BranchBits& branch(std::uint32_t index) const { return branches_[index]; }
    /// A group or a branch, or no_node.
    [[nodiscard]] std::uint32_t& child(std::uint32_t branch, unsigned index) {
        return children_[branch * branch_size + index];
    }
    [[nodiscard]] std::uint32_t child(std::uint32_t branch, unsigned index) const {
        return children_[branch * branch_size + index];
    }
    [[nodiscard]] Level& level(LevelHandle handle) { return levels_[handle]; }
    [[nodiscard]] const Level& level(LevelHandle handle) const { return levels_[handle]; }
    [[nodiscard]] Tick tick_of(LevelHandle handle) const {
        return groups_[group_of(handle)].origin ^ slot_of(handle);
    }
    /// Starts loading a level and the bitmap of its group.
    void prefetch(LevelHandle handle) const {
        base::prefetch_to_write(&levels_[handle]);
        base::prefetch_to_write(&groups_[group_of(handle)]);
    }

 private:
    base::LazyArray<LevelGroup> groups_;
    base::LazyArray<Level> levels_;
    base::LazyArray<BranchBits> branches_;
    base::LazyArray<std::uint32_t> children_;  ///< child 0 of a free branch: the next free one
    std::uint32_t free_group_ = no_node;
    std::uint32_t fresh_group_ = 1;
    std::uint32_t groups_in_use_ = 0;
    std::uint32_t free_branch_ = no_node;
    std::uint32_t fresh_branch_ = 1;
    std::uint32_t branches_in_use_ = 0;
};

/// The occupied levels of one side of one book, in order of rank.
class LevelTree {
 public:
    static constexpr LevelHandle none = ~LevelHandle{0};

    explicit constexpr LevelTree(Rank mirror) : mirror_(mirror) {}

    [[nodiscard]] Rank mirror() const { return mirror_; }

    /// The level at `rank`, made empty (head and tail no_order) if it was not there. Requires:
    /// pool.has_room() if it was not.
    [[nodiscard]] LevelHandle find_or_insert(LevelPool& pool, Rank rank) {
        std::uint32_t group = near_group(pool, rank);
        if (group == no_node) [[unlikely]]
            group = make_group(pool, rank);
        const LevelHandle handle = (group << group_bits) | slot_of(rank);
        const std::uint64_t bit = 1ull << slot_of(rank);
        LevelGroup& node = pool.group(group);
        const bool there = (node.occupied & bit) != 0;
        node.occupied |= bit;
        Level& level = pool.level(handle);
        level.head = base::select(there, level.head, no_order);
        level.tail = base::select(there, level.tail, no_order);
        level.quantity =
            model::Quantity{base::select(there, level.quantity.value(), std::uint64_t{0})};
        return handle;
    }
    /// Whether the level at `rank` is there or can be made: exact, where pool.has_room() asks for
    /// the most that a level can need.
    [[nodiscard]] bool has_room_at(const LevelPool& pool, Rank rank) const;
    void mark(LevelPool& pool, LevelHandle handle, bool occupied) {
        const std::uint64_t bit = 1ull << slot_of(handle);
        std::uint64_t& bits = pool.group(group_of(handle)).occupied;
        bits = (bits & ~bit) | (static_cast<std::uint64_t>(occupied) << slot_of(handle));
    }
    [[nodiscard]] bool emptied_group(const LevelPool& pool, LevelHandle handle) const {
        return pool.group(group_of(handle)).occupied == 0;
    }
    void drop_group(LevelPool& pool, LevelHandle handle) {
        erase_group(pool, pool.group(group_of(handle)).origin ^ mirror_);
    }
    /// The nearest occupied level of a higher rank than this level's, or none.
    [[nodiscard]] LevelHandle next(const LevelPool& pool, LevelHandle handle) const {
        const LevelGroup& group = pool.group(group_of(handle));
        const std::uint64_t above = group.occupied >> slot_of(handle) >> 1;
        if (above != 0) return handle + 1 + static_cast<LevelHandle>(std::countr_zero(above));
        return first_after_group(pool, group.origin ^ mirror_);
    }
    /// The first occupied level of this rank or a higher one / the last of a lower rank, or none.
    [[nodiscard]] LevelHandle first_from(const LevelPool& pool, Rank rank) const;
    [[nodiscard]] LevelHandle last_before(const LevelPool& pool, Rank rank) const;
    /// The level at `rank` if its group exists and is below the branch used last, else none. The
    /// level itself may be empty.
    [[nodiscard]] LevelHandle likely_level(const LevelPool& pool, Rank rank) const {
        const std::uint32_t group = near_group(pool, rank);
        return group == no_node ? none : (group << group_bits) | slot_of(rank);
    }

 private:
    static constexpr unsigned lower_shift = group_bits;  // branch whose children are groups
    static constexpr unsigned middle_shift = lower_shift + branch_bits;
    static constexpr unsigned root_shift = middle_shift + branch_bits;
    static constexpr std::uint32_t no_key = ~std::uint32_t{0};

    static constexpr unsigned index_at(Rank rank, unsigned shift) {
        return (rank >> shift) & (branch_size - 1);
    }

    [[nodiscard]] std::uint32_t near_group(const LevelPool& pool, Rank rank) const {
        if (rank >> middle_shift != near_key_) [[unlikely]]
            return no_node;
        return pool.child(near_branch_, index_at(rank, lower_shift));
    }
    [[nodiscard]] std::uint32_t lower_branch(const LevelPool& pool, Rank rank) const;
    [[nodiscard]] std::uint32_t make_lower_branch(LevelPool& pool, Rank rank);
    [[nodiscard]] std::uint32_t make_group(LevelPool& pool, Rank rank);
    void erase_group(LevelPool& pool, Rank rank);
    [[nodiscard]] LevelHandle first_after_group(const LevelPool& pool, Rank rank) const;

    std::uint32_t root_ = no_node;
    std::uint32_t near_key_ = no_key;  // rank >> middle_shift of the lower branch used last
    std::uint32_t near_branch_ = no_node;
    Rank mirror_;
};

}  // namespace bw::order_book
