// `buttonwood bench rest`: what the REST gateway carries, with an exchange as a process of its own.
#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/exchange_process.hpp"

namespace bw::apps {

struct RestBenchOptions {
    ExchangeProcessOptions exchange;
    unsigned connections = 64;
    double seconds = 5;
    unsigned repetitions = 3;
};

/// One JSON object.
[[nodiscard]] base::Result<std::string> run_rest(const RestBenchOptions& options);

}  // namespace bw::apps
