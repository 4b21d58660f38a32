#include "buttonwood/cli/command_line.hpp"

#include <fmt/format.h>

#include <iostream>

#include "buttonwood/cli/configuration.hpp"
#include "buttonwood/cli/other_program.hpp"
#include "buttonwood/cli/values.hpp"
#include "buttonwood/processes/supervise/supervise.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "buttonwood/runtime/version.hpp"
#include "buttonwood/tools/match.hpp"
#include "buttonwood/tools/topology.hpp"

namespace bw::apps {
namespace {

constexpr unsigned instances_max = 64;

}  // namespace

CommandLine::CommandLine(CLI::App& app, std::span<const Agent> agents) : up(agents) {
    app.description(
        "Buttonwood: an open stock exchange. Without a subcommand it opens one, as `up` does.");
    app.set_version_flag("--version", std::string("buttonwood ") + version);
    add_up_options(app);
    auto* open = app.add_subcommand("up",
                                    "Open an exchange: sequencer, engine, REST and WebSocket "
                                    "gateway in one process (the default)");
    add_up_options(*open);
    add_processes(app);
    add_calendar(app);
    add_log_tools(app);
    add_stat(app);
    add_play(app);
    add_match(app);
    add_programs(app);
}

void CommandLine::keep_arguments(int argc, char** argv) {
    for (int i = 2; i < argc; ++i) up.arguments.emplace_back(argv[i]);
}

base::Result<void> CommandLine::load_configuration(int argc, char** argv) {
    constexpr std::string_view option = "--config";
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == option && i + 1 < argc) return apps::load_configuration(argv[i + 1], up);
        if (word.starts_with("--config="))
            return apps::load_configuration(std::string(word.substr(option.size() + 1)), up);
    }
    return {};
}

void CommandLine::add_up_options(CLI::App& command) {
    command.add_option("--config", up.config, "Configuration file; the command line overrides it");
    command.add_option("--data", up.directory, "Data folder: logs, keys")->capture_default_str();
    command
        .add_option("--durability", up.mode,
                    "sync: acknowledged = on disk; memory: survives a killed process only")
        ->transform(durability_name)
        ->default_str("sync")
        ->option_text("sync|memory [sync]");
    for (const Agent& agent : up.table) add_agent_options(command, agent);
    add_market_options(command);
    add_gateway_options(command);
    add_network_options(command);
    add_log_options(command);
    command.add_flag_callback(
        "--busy-spin", [this] { up.thread("node").idle = IdleStrategy::spin; },
        "The core thread never sleeps: lowest latency, one processor fully used");
    add_process_options(command);
    // Options that take one value may be repeated; the last value wins. The supervisor relies on
    // it: it appends its own options to the arguments that it hands on.
    for (CLI::Option* option : command.get_options())
        if (option->get_items_expected_max() == 1) option->take_last();
}

/// Demo, trading day and calendar.
void CommandLine::add_market_options(CLI::App& command) {
    command
        .add_flag("--demo,!--no-demo", up.demo,
                  "Without demo instruments and simulated participants; a folder once opened "
                  "so stays so")
        ->option_text(" ");
    command
        .add_option("--demo-rate", up.demo_rate,
                    "Commands per second of the simulated participants")
        ->check(CLI::Range(0.1, 1e6))
        ->capture_default_str();
    auto* day_end =
        command.add_option("--day-end", up.day_end, "End of the trading day, hh:mm UTC")
            ->capture_default_str();
    command
        .add_option("--calendar", up.calendar,
                    "Calendar file: phases, auctions and ends of days; without one the market "
                    "always trades")
        ->excludes(day_end);
}

