#include "scheduler/phase_scheduler.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "codec/header.hpp"
#include "scheduler/transitions.hpp"

namespace bw::scheduler {
namespace {

using model::InstrumentId;
using model::InstrumentState;

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t patience_after_refusal_ns = second_ns;
constexpr std::uint64_t retry_ns = 1'000'000;  // of a command that the ring did not take
constexpr std::uint64_t memory_of_windows_ns = second_ns * 86'400 * 2;

codec::SetInstrumentState set_state(InstrumentId instrument, InstrumentState state) {
    codec::SetInstrumentState out{};
    out.instrument = instrument;
    out.state = state;
    return out;
}

codec::SetLimitBands set_bands(InstrumentId instrument, const LimitBands& bands) {
    codec::SetLimitBands out{};
    out.instrument = instrument;
    out.lower = bands.lower;
    out.upper = bands.upper;
    return out;
}

}  // namespace

PhaseScheduler::PhaseScheduler(sequencer::CommandPort& port, const platform::Clock& clock,
                               platform::Random& random, SchedulerOptions options)
    : port_(port),
      clock_(clock),
      automatics_(std::move(options.automatics)),
      timetable_(std::move(options.calendar)),
      windows_(random),
      view_(automatics_.limit_bands.has_value()) {}

std::size_t PhaseScheduler::do_work() {
    now_ns_ = std::max({now_ns_, clock_.realtime_ns(), view_.last_event_ns()});
    if (begin_ns_ == 0) begin_ns_ = now_ns_;
    if (is_waiting()) return 0;
    if (view_.refused_ns() != 0 && now_ns_ < view_.refused_ns() + patience_after_refusal_ns)
        return 0;
    if (now_ns_ < wake_ns_ && !view_.has_changed()) return 0;
    view_.forget_change();
    wake_ns_ = never_ns;
    sent_now_ = 0;
    hindrance_ = find_hindrance();
    plan();
    return sent_now_;
}

std::uint64_t PhaseScheduler::nothing_due_ns(std::uint64_t most_ns) const {
    if (is_waiting()) return most_ns;
    if (wake_ns_ <= now_ns_) return std::min(most_ns, retry_ns);
    return std::min(most_ns, wake_ns_ - now_ns_);
}

Hindrance PhaseScheduler::find_hindrance() const {
    if (view_.refused_in_a_row() >= refusals_of_a_hindrance) return Hindrance::refused;
    return timetable_.is_ahead(view_.last_ended_day(), now_ns_) ? Hindrance::days_ahead
                                                                : Hindrance::none;
}

void PhaseScheduler::look_again_at(std::uint64_t moment_ns) {
    wake_ns_ = std::min(wake_ns_, moment_ns);
}

/// A day that is over is finished first: the market closes, then the day ends, then the next one is
/// considered.
void PhaseScheduler::plan() {
    windows_.forget_before(now_ns_ - std::min(now_ns_, memory_of_windows_ns));
    const auto missed = missed_day();
    const MarketPhase phase = missed ? Timetable::after(*missed)
                                     : timetable_.phase_at(now_ns_, view_.auction_ends(), windows_);
    look_again_at(phase.next_ns);
    Steps steps = steps_after_outage(phase);
    if (steps.empty()) steps = steps_to(phase);
    if (!steps.empty()) return send_steps(steps);
    if (missed) {
        codec::EndDay end{};
        end.business_date = calendar::number_of(missed->date);
        send(end);
        return;
    }
    for (auto& [id, row] : view_.instruments()) plan_instrument(id, row);
    plan_indicatives();
}

std::optional<calendar::TradingDay> PhaseScheduler::missed_day() {
    const std::uint64_t since = view_.first_event_ns() != 0 ? view_.first_event_ns() : begin_ns_;
    const auto day = timetable_.day_to_end(view_.last_ended_day(), since);
    if (!day) return std::nullopt;
    look_again_at(std::max(day->end_ns, now_ns_));
    return day->end_ns <= now_ns_ ? day : std::nullopt;
}

PhaseScheduler::Steps PhaseScheduler::steps_to(const MarketPhase& phase) {
    Steps out;
    for (const auto& [id, row] : view_.instruments()) {
        const Step step = next_step(row, phase, automatics_, windows_, now_ns_);
        look_again_at(step.again_ns);
        if (step.to) out.emplace(id, *step.to);
    }
    return out;
}

/// Who could not cancel for so long gets the time of an auction to do it.
PhaseScheduler::Steps PhaseScheduler::steps_after_outage(const MarketPhase& phase) {
    Steps out;
    if (!std::exchange(was_away_, false) || automatics_.outage_s == 0) return out;
    const std::uint64_t away_ns = now_ns_ - view_.last_event_ns();
    if (phase.state != InstrumentState::trading || away_ns <= automatics_.outage_s * second_ns)
        return out;
    for (const auto& [id, row] : view_.instruments())
        if (row.state == InstrumentState::trading)
            out.emplace(id, InstrumentState::volatility_auction);
    return out;
}

/// One command where the whole market moves the same way; it must not move an instrument that has
/// to stay.
void PhaseScheduler::send_steps(const Steps& steps) {
    std::set<InstrumentState> for_all;
    for (const auto& [id, to] : steps) {
        if (for_all.contains(to)) continue;
        const bool all = is_for_all(steps, to);
        if (all) for_all.insert(to);
        if (!send(set_state(all ? InstrumentId{0} : id, to))) return;
    }
}

bool PhaseScheduler::is_for_all(const Steps& steps, InstrumentState to) {
    std::size_t going = 0;
    for (const auto& [id, row] : view_.instruments()) {
        const auto step = steps.find(id);
        const bool goes = step != steps.end() && step->second == to;
        if (!goes && row.state != to && is_allowed(row.state, to)) return false;
        going += goes ? 1 : 0;
    }
    return going * 2 > view_.instruments().size();
}

void PhaseScheduler::plan_instrument(InstrumentId id, InstrumentRow& row) {
    plan_pause(id, row);
    if (automatics_.limit_bands) plan_bands(id, row, *automatics_.limit_bands);
}

void PhaseScheduler::plan_pause(InstrumentId id, InstrumentRow& row) {
    if (row.limit_state_command == 0 || row.limit_state_command == row.pause_sent_for) return;
    const std::uint64_t due = row.limit_state_ns + automatics_.limit_state_s * second_ns;
    look_again_at(std::max(due, now_ns_));
    if (now_ns_ < due) return;
    codec::PauseOnLimitState pause{};
    pause.instrument = id;
    pause.since = model::SequenceNumber{row.limit_state_command};
    if (send(pause)) row.pause_sent_for = row.limit_state_command;
}

/// Bands exist only while the instrument trades: an auction finds its price without them.
void PhaseScheduler::plan_bands(InstrumentId id, InstrumentRow& row,
                                const calendar::LimitBandRules& rules) {
    if (row.state != InstrumentState::trading) {
        if (row.bands) send(set_bands(id, {}));
        return;
    }
    look_again_at(now_ns_ + second_ns);
    const auto mean = row.mean.at(now_ns_, rules.window_s);
    if (row.bands) {
        const bool rests = now_ns_ < row.bands_ns + rules.interval_s * second_ns;
        if (rests || !mean || !has_moved(*mean, *row.bands, rules.threshold)) return;
    }
    const LimitBands bands = bands_around(mean.value_or(row.reference), row.tick, rules);
    if (bands != row.bands) send(set_bands(id, bands));
}

void PhaseScheduler::plan_indicatives() {
    const auto collects = [](const auto& entry) { return is_auction(entry.second.state); };
    if (std::ranges::none_of(view_.instruments(), collects)) return;
    const std::uint64_t due = indicative_ns_ + automatics_.indicative_interval_s * second_ns;
    look_again_at(std::max(due, now_ns_));
    if (now_ns_ >= due && send(codec::PublishIndicative{})) {
        indicative_ns_ = now_ns_;
        look_again_at(now_ns_ + automatics_.indicative_interval_s * second_ns);
    }
}

/// False if the ring is full; the next turn retries.
template <class Message>
bool PhaseScheduler::send(Message message) {
    message.request_id = model::make_request_id(gateway_number, counter_ + 1);
    codec::Frame<Message> frame;
    frame.body = message;
    if (!port_.try_send(codec::bytes_of(frame))) {
        look_again_at(now_ns_);
        return false;
    }
    ++counter_;
    ++sent_now_;
    sent_ = message.request_id;
    return true;
}

}  // namespace bw::scheduler
