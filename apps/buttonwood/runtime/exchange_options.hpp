// ExchangeOptions: all that can be set of an exchange, in one process or in several: from the
// configuration file and the command line.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

struct ExchangeOptions {
    std::string config;  ///< file; empty: none
    std::string directory = "data";
    std::string shared_directory = platform::default_shared_directory;
    event_store::Durability mode = event_store::Durability::sync;
    std::uint64_t segment_mib = 64;
    std::uint32_t kept_segments = 4;  ///< newest ones of a log that stay in shared memory
    std::string address = "127.0.0.1";
    std::uint16_t http_port = 8080;  ///< 0: any free one
    std::string market_data_address = "127.0.0.1";
    std::uint16_t market_data_port = 8081;  ///< of the process `market-data`; 0: any free one
    bool demo = true;
    double demo_rate = 100;          ///< commands per second
    std::string day_end = "00:00";   ///< UTC, hh:mm
    std::string calendar;            ///< file; empty: always trading, with an end of the day
    std::uint32_t rate_limit = 200;  ///< requests per second of one key
    std::uint32_t operators = 2;     ///< keys of operators to have at least
    std::string metrics_address = "127.0.0.1";
    std::optional<std::uint16_t> metrics_port;  ///< nothing: no metrics; 0: any free one
    unsigned snapshot_minutes = 60;             ///< between snapshots of the state; 0: none
    double retain_days = 0;                     ///< of each log; all 0: everything is kept
    double retain_gib = 0;
    double retain_max_gib = 0;
    bool check_whole_log = false;  ///< at the start, also what snapshot and seals cover
    /// how long other processes wait for the core at their start
    std::uint32_t core_patience_s = 60;

    ThreadOptions core;
    ThreadOptions command_disk;
    ThreadOptions event_disk;
    ThreadOptions segments;
    ThreadOptions scheduler;
    ThreadOptions demo_thread;
    ThreadOptions gateway;
    ThreadOptions market_data;
    ThreadOptions metrics;

    RestartPolicy restart;

    // Between the supervisor and its children.
    int ready_descriptor = -1;             ///< told when the process is open
    int supervisor = 0;                    ///< process to end with; 0: none
    std::vector<std::string> arguments{};  ///< as given, behind the subcommand
};

}  // namespace bw::apps
