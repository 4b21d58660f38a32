// A snapshot in the Prometheus text format, version 0.0.4.
#pragma once

#include <string>

#include "observe/exchange_metrics.hpp"
#include "observe/reader.hpp"

namespace bw::observe {

inline constexpr const char* prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// Durations and times are in seconds, as the format requires; the bounds (`le`) of histograms are
/// powers of two of the unit recorded, so their counts are exact.
[[nodiscard]] std::string prometheus_text(const Snapshot& snapshot);
/// The same for several processes, and which of them run.
[[nodiscard]] std::string prometheus_text(const ExchangeMetrics& metrics);

}  // namespace bw::observe
