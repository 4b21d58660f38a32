// ClientIds: what was first answered to a client's own id. (account, text) -> first result;
// remembers until it is cleared.
#pragma once

#include <cstdint>

#include "base/fixed_text.hpp"
#include "base/growing_index.hpp"
#include "base/hash.hpp"
#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::order_manager {

/// Letters, digits, '_', '.', '-'; NUL padding only at the end; not empty.
[[nodiscard]] bool well_formed(const model::ClientOrderId& text);

struct FirstResult {
    std::uint64_t id = 0;  ///< what the first command made: order id, account id, or 0
    model::RejectReason reason = model::RejectReason::none;
};

class ClientIds {
 public:
    explicit ClientIds(std::uint32_t capacity)
        : entries_(capacity, base::PageSize::huge), index_(capacity) {}

    [[nodiscard]] static std::uint64_t hash_of(model::AccountId account,
                                               const model::ClientOrderId& text);

    /// The entry of (account, text), or nullptr. `hash` = hash_of(account, text).
    [[nodiscard]] FirstResult* find(std::uint64_t hash, model::AccountId account,
                                    const model::ClientOrderId& text);
    [[nodiscard]] bool full() const { return index_.full(); }
    /// Requires: not full, and not there yet.
    FirstResult& remember(std::uint64_t hash, model::AccountId account,
                          const model::ClientOrderId& text);
    void clear() { index_.clear(); }
    /// Lets the system provide the memory of the first `count` entries now.
    void prepare(std::uint32_t count) {
        entries_.prepare(count);
        index_.prepare(count);
    }
    /// Forgets every entry for which `keep(first result)` is false; the others stay in their order.
    /// Cost: O(size).
    template <class Keep>
    void keep_only(Keep&& keep) {
        std::uint32_t kept = 0;
        for (std::uint32_t i = 0; i < index_.size(); ++i)
            if (keep(entries_[i].first)) entries_[kept++] = entries_[i];
        index_.clear();
        for (std::uint32_t i = 0; i < kept; ++i)
            index_.insert(hash_of(entries_[i].account, entries_[i].text));
    }

    /// Hints for a lookup that comes soon, in two steps: the bucket, then the entry.
    void prefetch(std::uint64_t hash) const { index_.prefetch(hash); }
    void prefetch_entry(std::uint64_t hash) const {
        const auto entry = index_.likely(hash);
        if (entry != base::GrowingIndex::none) base::prefetch(&entries_[entry]);
    }
    /// The id that a lookup will most likely find; 0 when there is no good guess.
    [[nodiscard]] std::uint64_t likely_id(std::uint64_t hash) const {
        const auto entry = index_.likely(hash);
        return entry == base::GrowingIndex::none ? 0 : entries_[entry].first.id;
    }
    [[nodiscard]] std::uint32_t size() const { return index_.size(); }
    void add_to(base::RunningHash& hash) const;

    /// `archive(field...)` takes or gives fields.
    template <class Archive>
    void save(Archive& archive) const {
        archive(index_.size());
        for (std::uint32_t i = 0; i < index_.size(); ++i)
            archive(entries_[i].first.id, entries_[i].first.reason, entries_[i].account,
                    entries_[i].text);
    }
    template <class Archive>
    void load(Archive& archive) {
        std::uint32_t count = 0;
        archive(count);
        for (std::uint32_t i = 0; i < count && archive.good(); ++i) {
            if (full()) return archive.spoil();
            FirstResult first;
            model::AccountId account;
            model::ClientOrderId text;
            archive(first.id, first.reason, account, text);
            remember(hash_of(account, text), account, text) = first;
        }
    }

 private:
    struct alignas(64) Entry {
        FirstResult first;
        model::AccountId account;
        model::ClientOrderId text;
    };
    static_assert(sizeof(Entry) == 64);
    static constexpr std::size_t entries_ahead = 8;  // loaded before they are written

    base::LazyArray<Entry> entries_;
    base::GrowingIndex index_;
};

}  // namespace bw::order_manager
