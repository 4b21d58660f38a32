#include "order_book/price_levels.hpp"

namespace bw::order_book {
namespace {

bool has_child(const Branch& branch, unsigned index) {
    return (branch.occupied[index / 64] >> (index % 64)) & 1;
}

void add_child(Branch& branch, unsigned index, std::uint32_t child) {
    branch.occupied[index / 64] |= 1ull << (index % 64);
    branch.child[index] = child;
    ++branch.children;
}

void remove_child(Branch& branch, unsigned index) {
    branch.occupied[index / 64] &= ~(1ull << (index % 64));
    --branch.children;
}

constexpr unsigned no_index = ~0u;

unsigned lowest(std::uint64_t bits) { return static_cast<unsigned>(std::countr_zero(bits)); }
unsigned highest(std::uint64_t bits) { return 63u - static_cast<unsigned>(std::countl_zero(bits)); }

/// Bits strictly above / below position `at` (0..63).
constexpr std::uint64_t bits_above(unsigned at) { return at == 63 ? 0 : ~0ull << (at + 1); }
constexpr std::uint64_t bits_below(unsigned at) { return (1ull << at) - 1; }

template <bool Up>
unsigned first_child(const Branch& branch) {
    for (unsigned i = 0; i < branch.occupied.size(); ++i) {
        const unsigned word = Up ? i : static_cast<unsigned>(branch.occupied.size()) - 1 - i;
        if (branch.occupied[word] != 0)
            return word * 64 +
                   (Up ? lowest(branch.occupied[word]) : highest(branch.occupied[word]));
    }
    return no_index;
}

template <bool Up>
unsigned next_child(const Branch& branch, unsigned after) {
    unsigned word = after / 64;
    std::uint64_t bits =
        branch.occupied[word] & (Up ? bits_above(after % 64) : bits_below(after % 64));
    while (bits == 0) {
        if (Up ? ++word == branch.occupied.size() : word-- == 0) return no_index;
        bits = branch.occupied[word];
    }
    return word * 64 + (Up ? lowest(bits) : highest(bits));
}

template <bool Up>
LevelHandle first_level(const LevelPool& pool, std::uint32_t group) {
    const std::uint64_t bits = pool.group(group).occupied;
    return (group << group_bits) | (Up ? lowest(bits) : highest(bits));
}

}  // namespace

std::uint32_t LevelPool::take_group(Tick first_tick) {
    BW_ASSERT(groups_in_use_ < groups_.size());
    ++groups_in_use_;
    std::uint32_t index;
    if (free_group_ != 0) {
        index = free_group_ - 1;
        free_group_ = groups_[index].next_free;
    } else {
        index = fresh_group_++;
    }
    groups_[index].occupied = 0;
    groups_[index].first_tick = first_tick;
    return index;
}

void LevelPool::give_back_group(std::uint32_t index) {
    groups_[index].next_free = free_group_;
    free_group_ = index + 1;
    --groups_in_use_;
}

std::uint32_t LevelPool::take_branch() {
    BW_ASSERT(branches_in_use_ < branches_.size());
    ++branches_in_use_;
    std::uint32_t index;
    if (free_branch_ != 0) {
        index = free_branch_ - 1;
        free_branch_ = branches_[index].next_free;
    } else {
        index = fresh_branch_++;
    }
    branches_[index].occupied = {};
    branches_[index].children = 0;
    return index;
}

void LevelPool::give_back_branch(std::uint32_t index) {
    branches_[index].next_free = free_branch_;
    free_branch_ = index + 1;
    --branches_in_use_;
}

std::uint32_t LevelTree::lower_branch(const LevelPool& pool, Tick tick) const {
    if (tick >> middle_shift == near_key_) return near_branch_;
    if (root_ == no_node) return no_node;
    const Branch& root = pool.branch(root_);
    if (!has_child(root, index_at(tick, root_shift))) return no_node;
    const Branch& middle = pool.branch(root.child[index_at(tick, root_shift)]);
    if (!has_child(middle, index_at(tick, middle_shift))) return no_node;
    near_key_ = tick >> middle_shift;
    near_branch_ = middle.child[index_at(tick, middle_shift)];
    return near_branch_;
}

std::uint32_t LevelTree::make_lower_branch(LevelPool& pool, Tick tick) {
    if (root_ == no_node) root_ = pool.take_branch();
    Branch& root = pool.branch(root_);
    const unsigned root_index = index_at(tick, root_shift);
    if (!has_child(root, root_index)) add_child(root, root_index, pool.take_branch());
    Branch& middle = pool.branch(root.child[root_index]);
    const unsigned middle_index = index_at(tick, middle_shift);
    if (!has_child(middle, middle_index)) add_child(middle, middle_index, pool.take_branch());
    return middle.child[middle_index];
}

LevelHandle LevelTree::find(const LevelPool& pool, Tick tick) const {
    const std::uint32_t branch_index = lower_branch(pool, tick);
    if (branch_index == no_node) return none;
    const Branch& branch = pool.branch(branch_index);
    const unsigned index = index_at(tick, lower_shift);
    if (!has_child(branch, index)) return none;
    const LevelHandle handle = (branch.child[index] << group_bits) | (tick & (group_size - 1));
    return (pool.group(group_of(handle)).occupied >> slot_of(handle)) & 1 ? handle : none;
}

LevelHandle LevelTree::find_or_insert(LevelPool& pool, Tick tick) {
    std::uint32_t branch_index = lower_branch(pool, tick);
    if (branch_index == no_node) branch_index = make_lower_branch(pool, tick);
    Branch& branch = pool.branch(branch_index);
    const unsigned index = index_at(tick, lower_shift);
    if (!has_child(branch, index))
        add_child(branch, index, pool.take_group(tick & ~(group_size - 1)));
    const LevelHandle handle = (branch.child[index] << group_bits) | (tick & (group_size - 1));
    LevelGroup& group = pool.group(group_of(handle));
    const std::uint64_t bit = 1ull << slot_of(handle);
    if ((group.occupied & bit) == 0) {
        group.occupied |= bit;
        group.levels[slot_of(handle)] = {no_order, no_order, model::Quantity{}};
    }
    return handle;
}

void LevelTree::erase(LevelPool& pool, LevelHandle handle) {
    LevelGroup& group = pool.group(group_of(handle));
    group.occupied &= ~(1ull << slot_of(handle));
    if (group.occupied == 0) erase_group(pool, group.first_tick);
}

void LevelTree::erase_group(LevelPool& pool, Tick tick) {
    const std::uint32_t lower_index = lower_branch(pool, tick);
    Branch& lower = pool.branch(lower_index);
    pool.give_back_group(lower.child[index_at(tick, lower_shift)]);
    remove_child(lower, index_at(tick, lower_shift));
    if (lower.children > 0) return;

    near_key_ = no_node;
    Branch& root = pool.branch(root_);
    const std::uint32_t middle_index = root.child[index_at(tick, root_shift)];
    Branch& middle = pool.branch(middle_index);
    pool.give_back_branch(lower_index);
    remove_child(middle, index_at(tick, middle_shift));
    if (middle.children > 0) return;

    pool.give_back_branch(middle_index);
    remove_child(root, index_at(tick, root_shift));
    if (root.children > 0) return;
    pool.give_back_branch(root_);
    root_ = no_node;
}

template <bool Up>
LevelHandle LevelTree::neighbour(const LevelPool& pool, Tick tick) const {
    if (root_ == no_node) return none;
    const std::uint32_t lower_index = lower_branch(pool, tick);
    if (lower_index != no_node) {
        const Branch& lower = pool.branch(lower_index);
        const unsigned at = index_at(tick, lower_shift);
        if (has_child(lower, at)) {
            const std::uint32_t group = lower.child[at];
            const unsigned slot = tick & (group_size - 1);
            const std::uint64_t bits =
                pool.group(group).occupied & (Up ? bits_above(slot) : bits_below(slot));
            if (bits != 0) return (group << group_bits) | (Up ? lowest(bits) : highest(bits));
        }
        const unsigned next = next_child<Up>(lower, at);
        if (next != no_index) return first_level<Up>(pool, lower.child[next]);
    }
    const Branch& root = pool.branch(root_);
    const unsigned root_at = index_at(tick, root_shift);
    if (has_child(root, root_at)) {
        const Branch& middle = pool.branch(root.child[root_at]);
        const unsigned next = next_child<Up>(middle, index_at(tick, middle_shift));
        if (next != no_index) {
            const Branch& lower = pool.branch(middle.child[next]);
            return first_level<Up>(pool, lower.child[first_child<Up>(lower)]);
        }
    }
    const unsigned next = next_child<Up>(root, root_at);
    if (next == no_index) return none;
    const Branch& middle = pool.branch(root.child[next]);
    const Branch& lower = pool.branch(middle.child[first_child<Up>(middle)]);
    return first_level<Up>(pool, lower.child[first_child<Up>(lower)]);
}

LevelHandle LevelTree::above(const LevelPool& pool, Tick tick) const {
    return neighbour<true>(pool, tick);
}
LevelHandle LevelTree::below(const LevelPool& pool, Tick tick) const {
    return neighbour<false>(pool, tick);
}

}  // namespace bw::order_book
