#include "simulation/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "simulation/shrink.hpp"

namespace bw::simulation {
namespace {

constexpr std::uint64_t seeds_that_meet_everything = 1'000;
constexpr std::uint64_t shrink_runs_max = 300;

void add(CampaignReport& all, const RunReport& one) {
    base::RunningHash trace;
    trace.add(all.trace);
    trace.add(one.trace);
    all.trace = trace.value();
    all.steps += one.steps;
    all.commands += one.commands;
    all.events += one.events;
    all.lives += one.lives;
    all.operations += one.operations;
    all.simulated_ns += one.simulated_ns;
    for (std::size_t i = 0; i < fault_class_count; ++i) all.faults[i] += one.faults[i];
    all.situations.add(one.situations);
}

void tell(const SeedOptions& options, const Outcome& outcome, bool with_shrinking) {
    fmt::print("VIOLATION: {}\n  {}\n", outcome.finding, text_of(options));
    if (with_shrinking)
        fmt::print("the same with less: {}", text_of(shrink(options, shrink_runs_max)));
    std::fflush(stdout);
}

SeedOptions seed_of(const CampaignOptions& options, std::uint64_t i) {
    SeedOptions out = options_of(options.first_seed + i, options.minutes);
    for (std::size_t kind = 0; kind < fault_class_count; ++kind)
        if (std::ranges::count(options.without_classes, name_of(static_cast<FaultClass>(kind))))
            out.faults[kind] = false;
    out.fault_numbers = Mask::from(options.without_faults);
    out.commands = Mask::from(options.without_commands);
    return out;
}

}  // namespace

CampaignReport run_campaign(const CampaignOptions& options) {
    CampaignReport report;
    for (std::uint64_t i = 0; i < options.seeds && report.findings < options.findings_max; ++i) {
        const SeedOptions seed = seed_of(options, i);
        const Outcome outcome = run_isolated(seed);
        ++report.seeds;
        add(report, outcome.report);
        if (options.print_each)
            fmt::print("{}\n  {} commands, {} events, {} lives, {} s, trace {:016x}\n",
                       text_of(seed), outcome.report.commands, outcome.report.events,
                       outcome.report.lives, outcome.report.simulated_ns / second_ns,
                       outcome.report.trace);
        if (outcome.good) continue;
        ++report.findings;
        tell(seed, outcome, options.shrink);
    }
    return report;
}

std::vector<Situation> CampaignReport::missing() const {
    std::vector<Situation> out;
    if (seeds < seeds_that_meet_everything) return out;
    for (std::size_t i = 0; i < situation_count; ++i)
        if (situations.count(static_cast<Situation>(i)) == 0)
            out.push_back(static_cast<Situation>(i));
    return out;
}

std::string text_of(const CampaignReport& report) {
    std::string out = fmt::format(
        "{} seeds, {} violations, {:.1f} simulated hours; {} steps, {} commands, {} events, "
        "{} starts, {} storage operations; trace {:016x}\nfaults:",
        report.seeds, report.findings,
        static_cast<double>(report.simulated_ns) / (3600.0 * second_ns), report.steps,
        report.commands, report.events, report.lives, report.operations, report.trace);
    for (std::size_t i = 0; i < fault_class_count; ++i)
        out += fmt::format(" {} {}", name_of(static_cast<FaultClass>(i)), report.faults[i]);
    out += "\nsituations:\n";
    for (std::size_t i = 0; i < situation_count; ++i)
        out += fmt::format("  {:10}  {}\n", report.situations.count(static_cast<Situation>(i)),
                           name_of(static_cast<Situation>(i)));
    return out;
}

int run_simulate(const CampaignOptions& options) {
    const CampaignReport report = run_campaign(options);
    fmt::print("{}", text_of(report));
    for (const Situation situation : report.missing())
        fmt::print("never met: {}\n", name_of(situation));
    return report.findings == 0 && report.missing().empty() ? 0 : 1;
}

}  // namespace bw::simulation
