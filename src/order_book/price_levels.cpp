#include "order_book/price_levels.hpp"

#include <algorithm>

namespace bw::order_book {
namespace {

void add_child(LevelPool& pool, std::uint32_t branch, unsigned index, std::uint32_t child) {
    pool.branch(branch).occupied[index / 64] |= 1ull << (index % 64);
    pool.child(branch, index) = child;
}

/// Whether the branch has others left.
bool remove_child(LevelPool& pool, std::uint32_t branch, unsigned index) {
    auto& occupied = pool.branch(branch).occupied;
    occupied[index / 64] &= ~(1ull << (index % 64));
    pool.child(branch, index) = no_node;
    return std::ranges::any_of(occupied, [](std::uint64_t bits) { return bits != 0; });
}

/// The first child at `from` or behind it, or no_node.
std::uint32_t child_from(const LevelPool& pool, std::uint32_t branch, unsigned from) {
    if (from == branch_size) return no_node;
    const auto& occupied = pool.branch(branch).occupied;
    unsigned word = from / 64;
    std::uint64_t bits = occupied[word] & (~0ull << (from % 64));
    while (bits == 0) {
        if (++word == occupied.size()) return no_node;
        bits = occupied[word];
    }
    return pool.child(branch, word * 64 + static_cast<unsigned>(std::countr_zero(bits)));
}

/// The last child before `end`, or no_node.
std::uint32_t child_before(const LevelPool& pool, std::uint32_t branch, unsigned end) {
    if (end == 0) return no_node;
    const auto& occupied = pool.branch(branch).occupied;
    unsigned word = (end - 1) / 64;
    std::uint64_t bits = occupied[word] & (~0ull >> (63 - (end - 1) % 64));
    while (bits == 0) {
        if (word-- == 0) return no_node;
        bits = occupied[word];
    }
    return pool.child(branch, word * 64 + 63 - static_cast<unsigned>(std::countl_zero(bits)));
}

LevelHandle highest_in(std::uint32_t group, std::uint64_t occupied) {
    return (group << group_bits) | (63 - static_cast<LevelHandle>(std::countl_zero(occupied)));
}

}  // namespace

LevelPool::LevelPool(std::uint32_t groups)
    : groups_(std::size_t{groups} + 1, base::PageSize::huge),
      levels_((std::size_t{groups} + 1) * group_size, base::PageSize::huge),
      branches_(std::size_t{groups} + 4, base::PageSize::huge),
      children_((std::size_t{groups} + 4) * branch_size, base::PageSize::huge) {}

std::uint32_t LevelPool::take_group(Tick origin) {
    BW_ASSERT(groups_in_use_ + 1 < groups_.size());
    ++groups_in_use_;
    std::uint32_t index = free_group_;
    if (index == no_node)
        index = fresh_group_++;
    else
        free_group_ = groups_[index].next_free;
    groups_[index].origin = origin;
    return index;
}

/// Its bitmap is zero: the last level has left.
void LevelPool::give_back_group(std::uint32_t index) {
    groups_[index].next_free = free_group_;
    free_group_ = index;
    --groups_in_use_;
}

std::uint32_t LevelPool::take_branch() {
    BW_ASSERT(branches_in_use_ + 1 < branches_.size());
    ++branches_in_use_;
    const std::uint32_t index = free_branch_;
    if (index == no_node) return fresh_branch_++;
    free_branch_ = std::exchange(child(index, 0), no_node);
    return index;
}

/// Its bitmap and its children are zero: the last one has left.
void LevelPool::give_back_branch(std::uint32_t index) {
    child(index, 0) = free_branch_;
    free_branch_ = index;
    --branches_in_use_;
}

std::uint32_t LevelTree::lower_branch(const LevelPool& pool, Rank rank) const {
    if (rank >> middle_shift == near_key_) return near_branch_;
    if (root_ == no_node) return no_node;
    const std::uint32_t middle = pool.child(root_, index_at(rank, root_shift));
    return middle == no_node ? no_node : pool.child(middle, index_at(rank, middle_shift));
}

std::uint32_t LevelTree::make_lower_branch(LevelPool& pool, Rank rank) {
    if (root_ == no_node) root_ = pool.take_branch();
    const unsigned root_index = index_at(rank, root_shift);
    if (pool.child(root_, root_index) == no_node)
        add_child(pool, root_, root_index, pool.take_branch());
    const std::uint32_t middle = pool.child(root_, root_index);
    const unsigned middle_index = index_at(rank, middle_shift);
    if (pool.child(middle, middle_index) == no_node)
        add_child(pool, middle, middle_index, pool.take_branch());
    return pool.child(middle, middle_index);
}

bool LevelTree::has_room_at(const LevelPool& pool, Rank rank) const {
    if (root_ == no_node) return pool.has(1, 3);
    const std::uint32_t middle = pool.child(root_, index_at(rank, root_shift));
    if (middle == no_node) return pool.has(1, 2);
    const std::uint32_t lower = pool.child(middle, index_at(rank, middle_shift));
    if (lower == no_node) return pool.has(1, 1);
    return pool.child(lower, index_at(rank, lower_shift)) != no_node || pool.has(1, 0);
}

std::uint32_t LevelTree::make_group(LevelPool& pool, Rank rank) {
    std::uint32_t lower = lower_branch(pool, rank);
    if (lower == no_node) lower = make_lower_branch(pool, rank);
    near_key_ = rank >> middle_shift;
    near_branch_ = lower;
    const unsigned index = index_at(rank, lower_shift);
    if (pool.child(lower, index) == no_node)
        add_child(pool, lower, index, pool.take_group((rank & ~(group_size - 1)) ^ mirror_));
    return pool.child(lower, index);
}

void LevelTree::erase_group(LevelPool& pool, Rank rank) {
    const std::uint32_t lower = lower_branch(pool, rank);
    pool.give_back_group(pool.child(lower, index_at(rank, lower_shift)));
    if (remove_child(pool, lower, index_at(rank, lower_shift))) return;

    if (near_branch_ == lower) near_key_ = no_key;
    const std::uint32_t middle = pool.child(root_, index_at(rank, root_shift));
    pool.give_back_branch(lower);
    if (remove_child(pool, middle, index_at(rank, middle_shift))) return;

    pool.give_back_branch(middle);
    if (remove_child(pool, root_, index_at(rank, root_shift))) return;
    pool.give_back_branch(root_);
    root_ = no_node;
}

/// The first occupied level behind the group that `rank` is in, or none.
LevelHandle LevelTree::first_after_group(const LevelPool& pool, Rank rank) const {
    std::uint32_t group =
        child_from(pool, lower_branch(pool, rank), index_at(rank, lower_shift) + 1);
    if (group == no_node) {
        const std::uint32_t here = pool.child(root_, index_at(rank, root_shift));
        std::uint32_t lower = child_from(pool, here, index_at(rank, middle_shift) + 1);
        if (lower == no_node) {
            const std::uint32_t middle = child_from(pool, root_, index_at(rank, root_shift) + 1);
            if (middle == no_node) return none;
            lower = child_from(pool, middle, 0);
        }
        group = child_from(pool, lower, 0);
    }
    return (group << group_bits) |
           static_cast<LevelHandle>(std::countr_zero(pool.group(group).occupied));
}

LevelHandle LevelTree::first_from(const LevelPool& pool, Rank rank) const {
    const std::uint32_t group = pool.child(lower_branch(pool, rank), index_at(rank, lower_shift));
    const std::uint64_t here = pool.group(group).occupied >> slot_of(rank);
    if (group != no_node && here != 0)
        return ((group << group_bits) | slot_of(rank)) +
               static_cast<LevelHandle>(std::countr_zero(here));
    return first_after_group(pool, rank);
}

LevelHandle LevelTree::last_before(const LevelPool& pool, Rank rank) const {
    std::uint32_t lower = lower_branch(pool, rank);
    std::uint32_t group = pool.child(lower, index_at(rank, lower_shift));
    const std::uint64_t here = pool.group(group).occupied & ((1ull << slot_of(rank)) - 1);
    if (group != no_node && here != 0) return highest_in(group, here);

    group = child_before(pool, lower, index_at(rank, lower_shift));
    if (group == no_node) {
        std::uint32_t middle = pool.child(root_, index_at(rank, root_shift));
        lower = child_before(pool, middle, index_at(rank, middle_shift));
        if (lower == no_node) {
            middle = child_before(pool, root_, index_at(rank, root_shift));
            if (middle == no_node) return none;
            lower = child_before(pool, middle, branch_size);
        }
        group = child_before(pool, lower, branch_size);
    }
    return highest_in(group, pool.group(group).occupied);
}

}  // namespace bw::order_book
