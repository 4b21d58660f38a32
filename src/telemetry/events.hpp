// Events: everything that a process may write into its log. A row gives its name, which never
// changes its meaning, the part of the program that says it, how serious it is, and what it says.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bw::telemetry {

enum class Level : std::uint8_t { info, warning, error };

enum class Event : std::uint8_t {
    process_opened,
    process_closed,
    process_failed,
    process_died,
    thread_setting_refused,
    certificate_loaded,
    certificate_refused,
    address_rules_loaded,
    address_rules_refused,
    connections_refused,
    request_failed,
    request_slow,
    operator_command,
    slow_consumer_closed,
    cancelled_on_disconnect,
    orders_refused,
    schedule_hindered,
    schedule_free,
    segment_not_prepared,
    segment_not_removed,
    segment_not_sealed,
    retention_overtook_readers,
    storage_failed,
    counters_not_saved,
    lines_left_out,
    lines_lost,
};

struct EventRow {
    Event value;
    std::string_view component;
    Level level;
    std::string_view name;
    std::string_view sentence;  ///< the message, where a line has none of its own
};

/// In the order of the values, without a gap. A test compares them with docs/internals/observe.md.
inline constexpr std::array<EventRow, 26> event_rows{{
    {Event::process_opened, "process", Level::info, "process_opened", "The process is open."},
    {Event::process_closed, "process", Level::info, "process_closed",
     "The process ended in order."},
    {Event::process_failed, "process", Level::error, "process_failed",
     "The process cannot continue."},
    {Event::process_died, "supervise", Level::error, "process_died",
     "A supervised process ended by itself."},
    {Event::thread_setting_refused, "process", Level::warning, "thread_setting_refused",
     "The kernel refused a processor or a priority of a thread."},
    {Event::certificate_loaded, "net", Level::info, "certificate_loaded",
     "New connections use the changed certificate."},
    {Event::certificate_refused, "net", Level::error, "certificate_refused",
     "A changed certificate or key does not serve; the one before stays in use."},
    {Event::address_rules_loaded, "net", Level::info, "address_rules_loaded",
     "The changed address rules are in force."},
    {Event::address_rules_refused, "net", Level::error, "address_rules_refused",
     "Changed address rules do not serve; those before stay in force."},
    {Event::connections_refused, "net", Level::warning, "connections_refused",
     "Connections were refused."},
    {Event::request_failed, "gateway/rest", Level::error, "request_failed",
     "A request was answered with a status from 500 on."},
    {Event::request_slow, "gateway/rest", Level::warning, "request_slow",
     "A request was answered late."},
    {Event::operator_command, "gateway/rest", Level::info, "operator_command",
     "What an operator asked for was done."},
    {Event::slow_consumer_closed, "gateway/websocket", Level::warning, "slow_consumer_closed",
     "A WebSocket client did not read in time and was closed."},
    {Event::cancelled_on_disconnect, "gateway/websocket", Level::info, "cancelled_on_disconnect",
     "A WebSocket ended; the open orders of its account are cancelled, as it had asked."},
    {Event::orders_refused, "gateway", Level::error, "orders_refused",
     "The gateway cannot send commands; orders are refused."},
    {Event::schedule_hindered, "scheduler", Level::error, "schedule_hindered",
     "The scheduler cannot lead the market through its day."},
    {Event::schedule_free, "scheduler", Level::info, "schedule_free",
     "The scheduler leads the market through its day again."},
    {Event::segment_not_prepared, "event_store", Level::error, "segment_not_prepared",
     "The next segment of a log cannot be prepared."},
    {Event::segment_not_removed, "event_store", Level::warning, "segment_not_removed",
     "A segment that is not needed any more cannot be removed."},
    {Event::segment_not_sealed, "event_store", Level::warning, "segment_not_sealed",
     "A complete segment is not sealed yet."},
    {Event::retention_overtook_readers, "event_store", Level::warning, "retention_overtook_readers",
     "Records are removed that a registered reader still needs."},
    {Event::storage_failed, "event_store", Level::error, "storage_failed",
     "A log cannot be continued safely; the process stops."},
    {Event::counters_not_saved, "observe", Level::warning, "counters_not_saved",
     "The last counters are not saved in the data folder."},
    {Event::lines_left_out, "telemetry", Level::warning, "lines_left_out",
     "Lines of one event were left out: there were too many."},
    {Event::lines_lost, "telemetry", Level::warning, "lines_lost",
     "Lines were lost: they came faster than they could be written."},
}};

[[nodiscard]] constexpr const EventRow& row_of(Event event) {
    return event_rows[static_cast<std::size_t>(event)];
}

[[nodiscard]] constexpr std::string_view name_of(Level level) {
    switch (level) {
        case Level::info: return "info";
        case Level::warning: return "warning";
        case Level::error: return "error";
    }
    return "unknown";
}

}  // namespace bw::telemetry
