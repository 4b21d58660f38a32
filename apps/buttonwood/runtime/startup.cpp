#include "buttonwood/runtime/startup.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "buttonwood/runtime/descriptor_budget.hpp"
#include "buttonwood/runtime/idle.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "buttonwood/runtime/version.hpp"
#include "model/rules.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {
namespace {

bool process_is_open = false;  // the main thread's

base::Result<std::uint64_t> time_of_day_ns(const std::string& text) {
    const auto digit = [&](std::size_t i) {
        return i < text.size() && text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100;
    };
    const int hours = digit(0) * 10 + digit(1);
    const int minutes = digit(3) * 10 + digit(4);
    if (text.size() != 5 || text[2] != ':' || hours > 23 || minutes > 59)
        return base::error(fmt::format("--day-end {}: is not a time of day hh:mm (UTC)", text));
    return (static_cast<std::uint64_t>(hours) * 60 + static_cast<std::uint64_t>(minutes)) *
           60'000'000'000u;
}

/// What an exchange needs before it opens its first file.
base::Result<void> check_machine(const ExchangeOptions& options) {
    const std::uint64_t descriptors = descriptor_budget().limit;
    if (descriptors < DescriptorBudget::needed)
        return base::error(fmt::format(
            "this process may open {} files; an exchange needs {}, and one more for each "
            "connection. Raise the limit: `ulimit -n`, or LimitNOFILE of the service",
            descriptors, DescriptorBudget::needed));
    std::error_code ignored;
    if (!std::filesystem::is_directory(options.shared_directory, ignored))
        return base::error(
            fmt::format("--shared-dir {}: there is no such folder. Make it, or name "
                        "another one that is in memory, as /dev/shm is",
                        options.shared_directory));
    return {};
}

event_store::RetentionPolicy retention_of(const ExchangeOptions& options) {
    constexpr double day_ns = 86'400e9;
    constexpr double gib = 1024.0 * 1024 * 1024;
    return {.keep_ns = static_cast<std::uint64_t>(options.retain_days * day_ns),
            .keep_bytes = static_cast<std::uint64_t>(options.retain_gib * gib),
            .max_bytes = static_cast<std::uint64_t>(options.retain_max_gib * gib)};
}

}  // namespace

void log_open(const ExchangeOptions& options, const std::string& at) {
    const std::string where = at.empty() ? "" : " at " + at;
    telemetry::log_event(
        telemetry::Event::process_opened,
        {.message = fmt::format("Buttonwood {} is open{}, with the data folder {}.", version, where,
                                options.directory)});
    process_is_open = true;
}

int fail(const std::string& message) {
    if (process_is_open)
        telemetry::log_event_now(telemetry::Event::process_failed, {.message = message});
    else
        fmt::print(stderr, "buttonwood: {}\n", message);
    return 1;
}

base::Result<RunningNode::Options> node_options(const ExchangeOptions& options,
                                                bool with_calendar) {
    if (auto checked = check_machine(options); !checked) return std::unexpected(checked.error());
    const auto day_end = time_of_day_ns(options.day_end);
    if (!day_end) return std::unexpected(day_end.error());
    RunningNode::Options running;
    running.node.store.directory = options.directory;
    running.node.store.shared_directory = options.shared_directory;
    running.node.store.mode = options.mode;
    running.node.store.segment_bytes = options.segment_mib_in_force() * 1024 * 1024;
    running.node.store.kept_shared_segments = options.kept_segments;
    running.node.store.retention = retention_of(options);
    running.node.trust_seals = !options.check_whole_log;
    running.node.first_rules = model::newest_rule_set;
    const Topology topology(options);
    running.node.gateways = topology.rings();
    running.own_rings = topology.rings_in_up();
    running.node.day_end_ns.reset();
    if (!with_calendar) running.node.day_end_ns = *day_end;
    running.names = topology.label_names();
    running.thread = options.thread("node");
    const ThreadOptions& segments = options.thread("segments");
    running.background = {options.thread("command_disk"), options.thread("event_disk"), segments,
                          segments};  // prepares, seals and removes: two threads
    return running;
}

void print_head(const ExchangeOptions& options) {
    fmt::print("Buttonwood {}\ndurability: {} ({})\n", version, event_store::name_of(options.mode),
               event_store::promise_of(options.mode));
    fmt::print("processors: {}; loops that find nothing to do {} before they sleep\n", processors(),
               processors() < processors_to_spin ? "spin for a moment" : "spin and give way");
    const DescriptorBudget descriptors = descriptor_budget();
    fmt::print("descriptors: {}; connections of each gateway: {} at most, {} of one address\n",
               descriptors.limit, descriptors.connections(), descriptors.connections_per_address());
    std::fflush(stdout);
}

void print_recovery(RunningNode& running, const ExchangeOptions& options) {
    const event_store::RecoveryReport& report = running.store().recovery();
    if (report.created)
        fmt::print("new exchange in {}\n", options.directory);
    else
        fmt::print("recovered {} commands and {} events from {}\n", report.commands, report.events,
                   options.directory);
    if (report.commands_cut_bytes > 0)
        fmt::print(
            "cut an interrupted write of {} bytes at the end of the command log; none of it was "
            "acknowledged\n",
            report.commands_cut_bytes);
    if (report.commands_from_memory > 0)
        fmt::print("took {} commands over from shared memory\n", report.commands_from_memory);
    for (const std::string& why : running.node().passed_over())
        fmt::print("passed over a snapshot: {}\n", why);
    if (running.node().snapshot_sequence() != 0)
        fmt::print("began with the snapshot of command {}\n", running.node().snapshot_sequence());
    if (running.metrics().engine.storage_scarce.value() != 0)
        fmt::print(
            "storage: scarce, orders are refused until there is room for the next log segments\n");
}

}  // namespace bw::apps
