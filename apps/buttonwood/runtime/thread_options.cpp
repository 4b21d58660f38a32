#include "buttonwood/runtime/thread_options.hpp"

#include <fmt/format.h>

#include "platform/thread.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {

void use_thread_options(const ThreadOptions& options, std::string_view name) {
    const auto warn = [](const std::string& message) {
        telemetry::log_event(telemetry::Event::thread_setting_refused, {.message = message});
    };
    if (options.cpu && !platform::use_cpu(*options.cpu))
        warn(fmt::format("cannot pin {} to processor {}; it runs on any", name, *options.cpu));
    if (options.nice && !platform::use_niceness(*options.nice))
        warn(
            fmt::format("cannot set nice value {1} for {0} (needs CAP_SYS_NICE); continuing "
                        "without it",
                        name, *options.nice));
    if (options.fifo && !platform::use_fifo(*options.fifo))
        warn(
            fmt::format("cannot set priority fifo {1} for {0} (needs CAP_SYS_NICE); continuing "
                        "without it",
                        name, *options.fifo));
}

}  // namespace bw::apps
