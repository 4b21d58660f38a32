// ExchangeOptions: all settings of an exchange, in one process or in several, from the
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

inline constexpr unsigned io_threads_max = 16;
inline constexpr std::uint64_t default_segment_mib = 64;
inline constexpr std::uint64_t demo_segment_mib = 8;

/// Settings of a thread, or of a process with a single task.
struct ThreadOptions {
    std::optional<unsigned> cpu;  ///< the only processor it runs on; nothing: any
    std::optional<int> nice;      ///< -20 (highest) to 19 (lowest)
    std::optional<int> fifo;      ///< priority of SCHED_FIFO, 1 to 99; instead of `nice`
    std::optional<IdleStrategy> idle;
};

/// How the supervisor restarts a process that died.
struct RestartPolicy {
    /// before the first restart; doubles with each quick death
    std::uint32_t first_delay_ms = 100;
    std::uint32_t longest_delay_ms = 5'000;
    std::uint32_t stable_s = 10;  ///< a process that ran longer did not die quickly
    std::uint32_t limit = 20;     ///< quick deaths in a row before it stays down; 0: no limit
};

/// Settings of one kind of agent.
struct AgentOptions {
    unsigned instances = 1;
    std::string address = "127.0.0.1";
    /// of the first instance; nothing: not started; 0: any free port
    std::optional<std::uint16_t> port;
};

/// How the gateways meet their networks.
struct NetworkOptions {
    unsigned io_threads = 1;  ///< of each gateway, for its sockets; 0: its own thread serves them
    std::string tls_certificate;  ///< file, PEM; empty: no TLS
    std::string tls_key;          ///< file, PEM
    bool plain_http = false;      ///< without TLS on an address that other machines reach
    std::string address_rules;    ///< file, see net/access_list.hpp; empty: none

    [[nodiscard]] const char* scheme() const { return tls_certificate.empty() ? "http" : "https"; }
};

struct ExchangeOptions {
    /// Sets the defaults of the rows. `agent_table` must outlive the options.
    explicit ExchangeOptions(std::span<const Agent> agent_table);

    [[nodiscard]] const AgentOptions& of(std::string_view agent) const;
    [[nodiscard]] AgentOptions& of(std::string_view agent);
    /// Settings of the thread whose configuration table is `name`.
    [[nodiscard]] const ThreadOptions& thread(std::string_view name) const;
    [[nodiscard]] ThreadOptions& thread(std::string_view name);
    /// The port of the process at this place: the one that the supervisor passed, else the port of
    /// the first instance plus instance - 1; 0: any free port.
    [[nodiscard]] std::uint16_t port_of(const Place& place) const;
    /// A demo grows slowly and shares a machine with other things: its segments are small, since
    /// shared memory holds several of them.
    [[nodiscard]] std::uint64_t segment_mib_in_force() const {
        return segment_mib.value_or(demo ? demo_segment_mib : default_segment_mib);
    }

    std::span<const Agent> table;
    std::map<std::string, AgentOptions, std::less<>> agents;    ///< one for each row
    std::map<std::string, ThreadOptions, std::less<>> threads;  ///< one for each thread of a row

    std::string config;  ///< file; empty: none
    std::string directory = "data";
    std::string shared_directory = platform::default_shared_directory;
    event_store::Durability mode = event_store::Durability::sync;
    std::optional<std::uint64_t> segment_mib;  ///< of new log segments; see segment_mib_in_force()
    std::uint32_t kept_segments = 4;  ///< newest segments of a log that stay in shared memory
    bool demo = true;
    double demo_rate = 100;          ///< commands per second
    std::string day_end = "00:00";   ///< UTC, hh:mm
    std::string calendar;            ///< file; empty: always trading, with an end of day
    std::uint32_t rate_limit = 200;  ///< requests per second of one key
    NetworkOptions network;
    std::uint32_t operators = 2;     ///< minimum number of operator keys
    unsigned snapshot_minutes = 60;  ///< between snapshots of the state; 0: none
    double retain_days = 0;          ///< limits of each log; all 0: everything is kept
    double retain_gib = 0;
    double retain_max_gib = 0;
    /// read all records at the start, also those that snapshot and seals cover
    bool check_whole_log = false;
    /// how long other processes wait at their start for the node
    std::uint32_t node_patience_s = 60;

    RestartPolicy restart;

    unsigned instance = 1;  ///< number of this process among those of its kind

    // Passed from the supervisor to its children.
    std::optional<std::uint16_t> own_port;  ///< of this process
    int ready_descriptor = -1;              ///< written to when the process is open; -1: none
    int supervisor = 0;                     ///< end together with this process; 0: none
    std::vector<std::string> arguments{};   ///< the arguments after the subcommand
};

}  // namespace bw::apps
