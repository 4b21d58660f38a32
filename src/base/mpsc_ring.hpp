// MpscRing<T, Capacity>: a bounded queue from any number of producing threads to one consuming
// thread. Nobody waits: a full ring refuses, and the caller decides what a refusal means.
//
//   producers claim a number ─► slot[number mod Capacity] ─► turn := number + 1 ─► :consumer
//                                      ▲                                             │
//                                      └──────────── turn := number + Capacity ◄─────┘
//
// Each slot says in `turn` whose it is: the number of the producer that may write it next, or one
// more when it holds that producer's object (D. Vyukov's bounded queue, with one consumer). A
// producer that is suspended while it writes hides the objects behind its own, and loses none.
// Threads: try_put() from any, try_take() from one.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace bw::base {

template <class T, std::size_t Capacity>
class MpscRing {
    static_assert((Capacity & (Capacity - 1)) == 0, "capacity is a power of two");
    static_assert(std::is_trivially_copyable_v<T>, "objects are copied as bytes");

 public:
    static constexpr std::size_t capacity = Capacity;

    MpscRing() {
        for (std::size_t i = 0; i < Capacity; ++i)
            slots_[i].turn.store(i, std::memory_order_relaxed);
    }
    MpscRing(const MpscRing&) = delete;
    MpscRing& operator=(const MpscRing&) = delete;

    /// False: the ring is full, and `object` is not in it.
    [[nodiscard]] bool try_put(const T& object) {
        std::uint64_t number = tail_.load(std::memory_order_relaxed);
        while (true) {
            Slot& slot = slots_[number & (Capacity - 1)];
            const std::uint64_t turn =
                slot.turn.load(std::memory_order_acquire);  // pairs with try_take()
            if (turn == number) {
                if (!tail_.compare_exchange_weak(number, number + 1, std::memory_order_relaxed))
                    continue;
                slot.object = object;
                slot.turn.store(number + 1, std::memory_order_release);  // pairs with try_take()
                return true;
            }
            if (turn < number) return false;  // not taken since the round before
            number = tail_.load(std::memory_order_relaxed);
        }
    }

    /// False: there is nothing to take, and `object` is as it was.
    [[nodiscard]] bool try_take(T& object) {
        Slot& slot = slots_[head_ & (Capacity - 1)];
        if (slot.turn.load(std::memory_order_acquire) != head_ + 1)  // pairs with try_put()
            return false;
        object = slot.object;
        slot.turn.store(head_ + Capacity, std::memory_order_release);  // pairs with try_put()
        ++head_;
        return true;
    }

 private:
    struct Slot {
        std::atomic<std::uint64_t> turn;
        T object;
    };

    alignas(64) std::atomic<std::uint64_t> tail_{0};  // the next number to claim
    alignas(64) std::uint64_t head_ = 0;              // the consumer's
    alignas(64) std::array<Slot, Capacity> slots_;
};

}  // namespace bw::base
