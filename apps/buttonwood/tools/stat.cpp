#include "buttonwood/tools/stat.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <optional>

#include "event_store/identity.hpp"
#include "observe/exchange_metrics.hpp"
#include "observe/reader.hpp"
#include "platform/clock.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

using observe::ExchangeMetrics;
using observe::Kind;
using observe::ProcessState;
using observe::Snapshot;
using observe::Unit;
using observe::Value;

base::Result<ExchangeMetrics> look(const StatOptions& options) {
    platform::Storage& storage = platform::system_storage();
    if (!options.file.empty()) return observe::read_one_process(storage, options.file);
    const auto identity = event_store::read_identity(storage, options.directory);
    if (!identity) return std::unexpected(identity.error());
    const event_store::Paths paths(options.directory, options.shared_directory, *identity);
    return observe::read_exchange(storage, paths.shared, options.directory);
}

std::string time_text(std::uint64_t ns) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                       fmt::gmtime(static_cast<std::time_t>(ns / 1'000'000'000)));
}

std::string span_text(std::uint64_t ns) {
    const std::uint64_t s = ns / 1'000'000'000;
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
    if (s < 86'400) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
    return fmt::format("{} days {} h", s / 86'400, s / 3600 % 24);
}

/// Formats with three digits and a suitable unit.
std::string duration_text(std::uint64_t ns) {
    const auto value = static_cast<double>(ns);
    if (ns < 1'000) return fmt::format("{} ns", ns);
    if (ns < 1'000'000) return fmt::format("{:.3g} us", value / 1e3);
    if (ns < 1'000'000'000) return fmt::format("{:.3g} ms", value / 1e6);
    return fmt::format("{:.4g} s", value / 1e9);
}

std::string value_text(std::uint64_t value, Unit unit, std::uint64_t now_ns) {
    switch (unit) {
        case Unit::nanoseconds: return duration_text(value);
        case Unit::realtime_ns:
            if (value == 0) return "never";
            return duration_text(now_ns > value ? now_ns - value : 0) + " ago";
        case Unit::bytes: return fmt::format("{} B", value);
        case Unit::none: break;
    }
    return std::to_string(value);
}

std::string title_of(const Value& value) {
    return value.labels.empty() ? value.name : value.name + "{" + value.labels + "}";
}

std::string state_text(const Snapshot& snapshot, std::uint64_t now_ns) {
    switch (snapshot.state) {
        case ProcessState::running:
            return fmt::format(
                "running for {} as process {}",
                span_text(now_ns > snapshot.started_ns ? now_ns - snapshot.started_ns : 0),
                snapshot.process);
        case ProcessState::ended:
            return fmt::format("closed at {}; last values", time_text(snapshot.ended_ns));
        case ProcessState::killed:
            return fmt::format(
                "KILLED: process {} is gone and did not close the exchange; last seen {}",
                snapshot.process, time_text(snapshot.last_seen_ns()));
    }
    return "";
}

/// For a dead exchange, ages are relative to its last sign of life.
std::uint64_t reference_ns(const Snapshot& snapshot, std::uint64_t now_ns) {
    return snapshot.state == ProcessState::running ? now_ns : snapshot.last_seen_ns();
}

/// Differences between two reads of the counters.
class Rates {
 public:
    explicit Rates(const Snapshot* before, double seconds) : before_(before), seconds_(seconds) {}
    [[nodiscard]] std::optional<double> of(const Value& value) const {
        if (before_ == nullptr || seconds_ <= 0) return std::nullopt;
        const Value* old = before_->find(value.name, value.labels);
        if (old == nullptr) return std::nullopt;
        const std::uint64_t now = amount(value);
        const std::uint64_t then = amount(*old);
        if (now < then) return std::nullopt;  // the process was restarted
        return static_cast<double>(now - then) / seconds_;
    }

 private:
    static std::uint64_t amount(const Value& value) {
        return value.kind == Kind::histogram ? value.distribution.count() : value.value;
    }
    const Snapshot* before_;
    double seconds_;
};

/// Columns of the table; the last one, the rate per second, exists with --watch only.
void end_row(std::string& out, const StatOptions& options, const std::string& last) {
    if (options.watch) out += fmt::format("{:>14}", last);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
}

std::string rate_text(const std::optional<double>& rate) {
    return rate ? fmt::format("{:.1f}", *rate) : std::string();
}

/// Prints one line for each process, if there are several.
std::string process_table(const ExchangeMetrics& metrics, std::uint64_t now_ns) {
    if (metrics.processes.size() < 2) return {};
    std::string out = fmt::format("{:<20}{:>10}{:>12}{:>12}{:>20}\n", "processes", "state", "id",
                                  "restarts", "started");
    for (const observe::ProcessLine& process : metrics.processes) {
        const std::string label = fmt::format("process=\"{}\"", process.name);
        out +=
            fmt::format("  {:<18}{:>10}{:>12}{:>12}{:>20}\n", process.name, name_of(process.state),
                        process.process, metrics.sum.value("process_restarts", label),
                        value_text(process.started_ns, Unit::realtime_ns, now_ns));
    }
    return out + "\n";
}

std::string table(const ExchangeMetrics& metrics, const StatOptions& options, const Rates& rates) {
    const Snapshot& snapshot = metrics.sum;
    const std::uint64_t now_ns = platform::SystemClock().realtime_ns();
    std::string out =
        fmt::format("Buttonwood {}, node {} of cluster {:016x}, durability {}\nopened {}\n{}\n\n",
                    snapshot.program, snapshot.node, snapshot.cluster, snapshot.durability,
                    time_text(snapshot.started_ns), state_text(snapshot, now_ns));
    out += process_table(metrics, now_ns);
    out += fmt::format("{:<52}{:>20}", "counters and gauges", "value");
    end_row(out, options, "per second");
    for (const Value& value : snapshot.values) {
        if (value.kind == Kind::histogram || (value.value == 0 && !options.all)) continue;
        const auto rate = value.kind == Kind::counter ? rates.of(value) : std::nullopt;
        const std::string text =
            value_text(value.value, value.unit, reference_ns(snapshot, now_ns));
        out += fmt::format("  {:<50}{:>20}", title_of(value), text);
        end_row(out, options, rate_text(rate));
    }
    out += fmt::format("\n{:<44}{:>12}{:>10}{:>10}{:>10}{:>10}", "distributions", "count", "p50",
                       "p99", "p99.9", "max");
    end_row(out, options, "per second");
    for (const Value& value : snapshot.values) {
        const observe::Distribution& d = value.distribution;
        if (value.kind != Kind::histogram || (d.count() == 0 && !options.all)) continue;
        const auto text = [&](std::uint64_t n) { return value_text(n, value.unit, 0); };
        out += fmt::format("  {:<42}{:>12}{:>10}{:>10}{:>10}{:>10}", title_of(value), d.count(),
                           text(d.quantile(0.5)), text(d.quantile(0.99)), text(d.quantile(0.999)),
                           text(d.max()));
        end_row(out, options, rate_text(rates.of(value)));
    }
    return out;
}

/// Labels have the form key="value",… with plain words: JSON except for the colon.
std::string labels_json(const std::string& labels) {
    std::string out;
    bool in_key = true;
    for (const char c : labels) {
        if (in_key && (out.empty() || out.back() == ',')) out += '"';
        if (c == '=' && in_key) {
            out += "\":";
            in_key = false;
            continue;
        }
        if (c == ',') in_key = true;
        out += c;
    }
    return "{" + out + "}";
}

std::string value_json(const Value& value) {
    std::string out = fmt::format(
        R"({{"number":{},"name":"{}","kind":"{}","unit":"{}","labels":{},)", value.number,
        value.name, name_of(value.kind), name_of(value.unit), labels_json(value.labels));
    const observe::Distribution& d = value.distribution;
    if (value.kind == Kind::histogram)
        out += fmt::format(R"("count":{},"sum":{},"max":{},"p50":{},"p90":{},"p99":{},"p999":{}}})",
                           d.count(), d.sum(), d.max(), d.quantile(0.5), d.quantile(0.9),
                           d.quantile(0.99), d.quantile(0.999));
    else
        out += fmt::format(R"("value":{}}})", value.value);
    return out;
}

std::string process_json(const observe::ProcessLine& process) {
    return fmt::format(
        R"({{"name":"{}","state":"{}","process":{},"startedNs":{},"lastSeenNs":{}}})", process.name,
        name_of(process.state), process.process, process.started_ns, process.last_seen_ns);
}

std::string json(const ExchangeMetrics& metrics) {
    const Snapshot& snapshot = metrics.sum;
    std::string out = fmt::format(
        R"({{"state":"{}","program":"{}","cluster":"{:016x}","node":{},"process":{},"durability":"{}","startedNs":{},"endedNs":{},"lastSeenNs":{},"processes":[)",
        name_of(snapshot.state), snapshot.program, snapshot.cluster, snapshot.node,
        snapshot.process, snapshot.durability, snapshot.started_ns, snapshot.ended_ns,
        snapshot.last_seen_ns());
    for (const observe::ProcessLine& process : metrics.processes)
        out += (out.back() != '[' ? "," : "") + process_json(process);
    out += "],\"figures\":[";
    for (const Value& value : snapshot.values) {
        if (out.back() != '[') out += ',';
        out += value_json(value);
    }
    return out + "]}\n";
}

void show(const ExchangeMetrics& metrics, const StatOptions& options, const Rates& rates) {
    if (options.watch && !options.json && ::isatty(STDOUT_FILENO) != 0)
        std::fputs("\033[H\033[J", stdout);
    const std::string text = options.json ? json(metrics) : table(metrics, options, rates);
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace

int run_stat(const StatOptions& options) {
    std::optional<ExchangeMetrics> before;
    const platform::SystemClock clock;
    std::uint64_t looked_ns = clock.monotonic_ns();
    for (std::uint32_t turn = 1;; ++turn) {
        auto metrics = look(options);
        if (!metrics) {
            fmt::print(stderr, "buttonwood: {}\n", metrics.error().message);
            return 1;
        }
        const std::uint64_t now_ns = clock.monotonic_ns();
        show(*metrics, options,
             Rates(before ? &before->sum : nullptr, static_cast<double>(now_ns - looked_ns) / 1e9));
        if (!options.watch || turn == options.times) return 0;
        before = std::move(*metrics);
        looked_ns = now_ns;
        platform::sleep_for_ns(static_cast<std::uint64_t>(options.interval_s * 1e9));
    }
}

}  // namespace bw::apps
