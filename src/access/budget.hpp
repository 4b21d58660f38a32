// Budgets of a key: how many orders, cancels and queries it may still send. Each is one word that
// all threads and gateways share, so a key has one budget, however many connections it uses.
//
// The word is the *theoretical arrival time* of the generic cell rate algorithm (ITU-T I.371,
// GCRA): when the budget is full again, on the machine's monotonic clock. A request moves it on by
// the time in which one request is regained; what is at most `burst` of these times ahead is
// allowed.
//
//        now                    word                  now + burst × interval
//   ──────┼──────── debt ────────┼──────── left ────────┼──────►
//
// It allows what a bucket of `burst` tokens allows that gains `per_second` tokens a second
// (TokenBucket). An interval that is no whole number of nanoseconds is rounded up.
#pragma once

#include <array>
#include <cstdint>

#include "access/rate.hpp"
#include "base/shared_mark.hpp"

namespace bw::access {

enum class RateClass : std::uint8_t { order, cancel, query };
inline constexpr std::size_t rate_classes = 3;

/// Zeroed memory is a set of full budgets. Any thread, any process.
class KeyBudgets {
 public:
    /// Takes a request from the budget of its class, unless that is empty. `now_ns`: monotonic.
    RateState take(RateClass kind, const Rate& rate, std::uint64_t now_ns) {
        return take(words_[static_cast<std::size_t>(kind)], rate, now_ns);
    }
    /// Makes all budgets full.
    void reset() {
        for (base::SharedMark& word : words_) word.set(0);
    }

 private:
    [[nodiscard]] static RateState take(base::SharedMark& word, const Rate& rate,
                                        std::uint64_t now_ns);

    std::array<base::SharedMark, rate_classes> words_;
};

/// A budget that nothing was taken from.
[[nodiscard]] RateState full_budget(const Rate& rate);

}  // namespace bw::access
