#include "observe/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "observe/metrics.hpp"

namespace bw::observe {
namespace {

constexpr std::array<std::string_view, request_classes> class_names{
    "order", "cancel", "query", "market_data", "operations", "other"};
constexpr std::array<std::string_view, 2> log_names{"commands", "events"};

constexpr Kind counter = Kind::counter;
constexpr Kind gauge = Kind::gauge;
constexpr Kind histogram = Kind::histogram;

struct Key {
    std::uint16_t number;
    std::string_view name;
};

/// One cell.
constexpr Row one(Key key, Kind kind, Unit unit, std::size_t offset, std::string_view help) {
    return {key.number, key.name, kind, unit, Label::none, offset, 0, 1, help};
}

#define BW_AT(member) offsetof(Page, member)
#define BW_AT_FIRST(array, type, member) (offsetof(Page, array) + offsetof(type, member))

constexpr Row rows[] = {
    one({1, "heartbeat"}, gauge, Unit::realtime_ns, BW_AT(process.heartbeat_ns),
        "When the main thread last took a turn."),
    one({2, "log_lines"}, counter, Unit::none, BW_AT(log.lines), "Lines written into the log."),
    one({3, "log_lines_lost"}, counter, Unit::none, BW_AT(log.lost),
        "Lines that could not be written: they came too fast, or standard error took nothing."),
    one({4, "log_lines_left_out"}, counter, Unit::none, BW_AT(log.left_out),
        "Lines left out because one event has at most 100 a second."),
    one({10, "core_heartbeat"}, gauge, Unit::realtime_ns, BW_AT(sequencer.heartbeat_ns),
        "When the core thread last took a turn."),
    {11, "commands", counter, Unit::none, Label::gateway, BW_AT(sequencer.commands), 8,
     gateways_max, "Commands taken from the ring of a gateway."},
    one({12, "timer_commands"}, counter, Unit::none, BW_AT(sequencer.timer_commands),
        "Commands made by timers."),
    one({13, "batches"}, counter, Unit::none, BW_AT(sequencer.batches),
        "Batches appended to the command log."),
    one({14, "batch_size"}, histogram, Unit::none, BW_AT(sequencer.batch_size),
        "Commands in a batch."),
    {15, "ring_waiting", gauge, Unit::none, Label::gateway, BW_AT(sequencer.ring_waiting), 8,
     gateways_max, "Commands known to wait in a ring after the last turn that took some."},
    {16, "ring_waiting_max", gauge, Unit::none, Label::gateway, BW_AT(sequencer.ring_waiting_max),
     8, gateways_max, "Most commands that were seen waiting in a ring; a ring holds 4096."},
    one({17, "log_full_turns"}, counter, Unit::none, BW_AT(sequencer.log_full_turns),
        "Turns in which the command log had no room: back-pressure to all gateways."),
    one({18, "stage_sequenced"}, histogram, Unit::nanoseconds, BW_AT(sequencer.sequenced),
        "Time of a command from its gateway's send to its stamp."),
    {19, "ring_fenced", gauge, Unit::none, Label::gateway, BW_AT(sequencer.ring_fenced), 8,
     gateways_max, "1: nothing is taken from this ring, its gateway wrote what cannot be."},
    {20, "ring_fences", counter, Unit::none, Label::gateway, BW_AT(sequencer.ring_fences), 8,
     gateways_max, "How often a ring was fenced."},
    {30, "appended_sequence", gauge, Unit::none, Label::log,
     BW_AT_FIRST(append, AppendMetrics, sequence), sizeof(AppendMetrics), 2,
     "Newest record of a log."},
    {31, "appended", counter, Unit::bytes, Label::log, BW_AT_FIRST(append, AppendMetrics, bytes),
     sizeof(AppendMetrics), 2, "Bytes of records appended since the start."},
    one({32, "committed_sequence"}, gauge, Unit::none,
        BW_AT_FIRST(append, AppendMetrics, committed_sequence),
        "Newest command that is as durable as the mode promises."),
    {33, "durable_sequence", gauge, Unit::none, Label::log,
     BW_AT_FIRST(disk, DiskMetrics, durable_sequence), sizeof(DiskMetrics), 2,
     "Newest record that survives the loss of power."},
    {34, "disk_writes", counter, Unit::none, Label::log, BW_AT_FIRST(disk, DiskMetrics, writes),
     sizeof(DiskMetrics), 2, "Writes to the durable files."},
    {35, "disk_written", counter, Unit::bytes, Label::log, BW_AT_FIRST(disk, DiskMetrics, bytes),
     sizeof(DiskMetrics), 2, "Bytes of records written to the durable files."},
    {36, "disk_write_time", histogram, Unit::nanoseconds, Label::log,
     BW_AT_FIRST(disk, DiskMetrics, write_time), sizeof(DiskMetrics), 2,
     "Time of one write; of the commands in mode sync with its sync."},
    one({37, "stage_durable"}, histogram, Unit::nanoseconds,
        BW_AT_FIRST(disk, DiskMetrics, durable),
        "Time of a command from its stamp until it was on the disk; mode sync only."),
    {38, "segment", gauge, Unit::none, Label::log, BW_AT_FIRST(disk, DiskMetrics, segment),
     sizeof(DiskMetrics), 2, "Segment that is being written."},
    one({39, "segments_prepared"}, counter, Unit::none, BW_AT(segments.prepared),
        "Segments made ready before they were needed."),
    one({40, "segments_released"}, counter, Unit::none, BW_AT(segments.released),
        "Segments taken out of shared memory."),
    one({41, "segment_failures"}, counter, Unit::none, BW_AT(segments.failures),
        "Attempts to prepare a segment that failed: disk or shared memory is full."),
    one({42, "segments_failing"}, gauge, Unit::none, BW_AT(segments.failing),
        "1: the next segment of a log cannot be prepared now."),
    {43, "sure_room", gauge, Unit::bytes, Label::log, BW_AT_FIRST(append, AppendMetrics, sure_room),
     sizeof(AppendMetrics), 2,
     "Bytes that a log takes whatever becomes of the disk: what is left of its segments."},
    one({50, "applied"}, counter, Unit::none, BW_AT(engine.commands),
        "Commands applied by the engine."),
    one({51, "applied_sequence"}, gauge, Unit::none, BW_AT(engine.sequence),
        "Newest command applied."),
    one({52, "events"}, counter, Unit::none, BW_AT(engine.events), "Events written."),
    one({53, "trades"}, counter, Unit::none, BW_AT(engine.trades), "Trades."),
    {54, "rejects", counter, Unit::none, Label::reason, BW_AT(engine.rejects), 8,
     reject_reasons_max, "Commands that the engine refused."},
    one({55, "open_orders"}, gauge, Unit::none, BW_AT(engine.open_orders), "Open orders."),
    one({56, "instruments"}, gauge, Unit::none, BW_AT(engine.instruments),
        "Instruments; each has a book."),
    one({57, "accounts"}, gauge, Unit::none, BW_AT(engine.accounts), "Accounts."),
    one({58, "last_day_ended"}, gauge, Unit::none, BW_AT(engine.last_day_ended),
        "Business date of the last day that ended, as yyyymmdd; 0: none yet."),
    one({59, "engine_turn_time"}, histogram, Unit::nanoseconds, BW_AT(engine.turn_time),
        "Time the engine took for the commands of one turn, at most 256."),
    one({60, "stage_applied"}, histogram, Unit::nanoseconds, BW_AT(engine.applied),
        "Time of a command from its stamp until the turn that applied it ended."),
    one({61, "storage_scarce"}, gauge, Unit::none, BW_AT(engine.storage_scarce),
        "1: the logs have little room left, orders are refused with reason storage_scarce."),
    {70, "reader_sequence", gauge, Unit::none, Label::reader,
     BW_AT_FIRST(readers, ReaderMetrics, sequence), sizeof(ReaderMetrics), readers_max,
     "Newest event that a reader has applied."},
    {71, "reader_lag", gauge, Unit::none, Label::reader,
     BW_AT_FIRST(readers, ReaderMetrics, lag_events), sizeof(ReaderMetrics), readers_max,
     "Events that a reader was behind after its last turn."},
    {72, "stage_published", histogram, Unit::nanoseconds, Label::reader,
     BW_AT_FIRST(readers, ReaderMetrics, published), sizeof(ReaderMetrics), readers_max,
     "Time of a command from its stamp until a reader had applied its last event."},
    {80, "http_requests", counter, Unit::none, Label::request, BW_AT(gateway.requests), 8,
     request_classes* request_status_cells, "HTTP requests answered."},
    {81, "http_request_time", histogram, Unit::nanoseconds, Label::request_class,
     BW_AT(gateway.request_time), sizeof(Histogram), request_classes,
     "Time from a whole request to its answer, without the sending."},
    one({82, "http_connections"}, gauge, Unit::none, BW_AT(gateway.http_connections),
        "Connections that speak HTTP."),
    one({83, "websocket_connections"}, gauge, Unit::none, BW_AT(gateway.websocket_connections),
        "Connections that speak WebSocket."),
    one({84, "connections_accepted"}, counter, Unit::none, BW_AT(gateway.connections_accepted),
        "Connections that were let in."),
    one({85, "connections_refused"}, counter, Unit::none, BW_AT(gateway.connections_refused),
        "Connections that found no room."),
    one({86, "rate_limited"}, counter, Unit::none, BW_AT(gateway.rate_limited),
        "Requests refused with 429: a key or an address sent too many."),
    one({87, "ring_full"}, counter, Unit::none, BW_AT(gateway.ring_full),
        "Requests refused with code 3201: the ring to the sequencer was full, or there was no "
        "node."),
    one({88, "unanswered"}, counter, Unit::none, BW_AT(gateway.unanswered),
        "Requests answered with code 3202: the exchange said nothing in time."),
    one({89, "waiting_requests"}, gauge, Unit::none, BW_AT(gateway.waiting_requests),
        "Requests that wait for the exchange."),
    one({90, "websocket_messages"}, counter, Unit::none, BW_AT(gateway.websocket_messages),
        "Messages from WebSocket clients."),
    one({91, "websocket_frames"}, counter, Unit::none, BW_AT(gateway.websocket_frames),
        "Frames sent to WebSocket clients."),
    one({92, "websocket_sent"}, counter, Unit::bytes, BW_AT(gateway.websocket_bytes),
        "Bytes of these frames."),
    one({93, "slow_consumers"}, counter, Unit::none, BW_AT(gateway.slow_consumers),
        "WebSocket clients closed because they did not read in time."),
    one({94, "storage_refused"}, counter, Unit::none, BW_AT(gateway.storage_refused),
        "Orders refused with code 2601 before they were sent: the logs have little room left."),
    one({95, "trusted_connections"}, gauge, Unit::none, BW_AT(gateway.trusted_connections),
        "Connections whose clients have signed in."),
    one({96, "connections_denied"}, counter, Unit::none, BW_AT(gateway.connections_denied),
        "Connections closed because a rule denies their address."),
    one({97, "requests_paused"}, counter, Unit::none, BW_AT(gateway.requests_paused),
        "Refused requests after which a connection was left unread for a while."),
    one({98, "requests_malformed"}, counter, Unit::none, BW_AT(gateway.requests_malformed),
        "Requests refused before the gateway saw them: malformed, too large or too slow."),
    one({99, "tls_handshakes_failed"}, counter, Unit::none, BW_AT(gateway.tls_handshakes_failed),
        "TLS handshakes that did not succeed."),
    {100, "process_restarts", counter, Unit::none, Label::process,
     BW_AT_FIRST(children, ChildMetrics, restarts), sizeof(ChildMetrics), children_max,
     "How often the supervisor started a process again."},
    {101, "process_id", gauge, Unit::none, Label::process,
     BW_AT_FIRST(children, ChildMetrics, process), sizeof(ChildMetrics), children_max,
     "Process id; 0: is not there now."},
    one({102, "client_addresses"}, gauge, Unit::none, BW_AT(gateway.client_addresses),
        "Remote addresses with a connection or a pause."),
    one({103, "buffered"}, gauge, Unit::bytes, BW_AT(gateway.buffered_bytes),
        "Bytes read and not handled, or rendered and not sent, of all connections."),
    one({110, "schedule_hindered"}, gauge, Unit::none, BW_AT(scheduler.hindrance),
        "1: the last day that ended is later than the calendar's next, so none ends. "
        "2: commands are refused. 0: neither."),
};

#undef BW_AT
#undef BW_AT_FIRST

std::string request_label(std::size_t cell) {
    const std::size_t status = cell % request_status_cells;
    const std::string_view kind = class_names[cell / request_status_cells];
    if (status == request_statuses.size())
        return fmt::format("class=\"{}\",status=\"other\"", kind);
    return fmt::format("class=\"{}\",status=\"{}\"", kind, request_statuses[status]);
}

}  // namespace

std::span<const Row> catalogue() { return rows; }

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::counter: return "counter";
        case Kind::gauge: return "gauge";
        case Kind::histogram: return "histogram";
    }
    return "unknown";
}

