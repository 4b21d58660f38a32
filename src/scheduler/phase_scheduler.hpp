// PhaseScheduler: turns time into commands. The engine has no clock, so everything time-driven is a
// command from here: phases, ends of auctions and halts, pauses, limit bands, indicative prices,
// ends of days.
//
//   event log ─► MarketView ─┐
//                            ├─► what should be, against what is ─► commands ─► ring ─► sequencer
//   clock ─► Timetable ──────┘
//
// It has no state beyond the event log: after a restart it reads the log, looks at the clock, and
// moves the market to its phase by legal steps. After sending commands it waits for their events
// before it decides again.
//
// An agent of one thread: apply() every event in order, then do_work(). Deterministic given its
// events, clock and randomness.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "calendar/calendar.hpp"
#include "calendar/configuration.hpp"
#include "codec/commands.hpp"
#include "event_store/log/record.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"
#include "scheduler/market_view.hpp"
#include "scheduler/next_step.hpp"
#include "scheduler/random_windows.hpp"
#include "scheduler/timetable.hpp"
#include "sequencer/command_port.hpp"

namespace bw::scheduler {

struct SchedulerOptions {
    /// Nothing: the market always trades, and somebody else ends the days.
    std::optional<calendar::Calendar> calendar;
    calendar::Automatics automatics;
};

/// What keeps the scheduler from its work.
enum class Hindrance : std::uint8_t {
    none = 0,
    /// The last day that ended is later than the one that is next by calendar and clock: no day
    /// ends until then.
    days_ahead = 1,
    /// Its commands are refused, one after the other. It goes on trying, once a second.
    refused = 2,
};

class PhaseScheduler {
 public:
    /// So many refusals in a row are no accident.
    static constexpr std::uint32_t refusals_of_a_hindrance = 3;

    PhaseScheduler(sequencer::CommandPort& port, const platform::Clock& clock,
                   platform::Random& random, SchedulerOptions options);

    /// Requires: records in sequence order from 1.
    void apply(const event_store::RecordView& record) { views::fold(record, view_); }
    /// Its view of the market; load it before the first do_work().
    [[nodiscard]] MarketView& view() { return view_; }
    /// The newest event is the last one before the exchange went away. Call it before do_work(), if
    /// at all.
    void note_outage() { was_away_ = true; }
    /// Sends the commands that are due; returns their number. Requires: every stored event was
    /// applied before the first call.
    std::size_t do_work();
    /// For how long nothing becomes due, unless an event comes; at most `most_ns`. Requires:
    /// do_work() has just returned 0.
    [[nodiscard]] std::uint64_t nothing_due_ns(std::uint64_t most_ns) const;
    /// As of the last do_work() that had something to decide.
    [[nodiscard]] Hindrance hindrance() const { return hindrance_; }
    /// True while events of sent commands are outstanding.
    [[nodiscard]] bool is_waiting() const {
        return sent_ != model::RequestId{} && sent_ != view_.answered();
    }

 private:
    /// The instruments that must change state now, and to which one.
    using Steps = std::map<model::InstrumentId, model::InstrumentState>;

    void look_again_at(std::uint64_t moment_ns);
    void plan();
    [[nodiscard]] Hindrance find_hindrance() const;
    [[nodiscard]] std::optional<calendar::TradingDay> missed_day();
    [[nodiscard]] Steps steps_to(const MarketPhase& phase);
    [[nodiscard]] Steps steps_after_outage(const MarketPhase& phase);
    void send_steps(const Steps& steps);
    [[nodiscard]] bool is_for_all(const Steps& steps, model::InstrumentState to);
    void plan_instrument(model::InstrumentId id, InstrumentRow& row);
    void plan_pause(model::InstrumentId id, InstrumentRow& row);
    void plan_bands(model::InstrumentId id, InstrumentRow& row,
                    const calendar::LimitBandRules& rules);
    void plan_indicatives();
    template <class Message>
    bool send(Message message);

    sequencer::CommandPort& port_;
    const platform::Clock& clock_;
    calendar::Automatics automatics_;
    Timetable timetable_;
    RandomWindows windows_;
    MarketView view_;

    std::uint64_t now_ns_ = 0;         // never goes back, never behind the log
    std::uint64_t begin_ns_ = 0;       // first look at the clock
    std::uint64_t wake_ns_ = 0;        // nothing is due earlier, unless an event comes
    std::uint64_t indicative_ns_ = 0;  // last request
    std::uint64_t counter_ = 0;        // of request ids
    model::RequestId sent_;
    std::size_t sent_now_ = 0;  // in this turn
    Hindrance hindrance_ = Hindrance::none;
    bool was_away_ = false;  // and what follows from it is not decided yet
};

}  // namespace bw::scheduler
