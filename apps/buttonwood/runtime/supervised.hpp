// The side of the supervised process: reports that it is open, and ends when its supervisor ends.
#pragma once

#include <string>

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// Makes any end of the supervisor arrive as SIGTERM. False: the supervisor has already ended.
/// Requires: the process waits for SIGTERM.
[[nodiscard]] bool follow_supervisor(const ExchangeOptions& options);

/// Tells the supervisor that the process is open. `what`: one line without line end, "open" or the
/// port.
void report_open(const ExchangeOptions& options, const std::string& what);

}  // namespace bw::apps
