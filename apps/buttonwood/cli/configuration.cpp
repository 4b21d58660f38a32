#include "buttonwood/cli/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "buttonwood/runtime/configuration_table.hpp"
#include "event_store/log/segment_window.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

using checked_toml::Reader;

constexpr std::int64_t port_max = 65'535;
constexpr std::int64_t instances_max = 8;
constexpr std::int64_t year_ms = 365ll * 86'400 * 1'000;
constexpr std::string_view fifo_word = "fifo ";

struct NamedStrategy {
    std::string_view name;
    IdleStrategy strategy;
};
constexpr std::array<NamedStrategy, 4> strategies{{{"back-off", IdleStrategy::back_off},
                                                   {"park", IdleStrategy::park},
                                                   {"yield", IdleStrategy::yield},
                                                   {"spin", IdleStrategy::spin}}};

void read_cpu(Reader& reader, const toml::table& table, ThreadOptions& out) {
    const toml::node* node = table.get("cpu");
    if (node == nullptr) return;
    const auto cpus = platform::usable_cpus();
    const auto* value = node->as_integer();
    const auto found = value == nullptr ? cpus.end() : std::ranges::find(cpus, value->get());
    if (found == cpus.end())
        return reader.fail(*node, fmt::format("cpu is not a processor that this program may use; "
                                              "here these are {}",
                                              fmt::join(cpus, ", ")));
    out.cpu = *found;
}

/// Reads a nice value, or "fifo N" for the real-time scheduler.
void read_priority(Reader& reader, const toml::table& table, ThreadOptions& out) {
    const toml::node* node = table.get("priority");
    if (node == nullptr) return;
    if (const auto* nice = node->as_integer();
        nice != nullptr && nice->get() >= -20 && nice->get() <= 19) {
        out.nice = static_cast<int>(nice->get());
        return;
    }
    const std::string_view text = node->value<std::string_view>().value_or("");
    int number = 0;
    const char* digits = text.data() + fifo_word.size();
    if (text.starts_with(fifo_word) &&
        std::from_chars(digits, text.data() + text.size(), number).ptr ==
            text.data() + text.size() &&
        number >= 1 && number <= 99) {
        out.fifo = number;
        return;
    }
    reader.fail(*node,
                "priority is neither a nice value from -20 (first) to 19 (last) nor \"fifo 1\" to "
                "\"fifo 99\"");
}

void read_idle(Reader& reader, const toml::table& table, ThreadOptions& out) {
    const toml::node* node = table.get("idle");
    if (node == nullptr) return;
    const auto name = node->value<std::string_view>().value_or("");
    const auto found = std::ranges::find(strategies, name, &NamedStrategy::name);
    if (found == strategies.end())
        return reader.fail(*node, "idle is not \"spin\", \"yield\", \"park\" or \"back-off\"");
    out.idle = found->strategy;
}

void read_thread(Reader& reader, const toml::table& table, ThreadOptions& out) {
    read_cpu(reader, table, out);
    read_priority(reader, table, out);
    read_idle(reader, table, out);
}

/// Reads the table of a thread that has no other settings.
void read_plain_thread(Reader& reader, const toml::table& root, std::string_view name,
                       ThreadOptions& out) {
    const toml::table* table = reader.table(root, name, false);
    if (table == nullptr) return;
    reader.allow(*table, {"cpu", "priority"});
    read_thread(reader, *table, out);
}

/// Refuses a former name of a table or a key.
void refuse_former(Reader& reader, const toml::table& table, std::string_view former,
                   std::string_view name) {
    if (const toml::node* node = table.get(former); node != nullptr)
        reader.fail(*node, fmt::format("{} is called {}", former, name));
}

void read_durability(Reader& reader, const toml::table& table, event_store::Durability& out) {
    std::string name(event_store::name_of(out));
    reader.text(table, "durability", name);
    if (name == "sync")
        out = event_store::Durability::sync;
    else if (name == "memory")
        out = event_store::Durability::memory;
    else
        reader.fail(*table.get("durability"), "durability is not \"sync\" or \"memory\"");
}

