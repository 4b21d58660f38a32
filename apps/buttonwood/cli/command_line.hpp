// CommandLine: the subcommands of buttonwood with their options, and what was chosen of them.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "buttonwood/processes/up.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/tools/calendar.hpp"
#include "buttonwood/tools/log_tools.hpp"
#include "buttonwood/tools/play.hpp"
#include "buttonwood/tools/readers.hpp"
#include "buttonwood/tools/snapshot.hpp"
#include "buttonwood/tools/stat.hpp"

namespace bw::apps {

struct CommandLine {
    /// `agents`: the rows of the topology table; they outlive it.
    CommandLine(CLI::App& app, std::span<const Agent> agents);
    /// What is behind the subcommand, for a supervisor's children.
    void keep_arguments(int argc, char** argv);
    /// Before the command line is read, which then overrides it.
    base::Result<void> load_configuration(int argc, char** argv);
    /// After it was read: whether all its processes find a place.
    [[nodiscard]] base::Result<void> check() const;

    void add_up_options(CLI::App& command);
    /// The exchange as several processes. All take the same options, so that a supervisor hands its
    /// own on.
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
    /// What the chosen subcommand does; the status that the process ends with.
    std::function<int()> run = [this] { return run_up(up); };
};

}  // namespace bw::apps
