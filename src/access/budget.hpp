// Budget: how many requests a client may still send. One word that threads and processes share, so
// a client has one budget, however many connections it uses. KeyBudgets: those of a key, for
// orders, cancels and queries.
//
// The word is the *theoretical arrival time* of the generic cell rate algorithm (ITU-T I.371,
// GCRA): when the budget is full again, on the machine's monotonic clock. A request moves it on by
// the time in which one request is regained; what is at most `burst` of these times ahead is
// allowed.
//
//        now                    word                  now + burst × interval
//   ──────┼──────── debt ────────┼──────── left ────────┼──────►
//
// It allows what a bucket of `burst` tokens allows that gains `per_second` tokens a second. An
// interval that is no whole number of nanoseconds is rounded up.
#pragma once

#include <array>
#include <cstdint>

#include "access/rate.hpp"
#include "base/shared_mark.hpp"

namespace bw::access {

/// Zeroed memory is a full budget. Any thread, any process. `now_ns`: monotonic.
class Budget {
 public:
    /// Takes a request from it, unless it is empty.
    RateState take(const Rate& rate, std::uint64_t now_ns);
    /// What take() would return, but for the request that it would take.
    [[nodiscard]] RateState look(const Rate& rate, std::uint64_t now_ns) const;
    [[nodiscard]] bool is_full(std::uint64_t now_ns) const { return full_at_ns_.value() <= now_ns; }
    void fill() { full_at_ns_.set(0); }

 private:
    base::SharedMark full_at_ns_;
};

enum class RateClass : std::uint8_t { order, cancel, query };
inline constexpr std::size_t rate_classes = 3;

/// Zeroed memory is a set of full budgets. Any thread, any process.
class KeyBudgets {
 public:
    /// Takes a request from the budget of its class, unless that is empty. `now_ns`: monotonic.
    RateState take(RateClass kind, const Rate& rate, std::uint64_t now_ns) {
        return budgets_[static_cast<std::size_t>(kind)].take(rate, now_ns);
    }
    /// Makes all budgets full.
    void reset() {
        for (Budget& budget : budgets_) budget.fill();
    }

 private:
    std::array<Budget, rate_classes> budgets_;
};

/// A budget that nothing was taken from.
[[nodiscard]] RateState full_budget(const Rate& rate);

}  // namespace bw::access
