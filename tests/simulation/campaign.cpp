#include "simulation/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

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

double hours(const CampaignReport& report) {
    return static_cast<double>(report.simulated_ns) / (3600.0 * second_ns);
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

void print(const SeedOptions& seed, const Outcome& outcome) {
    const RunReport& report = outcome.report;
    fmt::print("{}\n  {} commands, {} events, {} lives, {} s, trace {:016x}\n", text_of(seed),
               report.commands, report.events, report.lives, report.simulated_ns / second_ns,
               report.trace);
}

void tell(const CampaignOptions& campaign, const SeedOptions& options, const Outcome& outcome) {
    std::FILE* to = campaign.json ? stderr : stdout;
    fmt::print(to, "VIOLATION: {}\n  {}\n", outcome.finding, text_of(options));
    if (campaign.shrink)
        fmt::print(to, "the same with less: {}", text_of(shrink(options, shrink_runs_max)));
    std::fflush(to);
}

void leave_out(SeedOptions& seed, const CampaignOptions& options) {
    for (std::size_t kind = 0; kind < fault_class_count; ++kind)
        if (std::ranges::count(options.without_classes, name_of(static_cast<FaultClass>(kind))))
            seed.faults[kind] = false;
    if (!options.without_faults.empty()) seed.fault_numbers = Mask::from(options.without_faults);
    if (!options.without_commands.empty()) seed.commands = Mask::from(options.without_commands);
}

SeedOptions seed_of(const CampaignOptions& options, std::uint64_t i) {
    SeedOptions out = options_of(options.first_seed + i, options.minutes);
    leave_out(out, options);
    if (options.disk_mb_per_s != 0) out.disk_mb_per_s = options.disk_mb_per_s;
    if (options.disk_write_us != 0) out.disk_write_us = options.disk_write_us;
    return out;
}

/// The options themselves, or what is in the file of this name.
base::Result<SeedOptions> given_options(const std::string& text_or_file) {
    std::string text = text_or_file;
    if (std::ifstream file(text_or_file); text.find('=') == std::string::npos) {
        if (!file)
            return base::error(fmt::format(
                "{} cannot be read: name a file with the options of a life, or give them as text",
                text_or_file));
        text.assign(std::istreambuf_iterator<char>(file), {});
    }
    return options_from(text);
}

/// Runs lives, adds them up, and says how far it is.
class Campaign {
 public:
    explicit Campaign(const CampaignOptions& options) : options_(options) {
        report_.first_seed = options.first_seed;
    }

    /// False: enough.
    bool take(const SeedOptions& seed, const Outcome& outcome) {
        ++report_.seeds;
        add(report_, outcome.report);
        if (options_.print_each) print(seed, outcome);
        if (!outcome.good) {
            report_.findings.push_back({outcome.finding, text_of(seed)});
            tell(options_, seed, outcome);
        }
        if (options_.progress) show_progress();
        return !enough();
    }
    [[nodiscard]] bool enough() const {
        return report_.findings.size() >= (options_.until_found ? 1 : options_.findings_max);
    }
    void run(std::span<const SeedOptions> seeds) {
        run_isolated(seeds, [this](const SeedOptions& seed, const Outcome& outcome) {
            return take(seed, outcome);
        });
    }
    void run_seeds() {
        constexpr std::uint64_t at_once = 1'000;
        while (!enough() && (options_.until_found || report_.seeds < options_.seeds)) {
            const std::uint64_t left =
                options_.until_found ? at_once : options_.seeds - report_.seeds;
            std::vector<SeedOptions> seeds;
            for (std::uint64_t i = 0; i < std::min(left, at_once); ++i)
                seeds.push_back(seed_of(options_, report_.seeds + i));
            run(seeds);
        }
    }
    [[nodiscard]] CampaignReport finish() {
        report_.seconds = seconds();
        if (options_.progress) fmt::print(stderr, "\n");
        return std::move(report_);
    }

 private:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }
    void show_progress() {
        const double now = seconds();
        if (now < shown_at_ + 1) return;
        shown_at_ = now;
        fmt::print(stderr, "\r{} seeds, {:.1f} simulated hours, {:.1f} seeds/s, {} violations ",
                   report_.seeds, hours(report_), static_cast<double>(report_.seeds) / now,
                   report_.findings.size());
    }

    const CampaignOptions& options_;
    CampaignReport report_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    double shown_at_ = 0;
};

}  // namespace

