// Metrics: what each thread counts, as laid out in the counters file. One struct per writer, each
// on its own cache lines. A component gets a pointer to its struct, or nullptr if nothing is to be
// counted.
//
// A cell added here needs a row in catalogue.cpp; a test finds cells without one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "observe/cells.hpp"

namespace bw::observe {

inline constexpr std::size_t line = 64;
inline constexpr std::size_t gateways_max = 8;
inline constexpr std::size_t readers_max = 8;
inline constexpr std::size_t reject_reasons_max = 128;

/// Written by: the main thread.
struct alignas(line) ProcessMetrics {
    Gauge heartbeat_ns;
};

/// Written by: the core thread.
struct alignas(line) SequencerMetrics {
    Gauge heartbeat_ns;
    std::array<Counter, gateways_max> commands;
    Counter timer_commands;
    Counter batches;
    Counter log_full_turns;
    std::array<Gauge, gateways_max> ring_waiting;
    std::array<Gauge, gateways_max> ring_waiting_max;
    Histogram batch_size;
    Histogram sequenced;
    std::array<Gauge, gateways_max> ring_fenced;
    std::array<Counter, gateways_max> ring_fences;
};

/// Written by: the core thread. [0] commands, [1] events.
struct alignas(line) AppendMetrics {
    Gauge sequence;
    Counter bytes;
    Gauge sure_room;
    Gauge committed_sequence;  ///< of the commands only
};

/// Written by: the disk writer of the log.
struct alignas(line) DiskMetrics {
    Gauge durable_sequence;
    Gauge segment;
    Counter writes;
    Counter bytes;
    Histogram write_time;
    Histogram durable;  ///< of the commands only
};

/// Written by: the thread that prepares segments.
struct alignas(line) SegmentMetrics {
    Counter prepared;
    Counter released;
    Counter failures;
    Gauge failing;  ///< 1: the newest attempt failed
};

/// Written by: the core thread.
struct alignas(line) EngineMetrics {
    Counter commands;
    Gauge sequence;
    Counter events;
    Counter trades;
    Gauge open_orders;
    Gauge instruments;
    Gauge accounts;
    Gauge last_day_ended;  ///< yyyymmdd, 0: none yet
    Gauge storage_scarce;  ///< 1: new orders are refused
    std::array<Counter, reject_reasons_max> rejects;
    Histogram turn_time;
    Histogram applied;
};

/// Written by: the reader's thread.
struct alignas(line) ReaderMetrics {
    Gauge sequence;
    Gauge lag_events;
    Histogram published;
};

enum class RequestClass : std::uint8_t {
    order,
    cancel,
    query,
    market_data,
    operations,
    other,
};
inline constexpr std::size_t request_classes = 6;
inline constexpr std::array<std::uint16_t, 19> request_statuses{
    200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 500, 503};
/// The last cell stands for all statuses not listed.
inline constexpr std::size_t request_status_cells = request_statuses.size() + 1;

/// Written by: the gateway's thread.
struct alignas(line) GatewayMetrics {
    std::array<std::array<Counter, request_status_cells>, request_classes> requests;
    Counter connections_accepted;
    Counter connections_refused;
    Gauge http_connections;
    Gauge websocket_connections;
    Gauge waiting_requests;
    Counter rate_limited;
    Counter ring_full;
    Counter unanswered;
    Counter storage_refused;
    Counter websocket_messages;
    Counter websocket_frames;
    Counter websocket_bytes;
    Counter slow_consumers;
    Gauge trusted_connections;
    Counter connections_denied;
    Counter requests_paused;
    Counter requests_malformed;
    Counter tls_handshakes_failed;
    Gauge client_addresses;
    Gauge buffered_bytes;
    std::array<Histogram, request_classes> request_time;

    void count_request(RequestClass kind, std::uint16_t status) {
        std::size_t cell = 0;
        while (cell < request_statuses.size() && request_statuses[cell] != status) ++cell;
        requests[static_cast<std::size_t>(kind)][cell].add();
        if (status == 429) rate_limited.add();
    }
};

/// Written by: the scheduler's thread.
struct alignas(line) SchedulerMetrics {
    Gauge hindrance;  ///< scheduler::Hindrance
};

inline constexpr std::size_t children_max = 16;

/// Written by: the supervisor. One for each process it started.
struct alignas(line) ChildMetrics {
    Counter restarts;
    Gauge process;  ///< 0: not running
};

/// Written by: the thread `log`.
struct alignas(line) LogMetrics {
    Counter lines;
    Counter lost;
    Counter left_out;
};

/// All cells, as laid out in the file.
struct Page {
    ProcessMetrics process;
    SequencerMetrics sequencer;
    std::array<AppendMetrics, 2> append;
    std::array<DiskMetrics, 2> disk;
    SegmentMetrics segments;
    EngineMetrics engine;
    std::array<ReaderMetrics, readers_max> readers;
    GatewayMetrics gateway;
    std::array<ChildMetrics, children_max> children;
    LogMetrics log;
    SchedulerMetrics scheduler;
};
static_assert(std::is_standard_layout_v<Page> && alignof(Page) == line);

}  // namespace bw::observe
