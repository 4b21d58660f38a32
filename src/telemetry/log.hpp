// Log: what a process says while it runs, as lines of JSON on a descriptor.
//
//   any thread: log_event() ─► ring ─► :thread `log`: do_work() ─► one write for each line
//
// Saying something takes a look at the clock and a copy into the ring: no allocation, no lock, no
// call of the kernel. Nobody waits: an event may have so many lines a second, a full ring refuses,
// and both are counted and said later. The engine cannot include this component; a test sees to it
// that neither the sequencer nor the append of a command does.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/mpsc_ring.hpp"
#include "base/shared_budget.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"
#include "telemetry/line.hpp"

namespace bw::telemetry {

inline constexpr std::uint32_t lines_per_second_of_an_event = 100;

class Log {
 public:
    /// `process`: its name in every line, without what JSON would escape. `descriptor`: stays open
    /// as long as the log.
    Log(std::string process, int descriptor, const platform::Clock& clock);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    // --- any thread

    /// Puts a line into the ring, or counts it.
    void put(Event event, const Facts& facts);
    /// Writes a line at once, past the ring, and waits at most 100 ms for the descriptor: for a
    /// process that is about to stop.
    void write_now(Event event, const Facts& facts) const;
    /// Where the lines are counted from now on; nullptr: nowhere, and when this returns nobody uses
    /// the former place any more.
    void count_in(observe::LogMetrics* metrics);

    // --- the thread `log`

    /// Writes what waits, as far as the descriptor takes it. Returns the number of lines.
    std::size_t do_work();

 private:
    using Budgets = std::array<base::SharedBudget, event_rows.size()>;

    std::size_t write_waiting();
    bool write_unwritten();
    void render(const Line& line);
    std::size_t tell_what_is_missing();
    void note_counts();

    const std::string process_;
    const int descriptor_;
    const platform::Clock& clock_;
    base::MpscRing<Line, 256> ring_;
    Budgets budgets_;
    std::atomic<std::uint64_t> not_put_{0};  // the ring was full; any thread

    // The thread `log`.
    Line taken_{};
    std::string unwritten_;  // one line, or what is left of it
    std::uint64_t written_ = 0, lost_ = 0, left_out_ = 0, lost_told_ = 0;
    std::uint64_t told_at_ns_ = 0;

    std::mutex metrics_mutex_;
    observe::LogMetrics* metrics_ = nullptr;
};

/// The log of this process; nullptr: none. Call it while no other thread can say anything.
void use_log(Log* log);

/// Says something in the log of this process. Any thread. Without a log (tools, tests), what is
/// more than an info goes to standard error as text.
void log_event(Event event, const Facts& facts = {});
/// The same, written before it returns: for a process that is about to stop.
void log_event_now(Event event, const Facts& facts = {});
/// Log::count_in() of the log of this process, if there is one.
void count_log_in(observe::LogMetrics* metrics);

}  // namespace bw::telemetry
