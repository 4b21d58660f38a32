// Child: one process of the exchange as its supervisor sees it: how to start it, whether it is
// there and open, how often it died.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

using Moment = std::chrono::steady_clock::time_point;

class Child {
 public:
    struct Plan {
        std::string name;         ///< of the subcommand
        std::string port_option;  ///< of the port that it tells when it is open; empty: none
        bool essential = false;   ///< without it there is no exchange
        bool may_end = false;     ///< by itself, with status 0
    };

    Child(Plan plan, std::size_t number, std::vector<std::string> arguments)
        : plan_(std::move(plan)), number_(number), arguments_(std::move(arguments)) {}
    ~Child() { close_report(); }
    Child(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] base::Result<void> start(Moment now);
    /// Something may have been written to report(): true if the process is open now and was not
    /// before.
    [[nodiscard]] bool read_report();
    /// It has ended, and was waited for.
    void ended() {
        process_ = 0;
        open_ = false;
        close_report();
    }

    [[nodiscard]] const Plan& plan() const { return plan_; }
    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] int process() const { return process_; }  ///< 0: is not there
    [[nodiscard]] int report() const { return report_; }    ///< -1: none
    [[nodiscard]] bool open() const { return open_; }
    [[nodiscard]] const std::string& port() const { return port_; }
    [[nodiscard]] Moment started() const { return started_; }

    // Kept by the supervisor.
    std::uint32_t quick_deaths = 0;  ///< in a row
    std::uint32_t restarts = 0;
    std::optional<Moment> start_at;
    bool down = false;  ///< and stays down

 private:
    void close_report();
    [[nodiscard]] std::vector<std::string> command() const;

    Plan plan_;
    std::size_t number_;
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
