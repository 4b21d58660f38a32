// Counter, Gauge, Histogram: the cells of the counters file. They live in shared memory, where
// other processes may read them at any moment.
//
// Each cell has one writer and shares no cache line with another writer's cells, so writing is a
// load, an addition and a store to a line that stays in its cache: no lock, no atomic addition, no
// allocation. Valid when zeroed. Any number of readers; each value is whole, but two values need
// not belong to the same moment.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace bw::observe {

/// Only grows while the process lives.
class Counter {
 public:
    void add(std::uint64_t count = 1) { set(value() + count); }
    /// For a writer that keeps the total itself. Requires: not below value().
    void set(std::uint64_t total) { value_.store(total, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_{0};
};

/// A current value.
class Gauge {
 public:
    void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    void raise_to(std::uint64_t value) {
        if (value > this->value()) set(value);
    }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_{0};
};

/// Counts how often each value occurred: 32 buckets per power of two, so a quantile is at most 3.2
/// % low. Values from 2^40 on (18 minutes in nanoseconds) count in the last bucket.
class Histogram {
 public:
    static constexpr unsigned sub_bits = 5;
    static constexpr unsigned value_bits = 40;
    static constexpr std::size_t sub_buckets = std::size_t{1} << sub_bits;
    static constexpr std::size_t bucket_count = (value_bits - sub_bits + 1) * sub_buckets;

    void record(std::uint64_t value, std::uint64_t times = 1) {
        counts_[bucket_of(value)].add(times);
        sum_.add(value * times);
        max_.raise_to(value);
    }

    [[nodiscard]] std::uint64_t sum() const { return sum_.value(); }
    [[nodiscard]] std::uint64_t max() const { return max_.value(); }
    [[nodiscard]] std::uint64_t count_in(std::size_t bucket) const {
        return counts_[bucket].value();
    }

    [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) {
        if (value < sub_buckets) return value;
        if (value >> value_bits != 0) return bucket_count - 1;
        const auto exponent = static_cast<unsigned>(63 - std::countl_zero(value));
        return (exponent - sub_bits + 1) * sub_buckets +
               ((value >> (exponent - sub_bits)) & (sub_buckets - 1));
    }
    [[nodiscard]] static constexpr std::uint64_t lower_bound_of(std::size_t bucket) {
        if (bucket < sub_buckets) return bucket;
        const std::size_t exponent = bucket / sub_buckets + sub_bits - 1;
        return (std::uint64_t{1} << exponent) |
               (static_cast<std::uint64_t>(bucket % sub_buckets) << (exponent - sub_bits));
    }

 private:
    Counter sum_;
    Gauge max_;
    std::array<Counter, bucket_count> counts_;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free && sizeof(Counter) == 8 &&
              sizeof(Gauge) == 8 && std::is_standard_layout_v<Histogram>);
static_assert(sizeof(Histogram) == 8 * (2 + Histogram::bucket_count));
static_assert(Histogram::bucket_of((std::uint64_t{1} << Histogram::value_bits) - 1) ==
              Histogram::bucket_count - 1);

}  // namespace bw::observe
