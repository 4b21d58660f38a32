// OrderDirectory: order id -> owner and place. Ids are handed out in order 1, 2, 3 ..., so it is a ring over the newest ids.
#pragma once

#include <cstdint>

#include "base/lazy_array.hpp"
#include "model/types.hpp"

namespace bw::order_manager {

class OrderDirectory {
   public:
    static constexpr std::uint32_t closed = ~std::uint32_t{0};

    struct Entry {
        std::uint32_t slot;     ///< place in the order pool, or `closed`
        std::uint32_t account;  ///< AccountId of the owner; 0: no such order
    };

    /// `capacity` (a power of two): how many of the newest ids can still be named.
    explicit OrderDirectory(std::uint32_t capacity) : entries_(capacity, base::PageSize::huge), mask_(capacity - 1) {}

    [[nodiscard]] model::OrderId last() const { return model::OrderId{last_}; }

    /// Whether the next id can be handed out: its place must not belong to an order that is still open.
    [[nodiscard]] bool has_room() const {
        const Entry& oldest = entries_[(last_ + 1) & mask_];
        return oldest.account == 0 || oldest.slot == closed;
    }

    /// Hands out the next id, closed until open() says otherwise. Requires: has_room().
    [[nodiscard]] model::OrderId next(model::AccountId owner) {
        ++last_;
        entries_[last_ & mask_] = {closed, owner.value()};
        return model::OrderId{last_};
    }

    void open(model::OrderId id, std::uint32_t slot) { entries_[id.value() & mask_].slot = slot; }
    void close(model::OrderId id) { entries_[id.value() & mask_].slot = closed; }

    /// account = 0 for ids never handed out or too old to be named.
    [[nodiscard]] Entry find(model::OrderId id) const {
        const std::uint64_t age = last_ - id.value();
        if (id.value() == 0 || id.value() > last_ || age > mask_) return {closed, 0};
        return entries_[id.value() & mask_];
    }

    void prefetch(model::OrderId id) const { __builtin_prefetch(&entries_[id.value() & mask_], 1); }

   private:
    base::LazyArray<Entry> entries_;
    std::uint64_t mask_;
    std::uint64_t last_ = 0;
};

}  // namespace bw::order_manager
