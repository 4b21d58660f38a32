// A campaign: many seeds, one after the other, and what they met.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulation/isolated_run.hpp"

namespace bw::simulation {

struct CampaignOptions {
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 100;
    std::uint64_t minutes = 10;  ///< of simulated time, per seed
    bool print_each = false;
    bool shrink = true;
    std::uint64_t findings_max = 5;              ///< then it ends
    std::vector<std::string> without_classes{};  ///< of faults, by name
    std::string without_faults{};                ///< numbers, as Mask::from reads them
    std::string without_commands{};
    std::uint64_t disk_mb_per_s = 0;  ///< of every life, whatever its seed says; 0: as it says
    std::uint64_t disk_write_us = 0;
    /// of one life, as text or the name of a file with it; takes the place of seeds
    std::string options{};
    bool until_found = false;  ///< goes on until something is found, however many seeds that takes
    bool json = false;  ///< the report is one JSON object; everything else goes to standard error
    bool progress = false;  ///< on standard error, every second
};

struct Finding {
    std::string what;
    std::string options;  ///< that show it
};

struct CampaignReport {
    std::uint64_t seeds = 0;
    std::uint64_t first_seed = 0;
    std::vector<Finding> findings;
    double seconds = 0;  ///< of real time
    std::uint64_t trace = 0;
    std::uint64_t steps = 0;
    std::uint64_t commands = 0;
    std::uint64_t events = 0;
    std::uint64_t lives = 0;
    std::uint64_t operations = 0;
    std::uint64_t simulated_ns = 0;
    std::array<std::uint64_t, fault_class_count> faults{};
    Situations situations;

    /// Situations that must occur in a campaign of this length and did not.
    [[nodiscard]] std::vector<Situation> missing() const;
};

/// Prints findings as they come. The error: `options.options` cannot be read.
[[nodiscard]] base::Result<CampaignReport> run_campaign(const CampaignOptions& options);
[[nodiscard]] std::string text_of(const CampaignReport& report);
[[nodiscard]] std::string json_of(const CampaignReport& report);

/// The subcommand: a campaign, its report, and the exit status: 0 if nothing was found and nothing
/// is missing, 1 if something, 2 if the options are wrong.
[[nodiscard]] int run_simulate(const CampaignOptions& options);

}  // namespace bw::simulation
