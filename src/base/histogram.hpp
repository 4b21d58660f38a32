// Log-linear histogram of durations: 64 buckets per power of two, so a quantile is at most 1.6 %
// off. Fixed size, allocates nothing after construction; one writer.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace bw::base {

class Histogram {
 public:
    void record(std::uint64_t value) {
        ++counts_[bucket_of(value)];
        ++count_;
        max_ = std::max(max_, value);
    }

    /// Lower bound of the bucket that holds quantile `q` in 0..1 (0 when nothing was recorded).
    [[nodiscard]] std::uint64_t quantile(double q) const {
        const auto rank = std::max<std::uint64_t>(
            1, static_cast<std::uint64_t>(std::llround(q * static_cast<double>(count_))));
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket)
            if ((seen += counts_[bucket]) >= rank) return lower_bound_of(bucket);
        return max_;
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::uint64_t max() const { return max_; }

 private:
    static constexpr std::size_t sub_buckets = 64;  // 2^6 per octave: 1/64 = 1.6 %

    static std::size_t bucket_of(std::uint64_t value) {
        if (value < sub_buckets) return value;
        const auto exponent = static_cast<unsigned>(63 - std::countl_zero(value));
        return (exponent - 5) * sub_buckets + ((value >> (exponent - 6)) & (sub_buckets - 1));
    }

    static std::uint64_t lower_bound_of(std::size_t bucket) {
        if (bucket < sub_buckets) return bucket;
        const std::size_t exponent = bucket / sub_buckets + 5;
        return (1ull << exponent) |
               (static_cast<std::uint64_t>(bucket % sub_buckets) << (exponent - 6));
    }

    std::array<std::uint64_t, 59 * sub_buckets> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace bw::base
