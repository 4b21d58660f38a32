// SpscRing<T, Capacity>: a bounded queue from one producing thread (or process) to one consuming
// one.
//
//   claimed by the producer        released by the consumer
//        tail_  ──►  [ . . . slots . . . ]  ──►  head_
//
// Lives in plain or shared memory: no pointers, no locks, trivially constructible from zeroed
// pages. Threads: try_claim/publish from one producer, front/release from one consumer. Cost: one
// cache line moves per batch, because each side caches the other's position and re-reads it only
// when the cached one says full or empty.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace bw::base {

inline constexpr std::size_t cache_line = 64;

template <class T, std::size_t Capacity>
class SpscRing {
    static_assert((Capacity & (Capacity - 1)) == 0, "capacity is a power of two");
    static_assert(std::is_trivially_copyable_v<T>, "slots may be in shared memory");

 public:
    static constexpr std::size_t capacity = Capacity;

    /// The next free slot, or nullptr when the ring is full (back-pressure: nothing is dropped
    /// here).
    [[nodiscard]] T* try_claim() {
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_seen_ == Capacity) {
            head_seen_ = head_.load(std::memory_order_acquire);  // pairs with release()
            if (tail - head_seen_ == Capacity) return nullptr;
        }
        return &slots_[tail & (Capacity - 1)];
    }

    /// The next two free slots, which are no neighbours where the ring closes; or nullptrs when
    /// fewer are free.
    [[nodiscard]] std::array<T*, 2> try_claim_two() {
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_seen_ > Capacity - 2) {
            head_seen_ = head_.load(std::memory_order_acquire);  // pairs with release()
            if (tail - head_seen_ > Capacity - 2) return {};
        }
        return {&slots_[tail & (Capacity - 1)], &slots_[(tail + 1) & (Capacity - 1)]};
    }

    /// Makes the claimed slots visible to the consumer, all at once.
    void publish(std::uint64_t slots = 1) {
        tail_.store(tail_.load(std::memory_order_relaxed) + slots,
                    std::memory_order_release);  // pairs with front()
    }

    /// The oldest unread slot, or nullptr when the ring is empty.
    [[nodiscard]] const T* front() {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);
        if (head == tail_seen_) {
            tail_seen_ = tail_.load(std::memory_order_acquire);  // pairs with publish()
            if (head == tail_seen_) return nullptr;
        }
        return &slots_[head & (Capacity - 1)];
    }

    /// Gives the slot last returned by front() back to the producer.
    void release() {
        head_.store(head_.load(std::memory_order_relaxed) + 1,
                    std::memory_order_release);  // pairs with try_claim()
    }

    /// Consumer: entries it knows of and has not released. Reads nothing that the producer writes.
    [[nodiscard]] std::size_t known() const {
        return tail_seen_ - head_.load(std::memory_order_relaxed);
    }

    /// The consuming end for a producer in another process, which may write anything into the
    /// shared memory: this end keeps its position, and what it knows of the producer, in private
    /// memory, and trusts the producer only as far as its values are possible.
    class GuardedConsumer {
     public:
        /// Begins at the ring's present position. Requires: the producer does not have the ring's
        /// memory yet.
        explicit GuardedConsumer(SpscRing& ring)
            : ring_(&ring), head_(ring.head_.load(std::memory_order_relaxed)), tail_seen_(head_) {}

        /// The oldest unread slot, or nullptr: empty, or fenced. The slot's content may change
        /// while it is read.
        [[nodiscard]] const T* front() {
            if (head_ == tail_seen_ && !look()) return nullptr;
            return &ring_->slots_[head_ & (Capacity - 1)];
        }
        /// The slot after the one front() returned; nullptr if unpublished, or if the ring is
        /// fenced. Requires: front() returned a slot.
        [[nodiscard]] const T* second() {
            if (tail_seen_ - head_ < 2 && (!look() || tail_seen_ - head_ < 2)) return nullptr;
            return &ring_->slots_[(head_ + 1) & (Capacity - 1)];
        }
        /// Gives the slots last returned by front(), and by second(), back to the producer.
        void release(std::uint64_t slots = 1) {
            ring_->head_.store(head_ += slots, std::memory_order_release);
        }
        /// Entries it knows of and has not released; at most the capacity.
        [[nodiscard]] std::size_t known() const { return tail_seen_ - head_; }
        /// True if nothing is left to read, as far as can be seen now, and the ring is not fenced.
        [[nodiscard]] bool drained() { return head_ == tail_seen_ && !look() && !fenced_; }

        /// True once the producer claimed an impossible position: nothing more is taken from this
        /// ring until empty().
        [[nodiscard]] bool fenced() const { return fenced_; }
        /// Empties the ring at this end's position, whatever was written into it. Requires: no
        /// producer is active.
        void empty() {
            tail_seen_ = head_;
            fenced_ = false;
            ring_->head_.store(head_, std::memory_order_relaxed);
            ring_->tail_.store(head_, std::memory_order_release);
        }

     private:
        [[nodiscard]] bool look() {
            if (fenced_) return false;
            const std::uint64_t tail =
                ring_->tail_.load(std::memory_order_acquire);  // pairs with publish()
            fenced_ = tail - head_ > Capacity;  // also when it went back: the difference wraps
            if (!fenced_) tail_seen_ = tail;
            return !fenced_ && tail != head_;
        }

        SpscRing* ring_;
        std::uint64_t head_;
        std::uint64_t tail_seen_;
        bool fenced_ = false;
    };

    /// For a new producer after the previous one died: forgets what that one knew. Requires: no
    /// other producer is active.
    void begin_producing() { head_seen_ = head_.load(std::memory_order_acquire); }

    /// Entries published and not yet released; exact only when both sides rest.
    [[nodiscard]] std::size_t size() const {
        return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire);
    }

 private:
    alignas(cache_line) std::atomic<std::uint64_t> tail_{0};  // written by the producer
    std::uint64_t head_seen_ = 0;                             // producer's copy of head_
    alignas(cache_line) std::atomic<std::uint64_t> head_{0};  // written by the consumer
    std::uint64_t tail_seen_ = 0;                             // consumer's copy of tail_
    alignas(cache_line) std::array<T, Capacity> slots_;
};

}  // namespace bw::base
