#include "event_store/recovery/read_ahead.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "base/prefetch.hpp"

namespace bw::event_store {
namespace {

constexpr std::uint64_t rest_ns = 20'000;
constexpr std::size_t cache_line = 64;
constexpr std::size_t bytes_ahead = 1024;  // some ten records

}  // namespace

ReadAhead::ReadAhead(std::unique_ptr<LogReader> reader, const platform::HelperStarter& start_helper)
    : reader_(std::move(reader)) {
    static_assert(batch_bytes >= max_record_length);
    for (Batch& batch : ring_) {
        batch.bytes.resize(batch_bytes);
        batch.records.reserve(batch_records);
    }
    if (start_helper) join_ = start_helper([this] { read_until_stopped(); });
}

ReadAhead::~ReadAhead() {
    stopped_.store(true, std::memory_order_relaxed);
    if (join_) join_();
}

void ReadAhead::read_until_stopped() {
    while (!stopped_.load(std::memory_order_relaxed) && !finished_.load(std::memory_order_relaxed))
        if (!read_batch()) platform::sleep_for_ns(rest_ns);
}

/// Fills the next batch. False: no batch is free at present, or the log has ended.
bool ReadAhead::read_batch() {
    const std::uint64_t filled = filled_.load(std::memory_order_relaxed);
    // Pairs with the release in next_batch(): the batch is no longer read.
    if (filled - taken_.load(std::memory_order_acquire) == batches) return false;
    Batch& batch = ring_[filled % batches];
    fill(batch);
    if (batch.records.empty()) {
        finished_.store(true, std::memory_order_release);
        return false;
    }
    filled_.store(filled + 1, std::memory_order_release);
    return true;
}

void ReadAhead::fill(Batch& batch) {
    batch.records.clear();
    std::size_t used = 0;
    while (batch.records.size() < batch_records) {
        if (!holds_) {
            const RecordView* record = reader_->poll();
            if (record == nullptr) return;
            held_ = *record;
        }
        holds_ = held_.message.size() > batch_bytes - used;
        if (holds_) return;
        std::byte* copy = batch.bytes.data() + used;
        if (!held_.message.empty()) std::memcpy(copy, held_.message.data(), held_.message.size());
        batch.records.push_back(held_);
        batch.records.back().message = {copy, held_.message.size()};
        used += held_.message.size();
    }
}

bool ReadAhead::wait_for_batch() {
    while (!next_batch()) {
        // In this order: the second check sees a batch that was filled before the end.
        if (finished_.load(std::memory_order_acquire)) return next_batch();
        if (!join_)
            static_cast<void>(read_batch());
        else
            platform::sleep_for_ns(rest_ns);
    }
    return true;
}

/// Moves on to a batch with records left, and releases the previous one.
bool ReadAhead::next_batch() {
    std::uint64_t taken = taken_.load(std::memory_order_relaxed);
    const std::uint64_t filled = filled_.load(std::memory_order_acquire);
    if (taken == filled) return false;
    if (at_ < ring_[taken % batches].records.size()) return true;
    at_ = 0;
    taken_.store(++taken, std::memory_order_release);
    return taken != filled;
}

/// Prefetches a later record of the batch, which is in the cache of the thread that filled it.
void ReadAhead::hint_following(const RecordView& record) {
    const auto* views = reinterpret_cast<const std::byte*>(&record);
    const std::byte* bytes = record.message.data();
    for (std::size_t line = 0; line < 2 * cache_line; line += cache_line)
        base::prefetch(bytes + bytes_ahead + line);
    base::prefetch(views + bytes_ahead);
}

std::size_t ReadAhead::poll_batch(std::span<RecordView> out) {
    if (!wait_for_batch()) return 0;
    const std::vector<RecordView>& records =
        ring_[taken_.load(std::memory_order_relaxed) % batches].records;
    const std::size_t count = std::min(out.size(), records.size() - at_);
    for (std::size_t i = 0; i < count; ++i) {
        hint_following(records[at_ + i]);
        out[i] = records[at_ + i];
    }
    at_ += count;
    return count;
}

const RecordView* ReadAhead::poll() {
    if (!wait_for_batch()) return nullptr;
    const RecordView& record =
        ring_[taken_.load(std::memory_order_relaxed) % batches].records[at_++];
    hint_following(record);
    return &record;
}

}  // namespace bw::event_store
