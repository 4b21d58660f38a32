#include "access/budget.hpp"

#include <algorithm>
#include <optional>

namespace bw::access {
namespace {

constexpr std::uint64_t ns_per_second = 1'000'000'000;

/// A debt above the burst can remain when a smaller burst was configured, or a clock was reset. It
/// is cut to the burst; threads that read the clock a moment ago do not differ by that much.
constexpr std::uint64_t excess_max_ns = ns_per_second;

std::uint64_t interval_ns(const Rate& rate) {
    return (ns_per_second + rate.per_second - 1) / rate.per_second;
}

std::uint32_t seconds(std::uint64_t ns) {
    return static_cast<std::uint32_t>((ns + ns_per_second - 1) / ns_per_second);
}

RateState state(const Rate& rate, std::uint64_t debt_ns, bool allowed) {
    const std::uint64_t interval = interval_ns(rate), full_ns = rate.burst * interval;
    const std::uint64_t left_ns = full_ns - std::min(full_ns, debt_ns);
    return {allowed,
            rate.burst,
            static_cast<std::uint32_t>(left_ns / interval),
            seconds(debt_ns),
            allowed ? 0 : std::max(1u, seconds(debt_ns + interval - full_ns)),
            rate.per_second};
}

}  // namespace

RateState Budget::take(const Rate& rate, std::uint64_t now_ns) {
    const std::uint64_t interval = interval_ns(rate), full_ns = rate.burst * interval;
    std::uint64_t debt_ns = 0;
    bool allowed = false;
    full_at_ns_.change([&](std::uint64_t at_ns) -> std::optional<std::uint64_t> {
        debt_ns = std::max(at_ns, now_ns) - now_ns;
        allowed = debt_ns + interval <= full_ns;
        if (allowed) return now_ns + (debt_ns += interval);
        if (debt_ns <= full_ns + excess_max_ns) return std::nullopt;
        return now_ns + (debt_ns = full_ns);
    });
    return state(rate, debt_ns, allowed);
}

RateState Budget::look(const Rate& rate, std::uint64_t now_ns) const {
    const std::uint64_t interval = interval_ns(rate);
    const std::uint64_t debt_ns = std::max(full_at_ns_.value(), now_ns) - now_ns;
    return state(rate, debt_ns, debt_ns + interval <= rate.burst * interval);
}

RateState full_budget(const Rate& rate) { return state(rate, 0, true); }

}  // namespace bw::access
