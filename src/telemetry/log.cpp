#include "telemetry/log.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

namespace bw::telemetry {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr int patience_ms = 100;

Log* process_log = nullptr;

template <std::size_t... Events>
std::array<base::SharedBudget, sizeof...(Events)> make_budgets(std::index_sequence<Events...>) {
    return {((void)Events, base::SharedBudget(lines_per_second_of_an_event))...};
}

bool takes_more(int descriptor) {
    pollfd wanted{.fd = descriptor, .events = POLLOUT, .revents = 0};
    return ::poll(&wanted, 1, patience_ms) == 1;
}

void print(Event event, std::string_view message) {
    const EventRow& row = row_of(event);
    if (row.level == Level::info) return;
    fmt::print(stderr, "buttonwood: {}\n", message.empty() ? row.sentence : message);
}

}  // namespace

Log::Log(std::string process, int descriptor, const platform::Clock& clock)
    : process_(std::move(process)),
      descriptor_(descriptor),
      clock_(clock),
      budgets_(make_budgets(std::make_index_sequence<event_rows.size()>())) {
    unwritten_.reserve(line_bytes_max);
}

void Log::put(Event event, const Facts& facts) {
    const std::uint64_t now_ns = clock_.realtime_ns();
    if (!budgets_[static_cast<std::size_t>(event)].try_take(now_ns / second_ns)) return;
    if (!ring_.try_put(line_of(event, facts, now_ns)))
        not_put_.fetch_add(1, std::memory_order_relaxed);
}

void Log::write_now(Event event, const Facts& facts) const {
    std::string text;
    append_json(text, line_of(event, facts, clock_.realtime_ns()), process_);
    if (takes_more(descriptor_)) static_cast<void>(!::write(descriptor_, text.data(), text.size()));
}

std::size_t Log::do_work() {
    const std::size_t lines = write_waiting() + tell_what_is_missing();
    note_counts();
    return lines;
}

std::size_t Log::write_waiting() {
    std::size_t lines = 0;
    while (write_unwritten() && ring_.try_take(taken_)) {
        render(taken_);
        ++lines;
    }
    return lines;
}

/// False: the descriptor takes nothing now. What it will never take is lost.
bool Log::write_unwritten() {
    while (!unwritten_.empty()) {
        if (!takes_more(descriptor_)) return false;
        const ssize_t size = ::write(descriptor_, unwritten_.data(), unwritten_.size());
        if (size < 0 && (errno == EINTR || errno == EAGAIN)) return false;
        if (size < 0) ++lost_;
        if (size >= 0) written_ += static_cast<std::size_t>(size) == unwritten_.size() ? 1 : 0;
        unwritten_.erase(0, size < 0 ? unwritten_.size() : static_cast<std::size_t>(size));
    }
    return true;
}

void Log::render(const Line& line) { append_json(unwritten_, line, process_); }

/// Once a second: how many lines of which event were left out, and how many were lost.
std::size_t Log::tell_what_is_missing() {
    const std::uint64_t now_ns = clock_.realtime_ns();
    if (now_ns - told_at_ns_ < second_ns) return 0;
    told_at_ns_ = now_ns;
    std::size_t lines = 0;
    const auto tell = [&](Event event, const Facts& facts) {
        if (!write_unwritten()) return false;
        render(line_of(event, facts, now_ns));
        ++lines;
        return true;
    };
    for (const EventRow& row : event_rows) {
        const std::uint64_t refused = budgets_[static_cast<std::size_t>(row.value)].take_refused();
        left_out_ += refused;
        if (refused > 0) tell(Event::lines_left_out, {.reason = row.name, .count = refused});
    }
    const std::uint64_t lost = lost_ + not_put_.load(std::memory_order_relaxed);
    if (lost > lost_told_ && tell(Event::lines_lost, {.count = lost - lost_told_}))
        lost_told_ = lost;
    write_unwritten();
    return lines;
}

void Log::note_counts() {
    const std::scoped_lock lock(metrics_mutex_);
    if (metrics_ == nullptr) return;
    metrics_->lines.set(written_);
    metrics_->lost.set(lost_ + not_put_.load(std::memory_order_relaxed));
    metrics_->left_out.set(left_out_);
}

void Log::count_in(observe::LogMetrics* metrics) {
    const std::scoped_lock lock(metrics_mutex_);
    metrics_ = metrics;
}

void use_log(Log* log) { process_log = log; }

void log_event(Event event, const Facts& facts) {
    if (process_log != nullptr) return process_log->put(event, facts);
    print(event, facts.message);
}

void log_event_now(Event event, const Facts& facts) {
    if (process_log != nullptr) return process_log->write_now(event, facts);
    print(event, facts.message);
}

void count_log_in(observe::LogMetrics* metrics) {
    if (process_log != nullptr) process_log->count_in(metrics);
}

}  // namespace bw::telemetry
