// What a process of the exchange does for its supervisor, if it has one: says when it is open, and
// ends when the supervisor is gone.
#pragma once

#include <string>

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// From now on the end of the supervisor, however it comes, arrives as SIGTERM. False: it is gone
/// already. Requires: SIGTERM is waited for.
[[nodiscard]] bool follow_supervisor(const ExchangeOptions& options);

/// `what` is one line without an end: "open", or the port that was opened.
void report_open(const ExchangeOptions& options, const std::string& what);

}  // namespace bw::apps
