#include "buttonwood-bench/command_line.hpp"

#include "buttonwood/cli/values.hpp"

namespace bw::apps {

BenchCommandLine::BenchCommandLine(CLI::App& app) {
    app.description("Measure; JSON on standard output");
    app.require_subcommand(1);
    add_generate(app);
    add_bench_without_stream(app);
    add_bench_store(app);
    add_bench_restart(app);
    add_bench_long(app);
    add_bench_with_stream(app);
    add_bench_rest(app);
    add_bench_fan_out(app);
}

void BenchCommandLine::add_generate(CLI::App& command) {
    auto* generator = command.add_subcommand(
        "generate", "Write a command stream to measure with; the same seed gives the same stream");
    generator->add_option("FILE", generate.file, "Stream file to write")->required();
    generator
        ->add_option("--shape", generate.shape,
                     "requote: market makers moving quotes; day: a day of an equities venue")
        ->check(CLI::IsMember({"requote", "day"}))
        ->capture_default_str();
    generator->add_option("--symbols", generate.symbols, "Instruments")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    generator->add_option("--commands", generate.commands, "Timed commands")
        ->check(CLI::Range(1, 100'000'000))
        ->capture_default_str();
    generator->add_option("--seed", generate.seed, "Seed")->capture_default_str();
    generator->callback([this] { run = [this] { return run_generate(generate); }; });
}

void BenchCommandLine::add_bench_with_stream(CLI::App& command) {
    for (const auto& [name, what] :
         {std::pair{"matcher", "The books alone, against a std::map matcher in the same run"},
          std::pair{"engine", "Order manager, risk, wallet, matching and events, called directly"},
          std::pair{"pipeline", "Ring, sequencer, log, engine and event log on their threads"}}) {
        auto* kind = command.add_subcommand(name, what);
        kind->add_option("--stream", bench.stream, "Command stream file (MESTRM01)")->required();
        kind->add_option("--repetitions", bench.repetitions, "Runs; the median is reported")
            ->check(CLI::Range(1u, 1000u))
            ->capture_default_str();
        if (std::string(name) == "pipeline") {
            kind->add_option("--rate", bench.rate, "Commands per second of the open-loop runs")
                ->check(CLI::PositiveNumber)
                ->capture_default_str();
            kind->add_option("--data", bench.directory,
                             "Folder on the disk to measure (default: a temporary one)");
            kind->add_flag("--busy-spin", bench.busy_spin, "The core never sleeps");
            add_disk_limits(*kind);
            add_shared_directory(*kind, bench.shared_directory);
            add_placement(*kind);
        }
        kind->callback([this, benchmark = std::string(name)] {
            bench.benchmark = benchmark;
            run = [this] { return run_bench(bench); };
        });
    }
}

void BenchCommandLine::add_placement(CLI::App& command) {
    command
        .add_option("--cpus", bench.placement.cpus,
                    "Processors, two: the first for the core alone, the second for the rest")
        ->delimiter(',')
        ->expected(2);
    command.add_flag("--realtime", bench.placement.realtime,
                     "SCHED_FIFO for core and disk writers; wants --cpus, and the right to do it");
}

void BenchCommandLine::add_bench_store(CLI::App& command) {
    auto* kind = command.add_subcommand(
        "store", "The event store alone: records of 64 bytes, appended, followed, committed");
    kind->add_option("--durability", bench.mode,
                     "memory: records per second; sync: time to commit, beside the disk's own")
        ->transform(durability_name)
        ->default_str("memory");
    kind->add_option("--records", bench.commands, "memory: records over many segments")
        ->check(CLI::Range(1, 1'000'000'000))
        ->capture_default_str();
    kind->add_option("--rate", bench.rate, "sync: records per second of the open loop")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    add_repetitions(*kind);
    add_bench_common(*kind);
    add_disk_limits(*kind);
    add_placement(*kind);
}

void BenchCommandLine::add_bench_restart(CLI::App& command) {
    auto* kind = command.add_subcommand(
        "restart",
        "A start from a snapshot: a million resting orders, 100,000 accounts, and commands "
        "behind it");
    kind->add_option("--tail", bench.commands, "Commands behind the snapshot")
        ->check(CLI::Range(1, 30'000'000))
        ->capture_default_str();
    add_repetitions(*kind);
    add_bench_common(*kind);
    add_placement(*kind);
}

void BenchCommandLine::add_bench_long(CLI::App& command) {
    auto* kind = command.add_subcommand(
        "long",
        "A steady rate for long: does memory grow, does latency? About 200 bytes of "
        "disk per command");
    kind->add_option("--commands", bench.commands, "How many")
        ->check(CLI::Range(1, 2'000'000'000))
        ->capture_default_str();
    kind->add_option("--rate", bench.rate, "Commands per second")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    kind->add_option("--durability", bench.mode, "sync or memory")
        ->transform(durability_name)
        ->default_str("memory");
    kind->add_option("--samples", bench.samples,
                     "CSV file to write: memory and latencies of each million commands");
    kind->add_flag("--busy-spin", bench.busy_spin, "The core never sleeps");
    add_bench_common(*kind);
    add_disk_limits(*kind);
    add_placement(*kind);
}

void BenchCommandLine::add_bench_rest(CLI::App& command) {
    auto* kind = command.add_subcommand(
        "rest", "The REST gateway: signed orders to an exchange in a process of its own");
    kind->add_option("--connections", rest.connections, "Connections, each with its own key")
        ->check(CLI::Range(1u, 2000u))
        ->capture_default_str();
    kind->add_option("--seconds", rest.seconds, "Duration of each run")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    kind->add_option("--repetitions", rest.repetitions, "Runs; the median is reported")
        ->check(CLI::Range(1u, 1000u))
        ->capture_default_str();
    kind->add_option("--open-rate", rest.open_rate,
                     "Orders per second of the open loop (default: half of the closed loop's)")
        ->check(CLI::PositiveNumber);
    kind->add_option("--what", rest.what, "Parts to measure")
        ->delimiter(',')
        ->check(CLI::IsMember({"orders", "cancels", "gets", "pipelined-gets"}))
        ->capture_default_str();
    kind->add_option("--document", rest.document, "Target of the GETs, a public route")
        ->capture_default_str();
    kind->add_option("--depth", rest.depth, "Pipelined GETs that a connection keeps unanswered")
        ->check(CLI::Range(1u, 256u))
        ->capture_default_str();
    add_exchange_process(*kind, rest.exchange);
    kind->callback([this] { run = [this] { return show(run_rest(rest)); }; });
}

void BenchCommandLine::add_bench_fan_out(CLI::App& command) {
    auto* kind = command.add_subcommand(
        "fan-out", "Many WebSocket clients of one channel of an exchange in a process of its own");
    kind->add_option("--clients", fan_out.clients, "WebSocket clients")
        ->check(CLI::Range(1u, 2000u))
        ->capture_default_str();
    kind->add_option("--seconds", fan_out.seconds, "Duration of each run")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    kind->add_option("--channel", fan_out.channel, "Public channel")
        ->check(CLI::IsMember({"l1", "l2", "trades"}))
        ->capture_default_str();
    kind->add_option("--rate", fan_out.rate, "Orders per second of the paced run")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    add_exchange_process(*kind, fan_out.exchange);
    kind->callback([this] { run = [this] { return show(run_fan_out(fan_out)); }; });
}

void BenchCommandLine::add_exchange_process(CLI::App& kind, ExchangeProcessOptions& exchange) {
    kind.add_option("--shape", exchange.shape,
                    "up: the exchange in one process; supervise: in several")
        ->check(CLI::IsMember({"up", "supervise"}))
        ->capture_default_str();
    kind.add_option("--durability,--mode", exchange.mode, "sync or memory")
        ->transform(durability_name)
        ->default_str("memory");
    kind.add_option("--data", exchange.directory,
                    "Folder on the disk to use (default: a temporary one)");
    add_shared_directory(kind, exchange.shared_directory);
}

void BenchCommandLine::add_disk_limits(CLI::App& kind) {
    kind.add_option("--disk-mb-per-s", bench.disk.mb_per_s,
                    "Limits the disk's bandwidth, to repeat a slow disk anywhere; 10^6 bytes")
        ->check(CLI::PositiveNumber);
    kind.add_option("--disk-write-us", bench.disk.write_us,
                    "What a write of that disk takes at least, besides its bytes");
}

void BenchCommandLine::add_repetitions(CLI::App& kind) {
    kind.add_option("--repetitions", bench.repetitions, "Runs; the median is reported")
        ->check(CLI::Range(1u, 1000u))
        ->capture_default_str();
}

void BenchCommandLine::add_bench_common(CLI::App& kind) {
    kind.add_option("--data", bench.directory,
                    "Folder on the disk to measure (default: a temporary one)");
    add_shared_directory(kind, bench.shared_directory);
    kind.callback([this, benchmark = kind.get_name()] {
        bench.benchmark = benchmark;
        run = [this] { return run_bench_without_stream(bench); };
    });
}

void BenchCommandLine::add_bench_without_stream(CLI::App& command) {
    auto* bounds = command.add_subcommand(
        "bounds", "One order through 100,000; a million at one price; a million prices");
    bounds->add_option("--repetitions", bench.repetitions, "Runs; the median is reported")
        ->check(CLI::Range(1u, 1000u))
        ->capture_default_str();
    auto* memory = command.add_subcommand(
        "memory", "Resident bytes per order, price level, idle instrument and account");
    for (auto* kind : {bounds, memory})
        kind->callback([this, benchmark = kind->get_name()] {
            bench.benchmark = benchmark;
            run = [this] { return run_bench_without_stream(bench); };
        });
}

}  // namespace bw::apps
