#include "buttonwood/runtime/thread_options.hpp"

#include <fmt/format.h>

#include "platform/thread.hpp"

namespace bw::apps {

void use_thread_options(const ThreadOptions& options, std::string_view name) {
    if (options.cpu && !platform::use_cpu(*options.cpu))
        fmt::print(stderr, "buttonwood: cannot pin {} to processor {}; it runs on any\n", name,
                   *options.cpu);
    if (options.nice && !platform::use_niceness(*options.nice))
        fmt::print(stderr,
                   "buttonwood: cannot set nice value {1} for {0} (needs CAP_SYS_NICE); "
                   "continuing without it\n",
                   name, *options.nice);
    if (options.fifo && !platform::use_fifo(*options.fifo))
        fmt::print(stderr,
                   "buttonwood: cannot set priority \"fifo {1}\" for {0} (needs CAP_SYS_NICE); "
                   "continuing without it\n",
                   name, *options.fifo);
}

}  // namespace bw::apps
