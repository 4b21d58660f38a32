// SegmentWindow: the shared-memory segments of one log that this process has mapped for writing.
//
//      written           active            prepared
//    ┌─────────┐ ┌──────┐ ┌──────┐        ┌──────┐
//    │ n       │…│      │ │ m    │        │ m+1  │      n <= m, m + 1 - n < capacity
//    └─────────┘ └──────┘ └──────┘        └──────┘
//    DurableWriter        LogWriter       Preparer
//
// The next segment is prepared when the log writer asks for it: once an eighth of the active one is
// filled. A log that hardly grows takes half of the memory and of the disk.
//
// Threads: preparer, log writer and durable writer, one each. The preparer puts segments in and
// takes out those before `written`; the log writer moves `active`, the durable writer moves
// `written`. Both wake the preparer.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/assert.hpp"
#include "event_store/log/format.hpp"
#include "platform/storage.hpp"
#include "platform/wake_up.hpp"

namespace bw::event_store {

class SegmentWindow {
 public:
    static constexpr std::uint64_t capacity = 16;

    SegmentWindow(const LogIdentity& identity, std::uint64_t oldest)
        : identity_(identity),
          oldest_(oldest),
          active_(oldest),
          wanted_(oldest),
          written_(oldest) {}

    /// Bytes of a segment of this size after which the next one is asked for.
    [[nodiscard]] static constexpr std::uint64_t ask_at(std::uint64_t segment_bytes) {
        return segment_bytes / 8;
    }

    /// The segment, or nullptr if it is not prepared yet or already released.
    [[nodiscard]] std::byte* find(std::uint64_t index) const {
        // A slot holds another segment until that one is released, so check the window first.
        if (!has_room_for(index)) return nullptr;
        return bases_[index % capacity].load(std::memory_order_acquire);
    }
    [[nodiscard]] std::size_t size_of(std::uint64_t index) const {
        return mappings_[index % capacity]->bytes().size();
    }

    /// Adds a prepared segment. Requires: has_room_for(index), and its slot is free.
    void put(std::uint64_t index, std::unique_ptr<platform::MappedFile> mapping) {
        BW_ASSERT(has_room_for(index) && find(index) == nullptr);
        mappings_[index % capacity] = std::move(mapping);
        bases_[index % capacity].store(mappings_[index % capacity]->writable().data(),
                                       std::memory_order_release);  // pairs with find()
    }
    [[nodiscard]] bool has_room_for(std::uint64_t index) const {
        return index - oldest_.load(std::memory_order_acquire) < capacity;
    }
    [[nodiscard]] std::uint64_t oldest() const { return oldest_.load(std::memory_order_relaxed); }
    /// Unmaps the oldest segment. Requires: oldest() < written().
    void release_oldest() {
        const std::uint64_t index = oldest();
        BW_ASSERT(index < written());
        bases_[index % capacity].store(nullptr, std::memory_order_relaxed);
        mappings_[index % capacity].reset();
        oldest_.store(index + 1, std::memory_order_release);  // pairs with has_room_for()
    }

    [[nodiscard]] std::uint64_t active() const { return active_.load(std::memory_order_acquire); }
    void set_active(std::uint64_t index) {
        active_.store(index, std::memory_order_release);
        tell_preparer();
    }
    /// The last segment that was asked for.
    [[nodiscard]] std::uint64_t wanted() const { return wanted_.load(std::memory_order_acquire); }
    void ask_for(std::uint64_t index) {
        wanted_.store(index, std::memory_order_release);
        tell_preparer();
    }
    /// Bytes used in the active segment; may be slightly out of date.
    [[nodiscard]] std::uint64_t filled() const { return filled_.load(std::memory_order_relaxed); }
    void set_filled(std::uint64_t bytes) { filled_.store(bytes, std::memory_order_relaxed); }
    /// The segment whose header, and possibly more, is durable; all segments before it are
    /// completely written.
    [[nodiscard]] std::uint64_t written() const { return written_.load(std::memory_order_acquire); }
    void set_written(std::uint64_t index) {
        written_.store(index, std::memory_order_release);
        tell_preparer();
    }
    /// The preparer sleeps on it. Call before the other threads run.
    void set_preparer(std::shared_ptr<platform::WakeUp> preparer) {
        preparer_ = std::move(preparer);
    }

    [[nodiscard]] const LogIdentity& identity() const { return identity_; }

 private:
    void tell_preparer() const {
        if (preparer_ != nullptr) preparer_->wake_surely();
    }

    LogIdentity identity_;
    std::shared_ptr<platform::WakeUp> preparer_;
    std::array<std::atomic<std::byte*>, capacity> bases_{};
    std::array<std::unique_ptr<platform::MappedFile>, capacity> mappings_;
    std::atomic<std::uint64_t> oldest_;  // preparer
    alignas(64) std::atomic<std::uint64_t> active_;
    std::atomic<std::uint64_t> filled_{0};  // log writer, as `active`
    std::atomic<std::uint64_t> wanted_;     // log writer
    alignas(64) std::atomic<std::uint64_t> written_;
};

}  // namespace bw::event_store
