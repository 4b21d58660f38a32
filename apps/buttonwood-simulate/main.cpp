// buttonwood-simulate: whole exchanges on simulated machines. `buttonwood simulate` starts this
// program.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "buttonwood/cli/program.hpp"
#include "simulation/campaign.hpp"
#include "simulation/seed_options.hpp"

namespace {

/// The names of all fault classes, eight to a line.
std::string fault_classes() {
    std::string names;
    for (std::size_t i = 0; i < bw::simulation::fault_class_count; ++i) {
        if (i != 0) names += i % 8 == 0 ? '\n' : ' ';
        names += name_of(static_cast<bw::simulation::FaultClass>(i));
    }
    return names;
}

void add_options(CLI::App& app, bw::simulation::CampaignOptions& options) {
    app.description(
        "Let exchanges live and die on simulated machines, one from each seed; check everything");
    app.footer(fmt::format(
        "A seed always gives the same life. A violation is printed with its seed and with fewer "
        "faults and commands that still show it;\n"
        "the options --without-... leave the same ones out again. Fault classes:\n{}.",
        fault_classes()));
    app.add_option("--seed", options.first_seed, "First seed")->capture_default_str();
    app.add_option("--seeds", options.seeds, "How many")->capture_default_str();
    app.add_option("--minutes", options.minutes,
                   "Simulated time in which everything may fail, per seed")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    app.add_option("--without", options.without_classes, "Fault classes to leave out");
    app.add_option("--without-faults", options.without_faults,
                   "Numbers of faults to leave out, e.g. 0-3,7");
    app.add_option("--without-commands", options.without_commands,
                   "Numbers of commands to leave out");
    app.add_option("--disk-mb-per-s", options.disk_mb_per_s,
                   "Bandwidth of the disk in every life (default: what its seed says)");
    app.add_option("--disk-write-us", options.disk_write_us,
                   "What a write takes besides its bytes, in every life");
    app.add_flag("--each", options.print_each, "Print every seed");
    app.add_option("--options", options.options,
                   "One life instead of seeds: its options as --each prints them, or a "
                   "file with them");
    app.add_flag("--until-found", options.until_found,
                 "Go on from the first seed until something is found");
    app.add_flag("--progress", options.progress, "Say every second how far it is");
    app.add_flag("--json", options.json, "The report as one JSON object");
    app.add_flag("!--no-shrink", options.shrink, "Do not look for less that fails alike")
        ->option_text(" ");
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app{"", "buttonwood simulate"};
    bw::simulation::CampaignOptions options;
    add_options(app, options);
    return bw::apps::run_program(app, argc, argv,
                                 [&] { return bw::simulation::run_simulate(options); });
} catch (const std::exception& failure) {
    return bw::apps::end_unexpectedly(failure);
}
