// SupervisedProcess: one process of the exchange as its supervisor manages it: how to start it,
// whether it runs and is open, how often it died. Threads: one, the supervisor's.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

using Moment = std::chrono::steady_clock::time_point;

class SupervisedProcess {
 public:
    /// `arguments`: those after the subcommand.
    SupervisedProcess(Place place, std::vector<std::string> arguments)
        : place_(std::move(place)), arguments_(std::move(arguments)) {}
    ~SupervisedProcess() { close_report(); }
    SupervisedProcess(SupervisedProcess&& other) noexcept;
    SupervisedProcess(const SupervisedProcess&) = delete;
    SupervisedProcess& operator=(const SupervisedProcess&) = delete;

    [[nodiscard]] base::Result<void> start(Moment now);
    /// Reads report(). Returns true if the process has just reported that it is open.
    [[nodiscard]] bool read_report();
    /// Call it after the process has ended and was waited for.
    void ended() {
        process_ = 0;
        open_ = false;
        close_report();
    }

    [[nodiscard]] const Place& place() const { return place_; }
    [[nodiscard]] const Agent& agent() const { return *place_.agent; }
    [[nodiscard]] const std::string& name() const { return place_.process; }
    [[nodiscard]] int process() const { return process_; }  ///< 0: not running
    [[nodiscard]] int report() const { return report_; }    ///< -1: none
    [[nodiscard]] bool open() const { return open_; }
    [[nodiscard]] const std::string& port() const { return port_; }
    [[nodiscard]] Moment started() const { return started_; }

    // Maintained by the supervisor.
    std::uint32_t quick_deaths = 0;  ///< in a row
    std::uint32_t restarts = 0;
    std::optional<Moment> start_at;
    bool down = false;  ///< not restarted any more

 private:
    void close_report();
    [[nodiscard]] std::vector<std::string> command() const;

    Place place_;
    std::vector<std::string> arguments_;
    int process_ = 0;
    int report_ = -1;
    bool open_ = false;
    std::string port_;
    Moment started_{};
};

/// "was killed by signal 9 (Killed)", "ended with status 1".
[[nodiscard]] std::string describe_end(int wait_status);

}  // namespace bw::apps
