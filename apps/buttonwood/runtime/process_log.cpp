#include "buttonwood/runtime/process_log.hpp"

#include <unistd.h>

#include <cstdlib>

#include "platform/process.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

using telemetry::Event;

constexpr int log_niceness = 10;
/// How late a line can be written; nobody wakes the thread, so saying something stays cheap.
constexpr std::uint64_t longest_sleep_ns = 100'000'000;

[[noreturn]] void end_with_a_line(int exit_code, const std::string& message) {
    telemetry::log_event_now(Event::storage_failed, {.message = message});
    std::_Exit(exit_code);
}

void write_lines(telemetry::Log& log, platform::WakeUp& wake_up, const std::stop_token& stop) {
    platform::use_niceness(log_niceness);
    const std::stop_callback wake(stop, [&] { wake_up.wake_surely(); });
    while (!stop.stop_requested()) {
        log.do_work();
        wake_up.begin();
        if (stop.stop_requested())
            wake_up.cancel();
        else
            wake_up.wait(longest_sleep_ns);
    }
    log.do_work();
}

}  // namespace

ProcessLog::ProcessLog(const std::string& process)
    : log_(std::make_unique<telemetry::Log>(process, STDERR_FILENO, clock_)) {
    telemetry::use_log(log_.get());
    platform::replace_process_end(end_with_a_line);
    thread_ = platform::start_thread(
        "log", [this](const std::stop_token& stop) { write_lines(*log_, wake_up_, stop); });
}

ProcessLog::~ProcessLog() {
    thread_.request_stop();
    thread_.join();
    platform::replace_process_end(nullptr);
    telemetry::use_log(nullptr);
}

int run_logged(const std::string& process, const std::function<int()>& run) {
    const ProcessLog log(process);
    const int status = run();
    if (status == 0) telemetry::log_event(Event::process_closed);
    return status;
}

}  // namespace bw::apps
