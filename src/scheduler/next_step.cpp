#include "scheduler/next_step.hpp"

#include "scheduler/transitions.hpp"

namespace bw::scheduler {
namespace {

using enum model::InstrumentState;
using model::HaltReason;

constexpr std::uint64_t second_ns = 1'000'000'000;

/// The inputs of a decision.
struct Question {
    const InstrumentRow& row;
    const MarketPhase& phase;
    const calendar::Automatics& automatics;
    RandomWindows& windows;
    std::uint64_t now_ns;
};

/// Somebody chose this state, and the scheduler must not end it yet.
bool is_left_alone(const Question& q) {
    const InstrumentRow& row = q.row;
    if (!row.by_other || row.state == halted || row.state == volatility_auction) return false;
    if (row.state == trading) return false;  // lifting a halt at night opens nothing
    if (row.state == closed || row.state == post_close) {
        const bool only_closes = q.phase.state == closed;
        return !only_closes && row.since_ns >= q.phase.opens_ns;
    }
    if (row.state == opening_auction && q.phase.state == trading) return false;
    return row.since_ns >= q.phase.begin_ns;
}

/// When a halt ends by itself; never for the operator's.
std::uint64_t end_of_halt(const Question& q) {
    std::uint64_t pause = 0;
    switch (q.row.reason) {
        case HaltReason::limit_up_limit_down: pause = q.automatics.limit_pause_s; break;
        case HaltReason::market_wide: pause = q.automatics.market_wide_pause_s; break;
        case HaltReason::none:
        case HaltReason::regulatory:
        case HaltReason::news_pending:
        case HaltReason::volatility:
        case HaltReason::operational:
        case HaltReason::extended: return never_ns;
    }
    const bool collects = q.phase.state != trading;
    if (collects && q.phase.begin_ns > q.row.since_ns) return q.phase.begin_ns;
    return q.row.since_ns + pause * second_ns;
}

/// The end of an auction that was not scheduled, or began too late.
std::uint64_t end_of_own_auction(const Question& q) {
    return q.windows.moment_in(q.row.since_ns + q.automatics.auction_s * second_ns,
                               q.automatics.auction_window_s * second_ns, q.now_ns);
}

std::uint64_t end_of_auction(const Question& q) {
    const bool opens = q.row.state == opening_auction && q.phase.state == trading;
    const bool closes = q.row.state == closing_auction && q.phase.state == post_close;
    const bool interrupts = q.row.state == volatility_auction && q.phase.state == trading;
    if (interrupts) return end_of_own_auction(q);
    if (!opens && !closes) return 0;
    const bool planned =
        q.row.since_ns < q.phase.begin_ns && q.row.since_ns <= q.phase.auction_ns + late_after_ns;
    return planned ? q.phase.begin_ns : end_of_own_auction(q);
}

/// When the present state ends by itself; 0: it may be left at any time.
std::uint64_t end_of_state(const Question& q) {
    return q.row.state == halted ? end_of_halt(q) : end_of_auction(q);
}

}  // namespace

Step next_step(const InstrumentRow& row, const MarketPhase& phase,
               const calendar::Automatics& automatics, RandomWindows& windows,
               std::uint64_t now_ns) {
    const Question q{row, phase, automatics, windows, now_ns};
    const auto to = towards(phase.state, row.state);
    if (!to || is_left_alone(q)) return {};
    const std::uint64_t end = end_of_state(q);
    if (end > now_ns) return {.to = std::nullopt, .again_ns = end};
    return {.to = to, .again_ns = never_ns};
}

}  // namespace bw::scheduler
