// CommandLine: the subcommands of buttonwood with their options, and the values that the user has
// chosen.
//
// Use: construct it with the CLI11 application, load_configuration(), let CLI11 parse, check(),
// run(). One thread.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "buttonwood/processes/up.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/process_log.hpp"
#include "buttonwood/tools/calendar.hpp"
#include "buttonwood/tools/dump.hpp"
#include "buttonwood/tools/play.hpp"
#include "buttonwood/tools/readers.hpp"
#include "buttonwood/tools/replay.hpp"
#include "buttonwood/tools/snapshot.hpp"
#include "buttonwood/tools/stat.hpp"
#include "buttonwood/tools/verify.hpp"

namespace bw::apps {

struct CommandLine {
    /// `agents`: the rows of the topology table; they outlive it.
    CommandLine(CLI::App& app, std::span<const Agent> agents);
    /// Keeps the arguments after the subcommand; a supervisor hands them on to its children.
    void keep_arguments(int argc, char** argv);
    /// Reads the file of --config, if given. Call it before the command line is parsed, which
    /// overrides the file. Error: the file cannot be read or is not valid.
    base::Result<void> load_configuration(int argc, char** argv);
    /// Call it after parsing. Error: as Topology::make().
    [[nodiscard]] base::Result<void> check() const;

    /// The options of an exchange, and its parts by subject.
    void add_up_options(CLI::App& command);
    void add_market_options(CLI::App& command);
    void add_gateway_options(CLI::App& command);
    void add_network_options(CLI::App& command);
    void add_log_options(CLI::App& command);
    void add_process_options(CLI::App& command);
    /// The exchange as several processes. All of them accept the same options, so that a supervisor
    /// can hand its own on.
    void add_processes(CLI::App& app);
    void add_process(CLI::App& app, std::string_view name, std::string_view what,
                     const std::function<int()>& main_function);
    void add_agent_options(CLI::App& command, const Agent& agent);
    void set_instances(const std::string& word);
    [[nodiscard]] int run_agent(const Agent& agent) const;
    void add_stat(CLI::App& app);
    void add_calendar(CLI::App& app);
    void add_log_tools(CLI::App& app);
    void add_readers(CLI::App& app);
    void add_play(CLI::App& app);
    void add_match(CLI::App& app);
    void add_programs(CLI::App& app);

    ExchangeOptions up;
    CalendarOptions calendar;
    LogToolOptions log{{}, platform::default_shared_directory};
    VerifyOptions verification{.log = {{}, platform::default_shared_directory}, .heads = {}};
    ReadersOptions readers{
        .directory = {}, .shared_directory = platform::default_shared_directory, .remove = {}};
    DumpOptions dump{.log = {{}, platform::default_shared_directory},
                     .from_time = {},
                     .to_time = {},
                     .reader = {}};
    SnapshotOptions snapshot{.directory = {},
                             .shared_directory = platform::default_shared_directory};
    StatOptions stat;
    PlayOptions play;
    /// Runs the chosen subcommand; returns the exit status of the process.
    std::function<int()> run = [this] { return run_logged("up", [this] { return run_up(up); }); };
};

}  // namespace bw::apps