void CommandLine::add_gateway_options(CLI::App& command) {
    command
        .add_option("--rate-limit", up.rate_limit,
                    "Requests per second of one API key, per kind; bursts of twice as many")
        ->check(CLI::Range(1, 500'000))
        ->capture_default_str();
    command
        .add_option("--operators", up.operators,
                    "Operators to have at least; keys that are missing are made")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
}

void CommandLine::add_network_options(CLI::App& command) {
    NetworkOptions& network = up.network;
    command
        .add_option("--io-threads", network.io_threads,
                    "Threads that serve sockets, of each gateway; 0: the gateway's own thread does")
        ->check(CLI::Range(0u, io_threads_max))
        ->capture_default_str();
    auto* certificate =
        command.add_option("--tls-certificate", network.tls_certificate,
                           "Certificate chain for TLS, PEM; read again when it changes");
    auto* key = command.add_option("--tls-key", network.tls_key,
                                   "Its private key, PEM, readable by its owner alone");
    certificate->needs(key);
    key->needs(certificate);
    command.add_flag(
        "--plain-http", network.plain_http,
        "No TLS although other machines reach the address: a TLS proxy stands in front");
    command.add_option("--address-rules", network.address_rules,
                       "File of `allow NETWORK` and `deny NETWORK`; read again when it changes");
}

/// Segments, snapshots and retention.
void CommandLine::add_log_options(CLI::App& command) {
    command.add_option("--segment-mib", up.segment_mib, "Size of a new log segment in MiB")
        ->check(CLI::Range(1, 1024))
        ->option_text(
            fmt::format("UINT [{}; {} with the demo]", default_segment_mib, demo_segment_mib));
    command
        .add_option(
            "--snapshot-minutes", up.snapshot_minutes,
            "Minutes between snapshots of the state, made by a process of its own; 0 = none")
        ->check(CLI::Range(0, 10'000))
        ->capture_default_str();
    command
        .add_option("--retain-days", up.retain_days,
                    "Days of each log to keep at least; 0 = everything (unless a size is given)")
        ->check(CLI::Range(0.0, 36'500.0))
        ->capture_default_str();
    command
        .add_option("--retain-gib", up.retain_gib,
                    "GiB of each log above which its oldest segments may go; 0 = no limit")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        .add_option("--retain-max-gib", up.retain_max_gib,
                    "GiB of each log above which they go even if a registered reader needs "
                    "them; 0 = no limit")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_flag("--check-whole-log", up.check_whole_log,
                     "Read every record at the start, also where a snapshot and a seal make "
                     "that unnecessary");
}

/// Options of an exchange of several processes, and the hidden ones that a supervisor passes to its
/// children.
void CommandLine::add_process_options(CLI::App& command) {
    command
        .add_option("--restart-limit", up.restart.limit,
                    "Quick deaths in a row after which a process stays down; 0 = no limit")
        ->capture_default_str();
    add_shared_directory(command, up.shared_directory);
    command
        .add_option("--node-patience", up.node_patience_s,
                    "Seconds that a process waits for the node at its start")
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    command
        .add_option_function<std::vector<std::string>>(
            "--instances",
            [this](const std::vector<std::string>& words) {
                for (const std::string& word : words) set_instances(word);
            },
            "How many processes of a kind, as market-data=2 (may be given again)")
        ->allow_extra_args(false)
        ->option_text("KIND=N");
    command.add_option("--instance", up.instance, "Which one of several of its kind a process is")
        ->check(CLI::Range(1u, instances_max))
        ->capture_default_str();
    command.add_option("--own-port", up.own_port)->group("");
    command.add_option("--ready-fd", up.ready_descriptor)->group("");
    command.add_option("--supervisor", up.supervisor)->group("");
}

void CommandLine::add_processes(CLI::App& app) {
    add_process(app, "supervise",
                "Open an exchange as processes of their own; start again what dies",
                [this] { return run_logged("supervise", [this] { return run_supervise(up); }); });
    for (const Agent& agent : up.table)
        add_process(app, agent.name, agent.what, [this, &agent] { return run_agent(agent); });
    add_process(app, "topology", "Print the processes of an exchange with their rings and readers",
                [this] { return run_topology(up); });
    auto* check = app.add_subcommand(
        "config", "Check a configuration file; print every value that follows from it");
    check->add_option("FILE", up.config, "Configuration file")->required();
    check->callback(
        [this] { run = [this] { return run_config(up.config, ExchangeOptions(up.table)); }; });
}

void CommandLine::add_process(CLI::App& app, std::string_view name, std::string_view what,
                              const std::function<int()>& main_function) {
    auto* command = app.add_subcommand(std::string(name), std::string(what));
    add_up_options(*command);
    command->callback([this, main_function] { run = main_function; });
}

/// Address and port options of a process that clients connect to.
void CommandLine::add_agent_options(CLI::App& command, const Agent& agent) {
    if (!agent.listening) return;
    const Listening& listening = *agent.listening;
    AgentOptions& own = up.of(agent.name);
    if (!listening.address_option.empty())
        command
            .add_option(std::string(listening.address_option), own.address,
                        std::string(listening.address_help))
            ->check(CLI::ValidIPV4)
            ->capture_default_str();
    auto* port = command.add_option(
        std::string(listening.port_option), own.port,
        fmt::format("{}; 0 = any free port{}", listening.port_help,
                    listening.port ? "" : fmt::format(" (default: no {})", agent.name)));
    if (own.port) port->default_str(std::to_string(*own.port));
}

/// `word`: a value of --instances, as "market-data=2".
void CommandLine::set_instances(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string kind = word.substr(0, equals);
    const auto found = up.agents.find(kind);
    unsigned count = 0;
    if (found == up.agents.end() || equals == std::string::npos ||
        !CLI::detail::lexical_cast(word.substr(equals + 1), count) || count == 0 ||
        count > instances_max)
        throw CLI::ValidationError("--instances",
                                   fmt::format("\"{}\" is not KIND=N, a kind of process and how "
                                               "many there shall be",
                                               word));
    found->second.instances = count;
}

int CommandLine::run_agent(const Agent& agent) const {
    const Topology topology(up);
    const Place* place = topology.find(agent.name, up.instance);
    if (place != nullptr) return run_logged(place->process, [&] { return agent.run(up, *place); });
    fmt::print(stderr,
               "buttonwood: there is no {} {}; say how many there are with --instances {}=N, the "
               "same to every process\n",
               agent.name, up.instance, agent.name);
    return 2;
}

base::Result<void> CommandLine::check() const {
    const auto topology = Topology::make(up);
    if (!topology) return std::unexpected(topology.error());
    return {};
}

void CommandLine::add_stat(CLI::App& app) {
    auto* command = app.add_subcommand(
        "stat", "Show counters, gauges and latencies of an exchange, running or dead");
    command->footer(
        "The exchange keeps its figures in shared memory, where this command reads them "
        "without asking it. The figures of a killed exchange stay\n"
        "there until it starts again or the machine does; those of one that was closed stay "
        "in its data folder. Stages are measured from the moment\n"
        "at which a command got its sequence number. A quantile is at most 3 % low.");
    auto* data = command->add_option("--data", stat.directory, "Data folder of the exchange")
                     ->capture_default_str();
    command->add_option("--file", stat.file, "Counters file, instead of the one of a folder")
        ->excludes(data);
    command->add_flag("--all", stat.all, "Also what is zero");
    command->add_flag("--json", stat.json, "One JSON object on one line, everything in it");
    command->add_flag("--watch", stat.watch,
                      "Again and again, with what was added per second, until Ctrl-C");
    command->add_option("--interval", stat.interval_s, "Seconds between two looks of --watch")
        ->check(CLI::Range(0.05, 3600.0))
        ->capture_default_str();
    command->add_option("--times", stat.times, "Looks of --watch; 0 = no end")
        ->capture_default_str();
    add_shared_directory(*command, stat.shared_directory);
    command->callback([this] { run = [this] { return run_stat(stat); }; });
}

void CommandLine::add_calendar(CLI::App& app) {
    auto* command = app.add_subcommand(
        "calendar", "Check a calendar file; print the phases of the coming days");
    command->add_option("FILE", calendar.file, "Calendar file")->required();
    command->add_option("--days", calendar.days, "How many days")
        ->check(CLI::Range(1, 3660))
        ->capture_default_str();
    command->add_option("--from", calendar.from, "First day, yyyy-mm-dd (default: today)");
    command->callback([this] { run = [this] { return run_calendar(calendar); }; });
}

void CommandLine::add_log_tools(CLI::App& app) {
    auto* replay = app.add_subcommand(
        "replay", "Rebuild the state from the command log; print hashes and speed as JSON");
    replay->add_option("DIR", log.directory, "Data folder of the exchange")->required();
    add_shared_directory(*replay, log.shared_directory);
    replay->callback([this] { run = [this] { return run_replay(log); }; });

    auto* verify = app.add_subcommand(
        "verify", "Check both logs, and that replay makes the stored events byte for byte");
    verify->add_option("DIR", verification.log.directory, "Data folder of the exchange")
        ->required();
    verify->add_option("--head", verification.heads,
                       "Head of a log that was noted earlier: that part must be unchanged "
                       "(may be given again)");
    add_shared_directory(*verify, verification.log.shared_directory);
    verify->callback([this] { run = [this] { return run_verify(verification); }; });
    add_readers(app);

    auto* state = app.add_subcommand(
        "snapshot", "Write the state of an exchange, running or stopped, as a file to start from");
    state->add_option("DIR", snapshot.directory, "Data folder of the exchange")->required();
    state->add_option("--keep", snapshot.keep, "How many of the newest snapshots stay")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    state
        ->add_option("--min-commands", snapshot.min_commands,
                     "Write nothing if fewer commands came since the last one")
        ->capture_default_str();
    add_shared_directory(*state, snapshot.shared_directory);
    state->callback([this] { run = [this] { return run_snapshot(snapshot); }; });

    auto* show = app.add_subcommand("dump", "Print records as JSON lines");
    show->add_option("DIR", dump.log.directory, "Data folder of the exchange")->required();
    show->add_option("--log", dump.which, "Which log")
        ->check(CLI::IsMember({"commands", "events", "both"}))
        ->capture_default_str();
    show->add_option("--from", dump.from, "First sequence number")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    show->add_option("--from-time", dump.from_time,
                     "First record at or after this time: 2026-11-27T09:30:00Z, or "
                     "milliseconds since 1970")
        ->excludes("--from");
    show->add_option("--to-time", dump.to_time, "No record at or after this time");
    show->add_option("--reader", dump.reader,
                     "Register a reader of this name, or go on where it was left; the records "
                     "it needs are kept");
    show->add_option("--count", dump.count, "Print at most this many records of each log");
    add_shared_directory(*show, dump.log.shared_directory);
    show->callback([this] { run = [this] { return run_dump(dump); }; });
}

void CommandLine::add_readers(CLI::App& app) {
    auto* command = app.add_subcommand(
        "readers", "List the registered readers of the logs: what they need, how far behind");
    command->add_option("DIR", readers.directory, "Data folder of the exchange")->required();
    command->add_option("--remove", readers.remove,
                        "Forget this reader: the logs are kept for it no longer");
    add_shared_directory(*command, readers.shared_directory);
    command->callback([this] { run = [this] { return run_readers(readers); }; });
}

void CommandLine::add_play(CLI::App& app) {
    auto* command = app.add_subcommand("play",
                                       "Send a recorded order file through the whole pipeline; "
                                       "print trades, volume, final book");
    command->footer(
        "FILE has lines time_ms,command,order_id,side,price,quantity with command new, cancel "
        "or reduce and side B or S; side, price and\n"
        "quantity are empty where a command needs none. Prices are ticks, quantities are lots. "
        "It may be compressed (.xz) or - for standard input.");
    command->add_option("FILE", play.file, "Order file")->required();
    command->add_option("--data", play.directory,
                        "Data folder of the exchange to play into (default: a temporary one)");
    command->add_option("--durability", play.mode, "sync or memory")
        ->transform(durability_name)
        ->default_str("memory")
        ->option_text("sync|memory [memory]");
    command->add_option("--symbol", play.symbol, "Instrument; listed if it is not there")
        ->capture_default_str();
    command
        ->add_option("--accounts", play.accounts,
                     "Accounts to spread the orders over; each gets the cash and shares it needs")
        ->check(CLI::Range(1u, 100'000u))
        ->capture_default_str();
    command
        ->add_option("--speed", play.speed,
                     "1 = as recorded, 10 = ten times faster, 0 = as fast as possible")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--depth", play.depth, "Levels of the final book to print")
        ->capture_default_str();
    command->add_option("--trades", play.trades_file,
                        "Write the trades to this file: price,quantity,maker_id,taker_id");
    add_shared_directory(*command, play.shared_directory);
    command->callback([this] { run = [this] { return run_play(play); }; });
}

void CommandLine::add_match(CLI::App& app) {
    auto* command = app.add_subcommand(
        "match", "Match order lines from standard input; write what happens to standard output");
    command->footer(
        "Input lines (integers):  new,<id>,<B|S>,<price>,<quantity>[,<day|gtc|ioc|fok>]   "
        "cancel,<id>   reduce,<id>,<by>\n"
        "                         replace,<id>,<price>,<quantity>   depth,<levels>\n"
        "Output lines: accepted,<id>   trade,<maker>,<taker>,<price>,<quantity>   "
        "cancelled,<id>   rejected,<id>,<reason>\n"
        "              depth,<bids>,<asks> followed by bid,<price>,<quantity> and "
        "ask,<price>,<quantity>, best first\n"
        "replace takes the order out and enters it again with <quantity> remaining; reduce "
        "keeps its place and cancels at zero.");
    command->callback(
        [this] { run = [] { return run_match(std::cin, stdout, "standard input"); }; });
}

/// For the help text only: main() starts the other program before it parses any option.
void CommandLine::add_programs(CLI::App& app) {
    for (const OtherProgram& program : other_programs)
        app.add_subcommand(std::string(program.subcommand), std::string(program.what));
}

}  // namespace bw::apps