base::Result<CampaignReport> run_campaign(const CampaignOptions& options) {
    Campaign campaign(options);
    if (options.options.empty()) {
        campaign.run_seeds();
        return campaign.finish();
    }
    auto given = given_options(options.options);
    if (!given) return std::unexpected(given.error());
    leave_out(*given, options);
    campaign.run(std::span(&*given, 1));
    return campaign.finish();
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
        "{} seeds in {:.0f} s, {} violations, {:.1f} simulated hours; {} steps, {} commands, {} "
        "events, "
        "{} starts, {} storage operations; trace {:016x}\nfaults:",
        report.seeds, report.seconds, report.findings.size(), hours(report), report.steps,
        report.commands, report.events, report.lives, report.operations, report.trace);
    for (std::size_t i = 0; i < fault_class_count; ++i)
        out += fmt::format(" {} {}", name_of(static_cast<FaultClass>(i)), report.faults[i]);
    out += "\nsituations:\n";
    for (std::size_t i = 0; i < situation_count; ++i)
        out += fmt::format("  {:10}  {}\n", report.situations.count(static_cast<Situation>(i)),
                           name_of(static_cast<Situation>(i)));
    return out;
}

std::string json_of(const CampaignReport& report) {
    const auto list = [](const auto& items, auto&& text) {
        std::string out;
        for (const auto& item : items) out += (out.empty() ? "" : ",") + text(item);
        return out;
    };
    std::string faults;
    for (std::size_t i = 0; i < fault_class_count; ++i)
        faults += fmt::format("{}\"{}\":{}", i == 0 ? "" : ",", name_of(static_cast<FaultClass>(i)),
                              report.faults[i]);
    std::string situations;
    for (std::size_t i = 0; i < situation_count; ++i)
        situations +=
            fmt::format("{}\"{}\":{}", i == 0 ? "" : ",", name_of(static_cast<Situation>(i)),
                        report.situations.count(static_cast<Situation>(i)));
    return fmt::format(
        "{{\"first_seed\":{},\"seeds\":{},\"seconds\":{:.1f},\"simulated_hours\":{:.2f},\"steps\":{"
        "},"
        "\"commands\":{},\"events\":{},\"starts\":{},\"storage_operations\":{},"
        "\"trace\":\"{:016x}\",\"faults\":{{{}}},\"situations\":{{{}}},\"never_met\":[{}],"
        "\"violations\":[{}]}}\n",
        report.first_seed, report.seeds, report.seconds, hours(report), report.steps,
        report.commands, report.events, report.lives, report.operations, report.trace, faults,
        situations,
        list(report.missing(), [](Situation missed) { return in_quotes(name_of(missed)); }),
        list(report.findings, [](const Finding& finding) {
            return fmt::format("{{\"what\":{},\"options\":{}}}", in_quotes(finding.what),
                               in_quotes(finding.options));
        }));
}

int run_simulate(const CampaignOptions& options) {
    const auto report = run_campaign(options);
    if (!report) {
        fmt::print(stderr, "buttonwood: {}\n", report.error().message);
        return 2;
    }
    fmt::print("{}", options.json ? json_of(*report) : text_of(*report));
    for (const Situation situation : report->missing())
        if (!options.json) fmt::print("never met: {}\n", name_of(situation));
    return report->findings.empty() && report->missing().empty() ? 0 : 1;
}

}  // namespace bw::simulation
