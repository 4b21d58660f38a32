// GrowingIndex: hash -> dense entry number, for tables that only grow. Linear hashing (Litwin
// 1980): every third insertion splits one bucket, so there is never a pause to rehash, and the
// memory touched is in proportion to the entries.
//
// A bucket is one cache line with room for seven entries and their hashes, on average it holds
// three; what does not fit goes to lines linked behind it. So a lookup of a key that is not there
// touches one line, one time in thirty a second.
//
// The caller keeps the entries themselves in arrays indexed by the entry number and compares keys;
// the index only finds candidates.
#pragma once

#include <array>
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
        : capacity_(capacity),
          buckets_(capacity / entries_per_bucket + first_buckets, PageSize::huge),
          further_(capacity / Bucket::room + 1, PageSize::huge) {}

    /// The entry with this hash for which `same(entry)` holds, or none.
    template <class Same>
    [[nodiscard]] Entry find(std::uint64_t hash, Same&& same) const {
        const auto short_hash = static_cast<std::uint32_t>(hash);
        for (const Bucket* bucket = &bucket_of(short_hash);;
             bucket = &further_[bucket->further - 1]) {
            for (std::uint32_t i = 0; i < bucket->used; ++i)
                if (bucket->hashes[i] == short_hash && same(bucket->entries[i]))
                    return bucket->entries[i];
            if (bucket->further == 0) return none;
        }
    }

    [[nodiscard]] bool full() const { return size_ == capacity_; }
    [[nodiscard]] std::uint32_t size() const { return size_; }

    /// A new entry, number size(). Requires: not full, and no equal key is present.
    Entry insert(std::uint64_t hash) {
        BW_ASSERT(!full());
        const Entry entry = size_++;
        const auto short_hash = static_cast<std::uint32_t>(hash);
        push(bucket_of(short_hash), short_hash, entry);
        if (size_ > bucket_count() * entries_per_bucket) split_one();
        return entry;
    }

    /// Forgets every entry. Cost: O(size).
    void clear() {
        for (std::uint32_t i = 0; i < bucket_count(); ++i) buckets_[i] = {};
        for (std::uint32_t i = 0; i < further_used_; ++i) further_[i] = {};
        size_ = 0;
        round_ = first_buckets;
        next_split_ = 0;
        further_used_ = 0;
        further_free_ = 0;
    }

    /// Lets the system provide the memory of the first `entries` entries now.
    void prepare(std::uint32_t entries) {
        buckets_.prepare(entries / entries_per_bucket + first_buckets);
        further_.prepare(entries / entries_per_line_behind);
    }

    /// Starts loading the bucket of a hash that is looked up soon.
    void prefetch(std::uint64_t hash) const {
        base::prefetch_to_write(&bucket_of(static_cast<std::uint32_t>(hash)));
    }
    /// Once the bucket is there: what a lookup will most likely find, or none.
    [[nodiscard]] Entry likely(std::uint64_t hash) const {
        const auto short_hash = static_cast<std::uint32_t>(hash);
        const Bucket& bucket = bucket_of(short_hash);
        for (std::uint32_t i = 0; i < bucket.used; ++i)
            if (bucket.hashes[i] == short_hash) return bucket.entries[i];
        if (bucket.further != 0) base::prefetch(&further_[bucket.further - 1]);
        return none;
    }

 private:
    static constexpr std::uint32_t first_buckets = 16;  // power of two
    static constexpr std::uint32_t entries_per_bucket = 3;
    static constexpr std::uint32_t splits_ahead = 2;
    static constexpr std::uint32_t entries_per_line_behind = 64;  // one bucket in 30 has one

    struct alignas(64) Bucket {
        static constexpr std::uint32_t room = 7;
        std::array<std::uint32_t, room> hashes;
        std::array<Entry, room> entries;
        std::uint32_t used;  // 0: empty (fresh pages are zero)
        // number + 1 of the line that goes on; 0: none. Those behind the first such line are full
        std::uint32_t further;
    };
    static_assert(sizeof(Bucket) == 64, "one cache line");

    [[nodiscard]] std::uint32_t bucket_count() const { return round_ + next_split_; }

    [[nodiscard]] std::uint32_t number_of(std::uint32_t hash) const {
        const std::uint32_t bucket = hash & (round_ - 1);
        return bucket < next_split_ ? hash & (2 * round_ - 1) : bucket;
    }
    [[nodiscard]] const Bucket& bucket_of(std::uint32_t hash) const {
        return buckets_[number_of(hash)];
    }
    [[nodiscard]] Bucket& bucket_of(std::uint32_t hash) { return buckets_[number_of(hash)]; }

    static void put(Bucket& bucket, std::uint32_t hash, Entry entry) {
        bucket.hashes[bucket.used] = hash;
        bucket.entries[bucket.used] = entry;
        ++bucket.used;
    }

    void push(Bucket& bucket, std::uint32_t hash, Entry entry) {
        if (bucket.used < Bucket::room) return put(bucket, hash, entry);
        if (bucket.further == 0 || further_[bucket.further - 1].used == Bucket::room) {
            const std::uint32_t fresh = take_further();
            further_[fresh - 1].further = bucket.further;
            bucket.further = fresh;
        }
        put(further_[bucket.further - 1], hash, entry);
    }

    /// Number + 1 of an empty line.
    std::uint32_t take_further() {
        if (further_free_ == 0) return ++further_used_;
        const std::uint32_t taken = further_free_;
        further_free_ = further_[taken - 1].further;
        return taken;
    }
    void give_back_further(std::uint32_t number) {
        further_[number - 1].used = 0;
        further_[number - 1].further = further_free_;
        further_free_ = number;
    }

    /// Each entry stays in the bucket or goes to its partner `round_` further on.
    void split_one() {
        if (bucket_count() == buckets_.size()) return;
        Bucket& bucket = buckets_[next_split_];
        if (const std::uint32_t soon = next_split_ + splits_ahead; soon < round_)
            if (buckets_[soon].further != 0)
                base::prefetch_to_write(&further_[buckets_[soon].further - 1]);
        Bucket line = bucket;
        bucket = {};
        if (++next_split_ == round_) {
            round_ *= 2;
            next_split_ = 0;
        }
        while (true) {
            for (std::uint32_t i = 0; i < line.used; ++i)
                push(bucket_of(line.hashes[i]), line.hashes[i], line.entries[i]);
            if (line.further == 0) return;
            const std::uint32_t read = line.further;
            line = further_[read - 1];
            give_back_further(read);
        }
    }

    std::uint32_t capacity_;
    LazyArray<Bucket> buckets_;
    LazyArray<Bucket> further_;
    std::uint32_t size_ = 0;
    std::uint32_t round_ = first_buckets;
    std::uint32_t next_split_ = 0;
    std::uint32_t further_used_ = 0;  // lines ever taken
    std::uint32_t further_free_ = 0;  // number + 1 of the first that was given back; 0: none
};

}  // namespace bw::base
