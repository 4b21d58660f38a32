// `buttonwood bench fan-out`: how many frames the WebSocket gateway sends to many clients of one
// channel, with an exchange as a process of its own.
#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/exchange_process.hpp"

namespace bw::apps {

struct FanOutBenchOptions {
    ExchangeProcessOptions exchange;
    unsigned clients = 1'000;
    double seconds = 5;  ///< of each run
    std::string channel = "l2";
    double rate = 50;  ///< orders per second of the paced run
};

/// One JSON object.
[[nodiscard]] base::Result<std::string> run_fan_out(const FanOutBenchOptions& options);

}  // namespace bw::apps
