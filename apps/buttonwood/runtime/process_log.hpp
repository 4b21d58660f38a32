// ProcessLog: the log of a process of the exchange, as long as it runs: lines of JSON on standard
// error, written by a thread of its own, also the last one when the disk fails.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "platform/clock.hpp"
#include "platform/wake_up.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {

class ProcessLog {
 public:
    /// `process`: name in every line. Requires: no other thread exists, and at the end of this
    /// object none does again.
    explicit ProcessLog(const std::string& process);
    ~ProcessLog();
    ProcessLog(const ProcessLog&) = delete;
    ProcessLog& operator=(const ProcessLog&) = delete;

 private:
    platform::SystemClock clock_;
    std::unique_ptr<telemetry::Log> log_;
    platform::WakeUp wake_up_;
    std::jthread thread_;
};

/// Runs `run` with a log, which also has the orderly end. Returns the exit status of `run`.
[[nodiscard]] int run_logged(const std::string& process, const std::function<int()>& run);

}  // namespace bw::apps
