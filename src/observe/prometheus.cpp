#include "observe/prometheus.hpp"

#include <fmt/format.h>

#include <iterator>

namespace bw::observe {
namespace {

/// Exponents of two of the first and the last finite bound.
struct Bounds {
    unsigned first;
    unsigned last;
};

Bounds bounds_of(Unit unit) {
    if (unit == Unit::nanoseconds) return {10, 34};  // 1 µs … 17 s
    return {0, 12};                                  // 1 … 4096
}

bool in_seconds(Unit unit) { return unit == Unit::nanoseconds || unit == Unit::realtime_ns; }

std::string number(std::uint64_t value, Unit unit) {
    if (!in_seconds(unit)) return std::to_string(value);
    return fmt::format("{}.{:09}", value / 1'000'000'000, value % 1'000'000'000);
}

std::string in_braces(const std::string& labels) {
    return labels.empty() ? "" : "{" + labels + "}";
}

void add_histogram(std::string& out, const std::string& name, const Value& value) {
    const Distribution& distribution = value.distribution;
    const std::string before = value.labels.empty() ? "" : value.labels + ",";
    const auto [first, last] = bounds_of(value.unit);
    for (unsigned exponent = first; exponent <= last; ++exponent) {
        const std::uint64_t bound = std::uint64_t{1} << exponent;
        fmt::format_to(std::back_inserter(out), "{}_bucket{{{}le=\"{}\"}} {}\n", name, before,
                       number(bound, value.unit), distribution.count_below(bound));
    }
    fmt::format_to(std::back_inserter(out), "{}_bucket{{{}le=\"+Inf\"}} {}\n", name, before,
                   distribution.count());
    fmt::format_to(std::back_inserter(out), "{}_sum{} {}\n", name, in_braces(value.labels),
                   number(distribution.sum(), value.unit));
    fmt::format_to(std::back_inserter(out), "{}_count{} {}\n", name, in_braces(value.labels),
                   distribution.count());
}

void add_heading(std::string& out, const std::string& name, std::string_view help,
                 std::string_view type) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void add_process(std::string& out, const Snapshot& snapshot) {
    add_heading(out, "exchange_info", "Which exchange this is; always 1.", "gauge");
    fmt::format_to(
        std::back_inserter(out),
        "exchange_info{{cluster=\"{:016x}\",node=\"{}\",version=\"{}\",durability=\"{}\"}} 1\n",
        snapshot.cluster, snapshot.node, snapshot.program, snapshot.durability);
    add_heading(out, "exchange_start_time_seconds", "When the process started.", "gauge");
    fmt::format_to(std::back_inserter(out), "exchange_start_time_seconds {}\n",
                   number(snapshot.started_ns, Unit::realtime_ns));
}

}  // namespace

std::string prometheus_text(const Snapshot& snapshot) {
    std::string out;
    add_process(out, snapshot);
    std::string heading;
    for (const Value& value : snapshot.values) {
        const std::string name = prometheus_name(value.name, value.kind, value.unit);
        if (name != heading) add_heading(out, name, value.help, name_of(value.kind));
        heading = name;
        if (value.kind == Kind::histogram)
            add_histogram(out, name, value);
        else
            fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, in_braces(value.labels),
                           number(value.value, value.unit));
    }
    return out;
}

std::string prometheus_text(const ExchangeMetrics& metrics) {
    std::string out = prometheus_text(metrics.sum);
    add_heading(out, "exchange_process_up", "Whether a process of the exchange is there.", "gauge");
    for (const ProcessLine& process : metrics.processes)
        fmt::format_to(std::back_inserter(out), "exchange_process_up{{process=\"{}\"}} {}\n",
                       process.name, process.state == ProcessState::running ? 1 : 0);
    return out;
}

}  // namespace bw::observe
