// PublishedIndex<T>: number -> const T*, for entries that are added while other threads look them
// up, and never removed. A look-up takes no lock and writes nothing.
//
//   current_ ─► table: | 7, ptr | -, null | 4, ptr | … |     linear probing, at most half full
//                        the pointer is stored last: who sees it, sees the number and the entry
//
// A full table is replaced by one of twice its size. The old one is kept for threads that still
// read it, so all tables together take at most twice the memory of the newest.
//
// Threads: find() from any; insert() from one at a time. The entries belong to the caller and live
// as long as the index.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace bw::base {

template <class T>
class PublishedIndex {
 public:
    PublishedIndex() { use(std::make_unique<Table>(slots_at_start)); }
    PublishedIndex(const PublishedIndex&) = delete;
    PublishedIndex& operator=(const PublishedIndex&) = delete;

    /// nullptr: there is none. An entry is found from the moment insert() returns.
    [[nodiscard]] const T* find(std::uint64_t number) const {
        const Table& table = *current_.load(std::memory_order_acquire);  // pairs with use()
        for (std::size_t at = table.first(number);; at = table.after(at)) {
            const Slot& slot = table.slots[at];
            const T* entry = slot.entry.load(std::memory_order_acquire);  // pairs with put()
            if (entry == nullptr || slot.number == number) return entry;
        }
    }

    /// Requires: `number` is not in the index, and `entry` is complete.
    void insert(std::uint64_t number, const T* entry) {
        BW_ASSERT(entry != nullptr && find(number) == nullptr);
        if ((size_ + 1) * 2 > tables_.back()->slots.size()) grow();
        put(*tables_.back(), number, entry);
        ++size_;
    }

    /// Entries inserted; for the inserting thread.
    [[nodiscard]] std::size_t size() const { return size_; }

 private:
    static constexpr std::size_t slots_at_start = 1024;  // power of two

    struct Slot {
        std::uint64_t number = 0;
        std::atomic<const T*> entry{nullptr};
    };
    struct Table {
        explicit Table(std::size_t size) : slots(size) {}
        [[nodiscard]] std::size_t first(std::uint64_t number) const {
            return mix64(number) & (slots.size() - 1);
        }
        [[nodiscard]] std::size_t after(std::size_t at) const {
            return (at + 1) & (slots.size() - 1);
        }
        std::vector<Slot> slots;
    };

    static void put(Table& table, std::uint64_t number, const T* entry) {
        std::size_t at = table.first(number);
        while (table.slots[at].entry.load(std::memory_order_relaxed) != nullptr)
            at = table.after(at);
        table.slots[at].number = number;
        table.slots[at].entry.store(entry, std::memory_order_release);  // pairs with find()
    }

    void grow() {
        auto larger = std::make_unique<Table>(tables_.back()->slots.size() * 2);
        for (const Slot& slot : tables_.back()->slots)
            if (const T* entry = slot.entry.load(std::memory_order_relaxed); entry != nullptr)
                put(*larger, slot.number, entry);
        use(std::move(larger));
    }

    void use(std::unique_ptr<Table> table) {
        tables_.push_back(std::move(table));
        current_.store(tables_.back().get(), std::memory_order_release);  // pairs with find()
    }

    std::atomic<const Table*> current_{nullptr};
    std::vector<std::unique_ptr<Table>> tables_;  // the last is the current one
    std::size_t size_ = 0;
};

}  // namespace bw::base
