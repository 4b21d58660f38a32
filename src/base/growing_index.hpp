// GrowingIndex: hash -> dense entry number, for tables that only grow. Linear hashing (Litwin 1980): each insertion splits one
// bucket, so there is never a pause to rehash, and the memory touched is in proportion to the entries.
//
// The caller keeps the entries themselves in arrays indexed by the entry number and compares keys; the index only finds candidates.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/lazy_array.hpp"

namespace bw::base {

class GrowingIndex {
   public:
    using Entry = std::uint32_t;
    static constexpr Entry none = ~Entry{0};

    explicit GrowingIndex(std::uint32_t capacity) : heads_(std::size_t{capacity} + first_buckets), links_(capacity) {}

    /// The entry with this hash for which `same(entry)` holds, or none.
    template <class Same>
    [[nodiscard]] Entry find(std::uint64_t hash, Same&& same) const {
        const auto short_hash = static_cast<std::uint32_t>(hash);
        for (Entry entry = first(short_hash); entry != none; entry = links_[entry].next - 1)
            if (links_[entry].hash == short_hash && same(entry)) return entry;
        return none;
    }

    [[nodiscard]] bool full() const { return size_ == links_.size(); }
    [[nodiscard]] std::uint32_t size() const { return size_; }

    /// A new entry, number size(). Requires: not full, and no equal key is present.
    Entry insert(std::uint64_t hash) {
        BW_ASSERT(!full());
        const Entry entry = size_++;
        links_[entry].hash = static_cast<std::uint32_t>(hash);
        push(bucket_of(links_[entry].hash), entry);
        split_one();
        return entry;
    }

    /// Forgets every entry. Cost: O(size).
    void clear() {
        for (std::uint32_t bucket = 0; bucket < buckets(); ++bucket) heads_[bucket] = 0;
        size_ = 0;
        round_ = first_buckets;
        next_split_ = 0;
    }

    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&heads_[bucket_of(static_cast<std::uint32_t>(hash))]); }

   private:
    static constexpr std::uint32_t first_buckets = 16;  // power of two
    struct Link {
        std::uint32_t hash;
        std::uint32_t next;  // entry + 1; 0 ends the chain (fresh pages are zero)
    };

    [[nodiscard]] std::uint32_t buckets() const { return round_ + next_split_; }

    [[nodiscard]] std::uint32_t bucket_of(std::uint32_t hash) const {
        const std::uint32_t bucket = hash & (round_ - 1);
        return bucket < next_split_ ? hash & (2 * round_ - 1) : bucket;
    }

    [[nodiscard]] Entry first(std::uint32_t hash) const { return heads_[bucket_of(hash)] - 1; }

    void push(std::uint32_t bucket, Entry entry) {
        links_[entry].next = heads_[bucket];
        heads_[bucket] = entry + 1;
    }

    void split_one() {
        if (buckets() >= heads_.size()) return;
        const std::uint32_t old_bucket = next_split_;
        Entry entry = heads_[old_bucket] - 1;
        heads_[old_bucket] = 0;
        heads_[round_ + old_bucket] = 0;
        if (++next_split_ == round_) {
            round_ *= 2;
            next_split_ = 0;
        }
        while (entry != none) {
            const Entry following = links_[entry].next - 1;
            push(bucket_of(links_[entry].hash), entry);
            entry = following;
        }
    }

    LazyArray<std::uint32_t> heads_;  // entry + 1; 0 = empty bucket
    LazyArray<Link> links_;
    std::uint32_t size_ = 0;
    std::uint32_t round_ = first_buckets;
    std::uint32_t next_split_ = 0;
};

}  // namespace bw::base
