// TokenBucket and RateLimiter: limit the requests of each client. A bucket holds at most `burst`
// tokens and gains `per_second` tokens a second; a request takes one. Integer arithmetic in
// nano-tokens. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bw::access {

struct Rate {
    std::uint32_t per_second = 200;  ///< 1 .. 1,000,000
    std::uint32_t burst = 400;       ///< 1 .. 1,000,000
};

/// Result of take(), with the values of the RateLimit headers.
struct RateState {
    bool allowed = true;
    std::uint32_t limit = 0;      ///< burst
    std::uint32_t remaining = 0;  ///< whole tokens left
    std::uint32_t reset_s = 0;    ///< until the bucket is full again
    std::uint32_t retry_s = 0;    ///< until the next token; at least 1 when refused
    std::uint32_t per_second = 0;
};

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

/// One bucket per name. Names come from clients, so their number is limited to names_max: full
/// buckets are dropped first, because they are like new ones; when none is full, new names share
/// one bucket until there is room.
class RateLimiter {
 public:
    explicit RateLimiter(Rate rate, std::size_t names_max = 65'536)
        : rate_(rate), names_max_(names_max) {}

    RateState take(std::string_view name, std::uint64_t now_ns) {
        return bucket(name, now_ns).take(now_ns);
    }
    /// What take() would return, but for the token that it would take.
    RateState look(std::string_view name, std::uint64_t now_ns) {
        return bucket(name, now_ns).look(now_ns);
    }

 private:
    TokenBucket& bucket(std::string_view name, std::uint64_t now_ns) {
        auto found = buckets_.find(std::string(name));
        if (found == buckets_.end()) {
            if (buckets_.size() >= names_max_) sweep(now_ns);
            const bool room = buckets_.size() < names_max_;
            found = buckets_.try_emplace(room ? std::string(name) : std::string("*"), rate_, now_ns)
                        .first;
        }
        return found->second;
    }

    void sweep(std::uint64_t now_ns) {
        if (now_ns < next_sweep_ns_) return;  // at most once a second, however many names come
        next_sweep_ns_ = now_ns + 1'000'000'000;
        std::erase_if(buckets_,
                      [now_ns](const auto& entry) { return entry.second.is_full(now_ns); });
    }

    Rate rate_;
    std::size_t names_max_;
    std::uint64_t next_sweep_ns_ = 0;
    std::unordered_map<std::string, TokenBucket> buckets_;
};

}  // namespace bw::access
