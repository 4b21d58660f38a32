// ExchangeOptions: all that can be set of an exchange, in one process or in several: from the
// configuration file and the command line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "buttonwood/runtime/agent.hpp"
#include "buttonwood/runtime/idle.hpp"
#include "event_store/store.hpp"

namespace bw::apps {

/// Of a thread, and of a process with one duty.
struct ThreadOptions {
    std::optional<unsigned> cpu;  ///< the only one it runs on
    std::optional<int> nice;      ///< -20 first … 19 last
    std::optional<int> fifo;      ///< priority of SCHED_FIFO, 1 … 99; instead of `nice`
    std::optional<IdleStrategy> idle;
};

/// What the supervisor does about a process that died.
struct RestartPolicy {
    /// before the first start again; doubles with each quick death
    std::uint32_t first_delay_ms = 100;
    std::uint32_t longest_delay_ms = 5'000;
    std::uint32_t stable_s = 10;  ///< who lived longer did not die quickly
    std::uint32_t limit = 20;     ///< quick deaths in a row; then it stays down; 0: no limit
};

/// Of one kind of agent.
struct AgentOptions {
    unsigned instances = 1;
    std::string address = "127.0.0.1";
    std::optional<std::uint16_t> port;  ///< of the first one; nothing: not started; 0: any free one
};

struct ExchangeOptions {
    /// With the defaults of the rows, which outlive it.
    explicit ExchangeOptions(std::span<const Agent> agent_table);

    [[nodiscard]] const AgentOptions& of(std::string_view agent) const;
    [[nodiscard]] AgentOptions& of(std::string_view agent);
    /// By its table in the configuration file.
    [[nodiscard]] const ThreadOptions& thread(std::string_view name) const;
    [[nodiscard]] ThreadOptions& thread(std::string_view name);
    /// Of the process at this place: what the supervisor says, or as many behind the first one's.
    [[nodiscard]] std::uint16_t port_of(const Place& place) const;

    std::span<const Agent> table;
    std::map<std::string, AgentOptions, std::less<>> agents;    ///< each row has its own
    std::map<std::string, ThreadOptions, std::less<>> threads;  ///< each thread of a row

    std::string config;  ///< file; empty: none
    std::string directory = "data";
    std::string shared_directory = platform::default_shared_directory;
    event_store::Durability mode = event_store::Durability::sync;
    std::uint64_t segment_mib = 64;
    std::uint32_t kept_segments = 4;  ///< newest ones of a log that stay in shared memory
    bool demo = true;
    double demo_rate = 100;          ///< commands per second
    std::string day_end = "00:00";   ///< UTC, hh:mm
    std::string calendar;            ///< file; empty: always trading, with an end of the day
    std::uint32_t rate_limit = 200;  ///< requests per second of one key
    std::uint32_t operators = 2;     ///< keys of operators to have at least
    unsigned snapshot_minutes = 60;  ///< between snapshots of the state; 0: none
    double retain_days = 0;          ///< of each log; all 0: everything is kept
    double retain_gib = 0;
    double retain_max_gib = 0;
    bool check_whole_log = false;  ///< at the start, also what snapshot and seals cover
    /// how long other processes wait for the core at their start
    std::uint32_t core_patience_s = 60;

    RestartPolicy restart;

    unsigned instance = 1;  ///< of the kind that this process is of

    // Between the supervisor and its children.
    std::optional<std::uint16_t> own_port;  ///< of this process
    int ready_descriptor = -1;              ///< told when the process is open
    int supervisor = 0;                     ///< process to end with; 0: none
    std::vector<std::string> arguments{};   ///< as given, behind the subcommand
};

}  // namespace bw::apps
