#include "buttonwood/runtime/thread_options.hpp"

#include <fmt/format.h>

#include "platform/thread.hpp"

namespace bw::apps {

void use_thread_options(const ThreadOptions& options, std::string_view name) {
    if (options.cpu && !platform::use_cpu(*options.cpu))
        fmt::print(stderr, "buttonwood: {} cannot be pinned to processor {}; it runs anywhere\n",
                   name, *options.cpu);
    if (options.nice && !platform::use_niceness(*options.nice))
        fmt::print(stderr,
                   "buttonwood: {} may not have the nice value {} (CAP_SYS_NICE); it goes on "
                   "without\n",
                   name, *options.nice);
    if (options.fifo && !platform::use_fifo(*options.fifo))
        fmt::print(stderr,
                   "buttonwood: {} may not have the priority \"fifo {}\" (CAP_SYS_NICE); it goes "
                   "on without\n",
                   name, *options.fifo);
}

}  // namespace bw::apps
