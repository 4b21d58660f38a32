// TokenBucket and RateLimiter: limit the requests of each remote address. A bucket holds at most
// `burst` tokens and gains `per_second` tokens a second; a request takes one. Integer arithmetic in
// nano-tokens. One thread. Keys have KeyBudgets, which threads and processes share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "access/rate.hpp"
#include "platform/address.hpp"

namespace bw::access {

class TokenBucket {
 public:
    TokenBucket(Rate rate, std::uint64_t now_ns) : rate_(rate), level_(full()), at_ns_(now_ns) {}

    RateState take(std::uint64_t now_ns) {
        refill(now_ns);
        const bool allowed = level_ >= unit;
        if (allowed) level_ -= unit;
        return state(allowed);
    }

    /// What take() would return, but for the token that it would take.
    RateState look(std::uint64_t now_ns) {
        refill(now_ns);
        return state(level_ >= unit);
    }

    [[nodiscard]] bool is_full(std::uint64_t now_ns) const {
        TokenBucket later = *this;
        later.refill(now_ns);
        return later.level_ == full();
    }

 private:
    static constexpr std::uint64_t unit = 1'000'000'000;  // nano-tokens per token

    [[nodiscard]] RateState state(bool allowed) const {
        const auto seconds = [this](std::uint64_t nano_tokens) {
            return static_cast<std::uint32_t>((nano_tokens / rate_.per_second + unit - 1) / unit);
        };
        return {allowed,
                rate_.burst,
                static_cast<std::uint32_t>(level_ / unit),
                seconds(full() - level_),
                allowed ? 0 : std::max(1u, seconds(unit - level_)),
                rate_.per_second};
    }

    [[nodiscard]] std::uint64_t full() const { return rate_.burst * unit; }

    void refill(std::uint64_t now_ns) {
        if (now_ns <= at_ns_) return;
        // More than the time that fills an empty bucket adds nothing; the limit keeps the product
        // within 64 bits.
        const std::uint64_t useful_ns = full() / rate_.per_second + 1;
        const std::uint64_t elapsed = std::min(now_ns - at_ns_, useful_ns);
        level_ = std::min(full(), level_ + elapsed * rate_.per_second);
        at_ns_ = now_ns;
    }

    Rate rate_;
    std::uint64_t level_;
    std::uint64_t at_ns_;
};

/// One bucket per remote address, of one process. Their number is limited to addresses_max: full
/// buckets are dropped first, because they are like new ones; when none is full, new addresses
/// share one bucket until there is room.
class RateLimiter {
 public:
    explicit RateLimiter(Rate rate, std::size_t addresses_max = 65'536)
        : rate_(rate), addresses_max_(addresses_max), shared_(rate, 0) {}

    RateState take(const platform::Address& address, std::uint64_t now_ns) {
        return bucket(address, now_ns).take(now_ns);
    }
    /// What take() would return, but for the token that it would take.
    RateState look(const platform::Address& address, std::uint64_t now_ns) {
        return bucket(address, now_ns).look(now_ns);
    }

 private:
    TokenBucket& bucket(const platform::Address& address, std::uint64_t now_ns) {
        const auto found = buckets_.find(address);
        if (found != buckets_.end()) return found->second;
        if (buckets_.size() >= addresses_max_) sweep(now_ns);
        if (buckets_.size() >= addresses_max_) return shared_;
        return buckets_.try_emplace(address, rate_, now_ns).first->second;
    }

    void sweep(std::uint64_t now_ns) {
        if (now_ns < next_sweep_ns_) return;  // at most once a second, however many addresses come
        next_sweep_ns_ = now_ns + 1'000'000'000;
        std::erase_if(buckets_,
                      [now_ns](const auto& entry) { return entry.second.is_full(now_ns); });
    }

    Rate rate_;
    std::size_t addresses_max_;
    std::uint64_t next_sweep_ns_ = 0;
    TokenBucket shared_;  // of the addresses for which there is no room
    std::unordered_map<platform::Address, TokenBucket> buckets_;
};

}  // namespace bw::access
