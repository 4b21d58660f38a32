// OrderDirectory: order id -> owner and place. Ids are handed out in order 1, 2, 3 ..., so it is a
// ring over the newest ids.
#pragma once

#include <cstdint>

#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"
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
    explicit OrderDirectory(std::uint32_t capacity)
        : entries_(capacity, base::PageSize::huge), mask_(capacity - 1) {}

    /// Lets the system provide the memory of the first `count` ids now.
    void prepare(std::uint32_t count) { entries_.prepare(count); }

    [[nodiscard]] model::OrderId last() const { return model::OrderId{last_}; }

    /// Hands out the next id, closed until open() says otherwise. An id whose place still belongs
    /// to an open order (one as old as the ring) is passed over. Requires: fewer open orders than
    /// places.
    [[nodiscard]] model::OrderId next(model::AccountId owner) {
        do {
            ++last_;
        } while (taken(entries_[last_ & mask_]));
        entries_[last_ & mask_] = {closed, owner.value()};
        return model::OrderId{last_};
    }

    void open(model::OrderId id, std::uint32_t slot) { entries_[id.value() & mask_].slot = slot; }
    /// An id as old as the ring leaves its place to the one that was passed over for it, which was
    /// never given.
    void close(model::OrderId id) {
        Entry& entry = entries_[id.value() & mask_];
        entry = last_ - id.value() > mask_ ? Entry{closed, 0} : Entry{closed, entry.account};
    }

    /// account = 0 for ids never handed out, and for closed ones too old to be named. The place of
    /// an old id may be another open order's: the caller compares the id of the order in the slot.
    [[nodiscard]] Entry find(model::OrderId id) const {
        if (id.value() == 0 || id.value() > last_) return {closed, 0};
        const Entry& entry = entries_[id.value() & mask_];
        return last_ - id.value() > mask_ && !taken(entry) ? Entry{closed, 0} : entry;
    }

    /// `archive(field...)` takes or gives fields. Open orders are not part of it: whoever has them
    /// opens them again.
    template <class Archive>
    void save(Archive& archive) const {
        archive(last_, mask_);
        for (std::uint64_t i = 0; i < used(); ++i) archive(entries_[i].account);
    }
    template <class Archive>
    void load(Archive& archive) {
        std::uint64_t mask = 0;
        archive(last_, mask);
        if (mask != mask_) return archive.spoil();
        for (std::uint64_t i = 0; i < used() && archive.good(); ++i) {
            archive(entries_[i].account);
            entries_[i].slot = closed;
        }
    }

    void prefetch(model::OrderId id) const {
        base::prefetch_to_write(&entries_[id.value() & mask_]);
    }

 private:
    /// Places that may hold something.
    [[nodiscard]] std::uint64_t used() const { return last_ < mask_ ? last_ + 1 : mask_ + 1; }
    [[nodiscard]] static bool taken(const Entry& entry) {
        return entry.account != 0 && entry.slot != closed;
    }

    base::LazyArray<Entry> entries_;
    std::uint64_t mask_;
    std::uint64_t last_ = 0;
};

}  // namespace bw::order_manager
