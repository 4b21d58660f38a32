// `buttonwood bench rest`: what the REST gateway carries, with an exchange as a process of its own.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "buttonwood-bench/exchange_process.hpp"

namespace bw::apps {

struct RestBenchOptions {
    ExchangeProcessOptions exchange;
    unsigned connections = 64;
    double seconds = 5;  ///< of each run, after a warm-up of half a second
    unsigned repetitions = 3;
    double open_rate = 0;  ///< orders per second of the open loop; 0: half of the closed loop's
    /// Parts to measure: orders, cancels, gets, pipelined-gets.
    std::vector<std::string> what{"orders", "cancels", "gets", "pipelined-gets"};
    std::string document = "/v1/time";  ///< target of the GETs
    unsigned depth = 16;                ///< pipelined GETs that a connection keeps unanswered
};

/// One JSON object.
[[nodiscard]] base::Result<std::string> run_rest(const RestBenchOptions& options);

}  // namespace bw::apps