std::string_view name_of(Unit unit) {
    switch (unit) {
        case Unit::none: return "";
        case Unit::nanoseconds: return "ns";
        case Unit::bytes: return "bytes";
        case Unit::realtime_ns: return "ns since 1970";
    }
    return "";
}

std::string_view keys_of(Label label) {
    switch (label) {
        case Label::none: return "";
        case Label::gateway: return "gateway";
        case Label::log: return "log";
        case Label::reason: return "reason";
        case Label::reader: return "reader";
        case Label::request_class: return "class";
        case Label::request: return "class, status";
        case Label::process: return "process";
    }
    return "";
}

std::string label_text(Label label, std::size_t cell, const LabelNames& names) {
    switch (label) {
        case Label::none: return "";
        case Label::gateway: return fmt::format("gateway=\"{}\"", names.gateways[cell]);
        case Label::log: return fmt::format("log=\"{}\"", log_names[cell]);
        case Label::reason: return fmt::format("reason=\"{}\"", names.reject_reasons[cell]);
        case Label::reader: return fmt::format("reader=\"{}\"", names.readers[cell]);
        case Label::request_class: return fmt::format("class=\"{}\"", class_names[cell]);
        case Label::request: return request_label(cell);
        case Label::process: return fmt::format("process=\"{}\"", names.processes[cell]);
    }
    return "";
}

std::size_t named_cells(const Row& row, const LabelNames& names) {
    switch (row.label) {
        case Label::gateway: return std::min(row.cells, names.gateways.size());
        case Label::reason: return std::min(row.cells, names.reject_reasons.size());
        case Label::reader: return std::min(row.cells, names.readers.size());
        case Label::process: return std::min(row.cells, names.processes.size());
        case Label::none:
        case Label::log:
        case Label::request_class:
        case Label::request: break;
    }
    return row.cells;
}

std::string prometheus_name(std::string_view name, Kind kind, Unit unit) {
    std::string text = fmt::format("exchange_{}", name);
    if (unit == Unit::nanoseconds || unit == Unit::realtime_ns) text += "_seconds";
    if (unit == Unit::bytes) text += "_bytes";
    if (kind == Kind::counter) text += "_total";
    return text;
}

}  // namespace bw::observe
