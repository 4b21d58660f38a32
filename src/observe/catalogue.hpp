// The catalogue: one numbered row for each counter, gauge and histogram. The counters file contains
// it, so a reader needs neither this version of the program nor this header.
// docs/internals/observe.md shows it; a test compares the two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw::observe {

enum class Kind : std::uint16_t { counter = 1, gauge = 2, histogram = 3 };

enum class Unit : std::uint16_t {
    none = 0,
    nanoseconds = 1,
    bytes = 2,
    realtime_ns = 3,  ///< since the Unix epoch, UTC
};

/// What distinguishes the cells of one row.
enum class Label : std::uint16_t {
    none,
    gateway,
    log,
    reason,
    reader,
    request_class,
    request,
    process
};

struct Row {
    std::uint16_t number;   ///< never reused for something else
    std::string_view name;  ///< without unit
    Kind kind;
    Unit unit;
    Label label;
    std::size_t offset;  ///< of the first cell, in Page
    std::size_t stride;  ///< from cell to cell
    std::size_t cells;
    std::string_view help;
};

[[nodiscard]] std::span<const Row> catalogue();

[[nodiscard]] std::string_view name_of(Kind kind);
[[nodiscard]] std::string_view name_of(Unit unit);
/// The keys of a label, such as `gateway` or `class, status`; empty for none.
[[nodiscard]] std::string_view keys_of(Label label);

/// Names that only the process knows. Cells beyond the last name of a list are not described.
struct LabelNames {
    std::vector<std::string> gateways;
    std::vector<std::string> readers;
    std::vector<std::string> reject_reasons;
    std::vector<std::string> processes;  ///< started by the supervisor
};

/// `key="value",…` of one cell; empty for a row without labels.
[[nodiscard]] std::string label_text(Label label, std::size_t cell, const LabelNames& names);
/// The number of named cells of a row.
[[nodiscard]] std::size_t named_cells(const Row& row, const LabelNames& names);

/// The name in the Prometheus text format: exchange_NAME[_seconds|_bytes][_total].
[[nodiscard]] std::string prometheus_name(std::string_view name, Kind kind, Unit unit);

}  // namespace bw::observe
