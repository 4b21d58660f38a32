// TokenBucket: what a budget means, in the usual words. It holds at most `burst` tokens and gains
// `per_second` tokens a second; a request takes one. Integer arithmetic in nano-tokens.
#pragma once

#include <algorithm>
#include <cstdint>

#include "access/rate.hpp"

namespace bw::access::testing {

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

}  // namespace bw::access::testing
