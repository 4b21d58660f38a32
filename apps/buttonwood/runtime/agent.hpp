// Agent: a row of the topology table. It describes one kind of participant in an exchange: process,
// subcommand, configuration table, ring, reader, metric labels and supervision all follow from the
// row, and no other code names the agent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bw::apps {

struct ConfigurationTable;
struct ExchangeOptions;
struct Place;

/// Processes start in this order, all of a stage at once, and stop in reverse.
enum class Stage : std::uint8_t {
    node,
    phases,    ///< must be ready before anyone trades
    services,  ///< those that serve clients
};
inline constexpr std::size_t stage_count = 3;

struct NamedBit {
    unsigned bit;
    std::string_view name{};
};

/// The projections that an agent folds (src/views, and the agents' own).
namespace folds {
inline constexpr unsigned reference_data = 1, totals = 2, balances = 4, orders = 8, market = 16,
                          proposals = 32, reports = 64, websocket = 128, scheduler = 256,
                          demo = 512;
inline constexpr unsigned public_models = reference_data | totals | market;
inline constexpr unsigned all_models = public_models | balances | orders | proposals | reports;
inline constexpr std::array<NamedBit, 10> names{{{reference_data, "reference-data"},
                                                 {totals, "totals"},
                                                 {balances, "balances"},
                                                 {orders, "orders"},
                                                 {market, "market"},
                                                 {proposals, "proposals"},
                                                 {reports, "reports"},
                                                 {websocket, "websocket"},
                                                 {scheduler, "scheduler"},
                                                 {demo, "demo"}}};
}  // namespace folds

/// What clients may do through an agent.
namespace permissions {
inline constexpr unsigned public_data = 1, trade = 2, operate = 4;
inline constexpr std::array<NamedBit, 3> names{
    {{public_data, "public data"}, {trade, "trade"}, {operate, "operate"}}};
}  // namespace permissions

/// A thread with a configuration table for processor and priority.
struct AgentThread {
    std::string_view table{};
    bool idles = false;  ///< has a configurable idle strategy
};

/// For an agent that clients connect to.
struct Listening {
    std::string_view port_option{};  ///< "--http-port"
    std::string_view port_help{};
    std::string_view address_option{};  ///< empty: configuration file only
    std::string_view address_help{};
    /// default; nothing: the agent runs only if a port is given
    std::optional<std::uint16_t> port{};
    /// Printed when the exchange is open, with {0} the address, {1} the port and {2} "http" or
    /// "https"; empty: nothing.
    std::string_view announcement{};
};

/// Additional keys of the agent's configuration table.
struct AgentSettings {
    std::span<const std::string_view> keys{};
    void (*read)(const ConfigurationTable& from, ExchangeOptions& options) = nullptr;
    /// Returns the values as lines of a configuration file.
    std::string (*text)(const ExchangeOptions& options) = nullptr;
};

struct Agent {
    std::string_view name{};    ///< of process and subcommand; the configuration table has _ for -
    std::string_view what{};    ///< one line of help
    std::string_view ring{};    ///< label of its ring to the sequencer; empty: it sends no commands
    std::string_view reader{};  ///< label as a reader of the event log; empty: it reads none
    std::uint16_t request_space = 0;  ///< top 16 bits of its request ids; 0: follows from the ring
    unsigned views = 0;
    unsigned permissions = 0;
    Stage stage = Stage::services;
    bool essential = false;  ///< the exchange stops if it cannot run
    bool may_end = false;    ///< may exit by itself, with status 0
    /// In an exchange of one process: true: it is a thread of that process; false: it may run next
    /// to it as a process of its own.
    bool in_up = false;
    /// Why there can be only one; empty: several may run at once.
    std::string_view single{};
    std::span<const AgentThread> threads{};  ///< the first one's table is the agent's own
    std::optional<Listening> listening{};
    AgentSettings settings{};
    bool (*wanted)(const ExchangeOptions& options) = nullptr;  ///< nullptr: always
    /// The main function of its process: serves until SIGINT or SIGTERM; returns the exit status.
    int (*run)(const ExchangeOptions& options, const Place& place) = nullptr;

    /// The name of its table in the configuration file.
    [[nodiscard]] std::string table() const;
};

}  // namespace bw::apps