void read_exchange(Reader& reader, const toml::table& root, ExchangeOptions& out) {
    const toml::table* table = reader.table(root, "exchange", false);
    if (table == nullptr) return;
    refuse_former(reader, *table, "core_patience", "node_patience");
    reader.allow(*table, {"data", "shared_dir", "durability", "segment_mib", "kept_segments",
                          "snapshot_minutes", "retain_days", "retain_gib", "retain_max_gib",
                          "check_whole_log", "calendar", "day_end", "node_patience"});
    reader.text(*table, "data", out.directory);
    reader.text(*table, "shared_dir", out.shared_directory);
    read_durability(reader, *table, out.mode);
    reader.number(*table, "segment_mib", 1, 1'024, out.segment_mib);
    reader.number(*table, "kept_segments", 2, event_store::SegmentWindow::capacity - 2,
                  out.kept_segments);
    reader.number(*table, "snapshot_minutes", 0, 10'000, out.snapshot_minutes);
    reader.decimal(*table, "retain_days", 0, 36'500, out.retain_days);
    reader.decimal(*table, "retain_gib", 0, 1'000'000, out.retain_gib);
    reader.decimal(*table, "retain_max_gib", 0, 1'000'000, out.retain_max_gib);
    reader.flag(*table, "check_whole_log", out.check_whole_log);
    reader.number(*table, "node_patience", 1, 86'400, out.node_patience_s);
    reader.text(*table, "calendar", out.calendar);
    reader.text(*table, "day_end", out.day_end);
    if (table->get("calendar") != nullptr && table->get("day_end") != nullptr)
        reader.fail(*table->get("day_end"), "day_end has no meaning beside a calendar");
}

/// Reads addresses and ports of an agent, and its number of instances.
void read_listening(Reader& reader, const toml::table& table, const Agent& agent,
                    AgentOptions& out) {
    std::uint16_t port = out.port.value_or(0);
    if (!agent.listening->port) reader.require(table, "port");
    reader.number(table, "port", 0, port_max, port);
    out.port = port;
    reader.text(table, "address", out.address);
}

void read_instances(Reader& reader, const toml::table& table, const Agent& agent,
                    AgentOptions& out) {
    reader.number(table, "instances", 1, instances_max, out.instances);
    if (out.instances > 1 && !agent.single.empty())
        reader.fail(*table.get("instances"),
                    fmt::format("there can be only one {}: {}", agent.name, agent.single));
}

std::vector<std::string_view> keys_of(const Agent& agent) {
    std::vector<std::string_view> keys;
    if (agent.listening) keys.insert(keys.end(), {"address", "port"});
    keys.insert(keys.end(), agent.settings.keys.begin(), agent.settings.keys.end());
    keys.insert(keys.end(), {"cpu", "priority"});
    if (agent.threads.front().idles) keys.push_back("idle");
    keys.push_back("instances");
    return keys;
}

void read_agent(Reader& reader, const toml::table& root, const Agent& agent, ExchangeOptions& out) {
    for (const AgentThread& thread : agent.threads.subspan(1))
        read_plain_thread(reader, root, thread.table, out.thread(thread.table));
    const toml::table* table = reader.table(root, agent.table(), false);
    if (table == nullptr) return;
    reader.allow(*table, keys_of(agent));
    if (agent.listening) read_listening(reader, *table, agent, out.of(agent.name));
    if (agent.settings.read != nullptr) agent.settings.read({reader, *table}, out);
    read_thread(reader, *table, out.thread(agent.table()));
    read_instances(reader, *table, agent, out.of(agent.name));
}

void read_supervisor(Reader& reader, const toml::table& root, RestartPolicy& out) {
    const toml::table* table = reader.table(root, "supervisor", false);
    if (table == nullptr) return;
    reader.allow(*table, {"first_delay_ms", "longest_delay_ms", "stable_seconds", "restart_limit"});
    reader.number(*table, "first_delay_ms", 0, year_ms / 1'000, out.first_delay_ms);
    reader.number(*table, "longest_delay_ms", 0, year_ms / 1'000, out.longest_delay_ms);
    reader.number(*table, "stable_seconds", 0, 86'400, out.stable_s);
    reader.number(*table, "restart_limit", 0, 1'000'000, out.limit);
    if (out.longest_delay_ms >= out.first_delay_ms) return;
    const toml::node* node = table->get("longest_delay_ms");
    reader.fail(node == nullptr ? *table : *node, "longest_delay_ms is less than first_delay_ms");
}

std::string thread_text(const ThreadOptions& thread) {
    std::string out;
    if (thread.cpu) out += fmt::format("cpu = {}\n", *thread.cpu);
    if (thread.nice) out += fmt::format("priority = {}\n", *thread.nice);
    if (thread.fifo) out += fmt::format("priority = \"fifo {}\"\n", *thread.fifo);
    if (thread.idle)
        out += fmt::format(
            "idle = \"{}\"\n",
            std::ranges::find(strategies, *thread.idle, &NamedStrategy::strategy)->name);
    return out;
}

std::string agent_text(const Agent& agent, const ExchangeOptions& o) {
    const AgentOptions& own = o.of(agent.name);
    if (agent.listening && !own.port) return {};  // an agent that does not run has no table
    std::string out = fmt::format("\n[{}]\n", agent.table());
    if (agent.listening)
        out +=
            fmt::format("address = {}\nport = {}\n", checked_toml::quoted(own.address), *own.port);
    if (agent.settings.text != nullptr) out += agent.settings.text(o);
    if (agent.single.empty()) out += fmt::format("instances = {}\n", own.instances);
    out += thread_text(o.thread(agent.table()));
    for (const AgentThread& thread : agent.threads.subspan(1))
        out += fmt::format("\n[{}]\n{}", thread.table, thread_text(o.thread(thread.table)));
    return out;
}

}  // namespace

base::Result<void> read_configuration(std::string_view text, const std::string& path,
                                      ExchangeOptions& options) {
    const auto root = checked_toml::parse(text, path);
    if (!root) return std::unexpected(root.error());
    Reader reader(path);
    std::vector<std::string_view> tables{"exchange"};
    for (const Agent& agent : options.table)
        for (const AgentThread& thread : agent.threads) tables.push_back(thread.table);
    tables.push_back("supervisor");
    refuse_former(reader, *root, "core", "node");
    reader.allow(*root, tables);
    read_exchange(reader, *root, options);
    for (const Agent& agent : options.table) read_agent(reader, *root, agent, options);
    read_supervisor(reader, *root, options.restart);
    if (!reader.error().empty()) return base::error(reader.error());
    return {};
}

base::Result<void> load_configuration(const std::string& path, ExchangeOptions& options) {
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown))
        return base::error(fmt::format("{} is a folder, not a configuration file", path));
    std::ifstream file(path, std::ios::binary);
    if (!file) return base::error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return read_configuration(text, path, options);
}

std::string configuration_text(const ExchangeOptions& o) {
    std::string out = fmt::format(
        "[exchange]\ndata = {}\nshared_dir = {}\ndurability = \"{}\"\nsegment_mib = {}\n"
        "kept_segments = {}\nsnapshot_minutes = {}\nretain_days = {}\nretain_gib = {}\n"
        "retain_max_gib = {}\ncheck_whole_log = {}\nnode_patience = {}\n",
        checked_toml::quoted(o.directory), checked_toml::quoted(o.shared_directory),
        event_store::name_of(o.mode), o.segment_mib_in_force(), o.kept_segments, o.snapshot_minutes,
        o.retain_days, o.retain_gib, o.retain_max_gib, o.check_whole_log, o.node_patience_s);
    out += o.calendar.empty() ? fmt::format("day_end = {}\n", checked_toml::quoted(o.day_end))
                              : fmt::format("calendar = {}\n", checked_toml::quoted(o.calendar));
    for (const Agent& agent : o.table) out += agent_text(agent, o);
    out += fmt::format(
        "\n[supervisor]\nfirst_delay_ms = {}\nlongest_delay_ms = {}\nstable_seconds = {}\n"
        "restart_limit = {}\n",
        o.restart.first_delay_ms, o.restart.longest_delay_ms, o.restart.stable_s, o.restart.limit);
    return out;
}

int run_config(const std::string& path, ExchangeOptions options) {
    if (auto loaded = load_configuration(path, options); !loaded) {
        fmt::print(stderr, "buttonwood: {}\n", loaded.error().message);
        return 2;
    }
    fmt::print("{}", configuration_text(options));
    return 0;
}

}  // namespace bw::apps
