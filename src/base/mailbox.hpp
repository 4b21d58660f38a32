// Mailbox<T>: hands objects from one producing thread to one consuming thread, in order. Nothing is
// lost: what does not fit into the ring waits with the producer until flush().
//
//   producer: post() ─► [ overflow ] ─► ring ─► take() :consumer
//
// The ring is lock-free and never moves its slots. The overflow allocates; a producer that must
// stay bounded asks has_room() before it starts work whose result it will post. Threads: post(),
// flush() and has_room() from one, take() from another.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace bw::base {

template <class T>
class Mailbox {
 public:
    /// `capacity` slots; a power of two.
    explicit Mailbox(std::size_t capacity) : slots_(capacity), mask_(capacity - 1) {
        BW_ASSERT(std::has_single_bit(capacity));
    }
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    // --- producer

    /// True if `count` more objects go into the ring at once.
    [[nodiscard]] bool has_room(std::size_t count = 1) {
        return overflow_.empty() && free_slots(count) >= count;
    }
    void post(T object) {
        if (!overflow_.empty() || !put(object)) overflow_.push_back(std::move(object));
    }
    /// Moves what waits into the ring, as far as there is room. Returns the number of objects
    /// moved.
    std::size_t flush() {
        std::size_t moved = 0;
        while (!overflow_.empty() && put(overflow_.front())) {
            overflow_.pop_front();
            ++moved;
        }
        return moved;
    }
    [[nodiscard]] std::size_t overflowing() const { return overflow_.size(); }

    // --- consumer

    [[nodiscard]] std::optional<T> take() {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);
        if (head == tail_seen_) {
            tail_seen_ = tail_.load(std::memory_order_acquire);  // pairs with put()
            if (head == tail_seen_) return std::nullopt;
        }
        std::optional<T> object(std::move(slots_[head & mask_]));
        slots_[head & mask_] = T();
        head_.store(head + 1, std::memory_order_release);  // pairs with free_slots()
        return object;
    }
    /// Whether take() would return nothing. Reads what the producer writes.
    [[nodiscard]] bool empty() const {
        return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_acquire);
    }

 private:
    std::size_t free_slots(std::size_t wanted) {
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        if (slots_.size() - (tail - head_seen_) < wanted)
            head_seen_ = head_.load(std::memory_order_acquire);  // pairs with take()
        return slots_.size() - (tail - head_seen_);
    }
    /// Moves `object` into the ring; leaves it alone when the ring is full.
    bool put(T& object) {
        if (free_slots(1) == 0) return false;
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        slots_[tail & mask_] = std::move(object);
        tail_.store(tail + 1, std::memory_order_release);  // pairs with take()
        return true;
    }

    std::vector<T> slots_;
    std::size_t mask_;
    std::deque<T> overflow_;  // the producer's
    alignas(64) std::atomic<std::uint64_t> tail_{0};
    std::uint64_t head_seen_ = 0;  // the producer's copy of head_
    alignas(64) std::atomic<std::uint64_t> head_{0};
    std::uint64_t tail_seen_ = 0;  // the consumer's copy of tail_
};

}  // namespace bw::base
