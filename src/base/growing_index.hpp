// GrowingIndex: hash -> dense entry number, for tables that only grow. Linear hashing (Litwin 1980): each insertion splits one
// bucket, so there is never a pause to rehash, and the memory touched is in proportion to the entries.
//
// The caller keeps the entries themselves in arrays indexed by the entry number and compares keys; the index only finds candidates.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"

namespace bw::base {

class GrowingIndex {
 public:
    using Entry = std::uint32_t;
    static constexpr Entry none = ~Entry{0};

    explicit GrowingIndex(std::uint32_t capacity)
        : heads_(std::size_t{capacity} + first_buckets, PageSize::huge),
          links_(capacity, PageSize::huge) {
        BW_ASSERT(capacity < 1u << 31);  // an entry and a flag share 32 bits
    }

    /// The entry with this hash for which `same(entry)` holds, or none.
    template <class Same>
    [[nodiscard]] Entry find(std::uint64_t hash, Same&& same) const {
        if (size_ == 0) return none;
        const auto short_hash = static_cast<std::uint32_t>(hash);
        const Head& head = heads_[bucket_of(short_hash)];
        if (head.empty()) return none;
        if (head.hash == short_hash && same(head.entry())) return head.entry();
        if (!head.more()) return none;  // most lookups that fail end here, without touching a link
        for (Entry entry = links_[head.entry()].next - 1; entry != none;
             entry = links_[entry].next - 1)
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
        push(bucket_of(links_[entry].hash), entry, links_[entry].hash);
        split_one();
        return entry;
    }

    /// Forgets every entry. Cost: O(size).
    void clear() {
        for (std::uint32_t bucket = 0; bucket < buckets(); ++bucket) heads_[bucket] = {};
        size_ = 0;
        round_ = first_buckets;
        next_split_ = 0;
    }

    /// Starts loading the bucket of a hash that is looked up soon.
    void prefetch(std::uint64_t hash) const {
        if (size_ != 0) base::prefetch(&heads_[bucket_of(static_cast<std::uint32_t>(hash))]);
    }
    /// Once the bucket is there: its first entry if that has this hash, else none.
    [[nodiscard]] Entry likely(std::uint64_t hash) const {
        if (size_ == 0) return none;
        const auto short_hash = static_cast<std::uint32_t>(hash);
        const Head& head = heads_[bucket_of(short_hash)];
        return !head.empty() && head.hash == short_hash ? head.entry() : none;
    }
    /// When likely() has no answer: starts loading the link from the first entry to the second; once that is there, the second entry, a
    /// guess, or none.
    void prefetch_link(std::uint64_t hash) const {
        const Head* head = chain_of_others(hash);
        if (head != nullptr) base::prefetch(&links_[head->entry()]);
    }
    [[nodiscard]] Entry second(std::uint64_t hash) const {
        const Head* head = chain_of_others(hash);
        if (head == nullptr) return none;
        const Entry entry = links_[head->entry()].next - 1;
        base::prefetch(&links_[entry]);
        return entry;
    }

 private:
    static constexpr std::uint32_t first_buckets = 16;  // power of two
    static constexpr std::uint32_t splits_ahead = 8;

    /// A bucket: its first entry with that entry's hash, and whether links lead to more.
    struct Head {
        std::uint32_t hash;
        std::uint32_t code;  // (entry + 1) x 2 + more; 0 = empty (fresh pages are zero)
        [[nodiscard]] bool empty() const { return code == 0; }
        [[nodiscard]] bool more() const { return (code & 1) != 0; }
        [[nodiscard]] Entry entry() const { return (code >> 1) - 1; }
    };
    struct Link {
        std::uint32_t hash;
        std::uint32_t next;  // entry + 1; 0 ends the chain
    };

    /// The head of the hash's bucket if its first entry has another hash and is not the only one.
    [[nodiscard]] const Head* chain_of_others(std::uint64_t hash) const {
        if (size_ == 0) return nullptr;
        const auto short_hash = static_cast<std::uint32_t>(hash);
        const Head& head = heads_[bucket_of(short_hash)];
        return head.more() && head.hash != short_hash ? &head : nullptr;
    }

    [[nodiscard]] std::uint32_t buckets() const { return round_ + next_split_; }

    [[nodiscard]] std::uint32_t bucket_of(std::uint32_t hash) const {
        const std::uint32_t bucket = hash & (round_ - 1);
        return bucket < next_split_ ? hash & (2 * round_ - 1) : bucket;
    }

    void push(std::uint32_t bucket, Entry entry, std::uint32_t hash) {
        Head& head = heads_[bucket];
        const bool more = !head.empty();
        links_[entry].next = more ? head.entry() + 1 : 0;
        head = {hash, (entry + 1) << 1 | static_cast<std::uint32_t>(more)};
    }

    void split_one() {
        if (buckets() >= heads_.size()) return;
        const std::uint32_t old_bucket = next_split_;
        if (old_bucket + splits_ahead < heads_.size()) {
            const Head& soon = heads_[old_bucket + splits_ahead];
            if (soon.more()) base::prefetch_to_write(&links_[soon.entry()]);
        }
        const Head head = heads_[old_bucket];
        heads_[old_bucket] = {};
        heads_[round_ + old_bucket] = {};
        if (++next_split_ == round_) {
            round_ *= 2;
            next_split_ = 0;
        }
        if (head.empty()) return;
        Entry following = head.more() ? links_[head.entry()].next - 1 : none;
        push(bucket_of(head.hash), head.entry(), head.hash);
        while (following != none) {
            const Entry entry = following;
            following = links_[entry].next - 1;
            push(bucket_of(links_[entry].hash), entry, links_[entry].hash);
        }
    }

    LazyArray<Head> heads_;
    LazyArray<Link> links_;
    std::uint32_t size_ = 0;
    std::uint32_t round_ = first_buckets;
    std::uint32_t next_split_ = 0;
};

}  // namespace bw::base
