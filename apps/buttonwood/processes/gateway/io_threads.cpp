#include "buttonwood/processes/gateway/io_threads.hpp"

#include <fmt/format.h>

#include "buttonwood/runtime/thread_options.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr std::uint64_t longest_sleep_ns = 1'000'000'000;

void serve_sockets(gateway::rest::HttpServer& server, unsigned number,
                   const std::stop_token& stop) {
    const std::stop_callback wake(stop, [&] { server.wake_io(number); });
    while (!stop.stop_requested())
        if (server.do_io(number) == 0) server.wait_for_io(number, longest_sleep_ns);
}

}  // namespace

IoThreads::IoThreads(gateway::rest::HttpServer& server, unsigned count,
                     const ThreadOptions& options) {
    for (unsigned number = 0; number < count; ++number)
        threads_.push_back(platform::start_thread(
            fmt::format("io-{}", number + 1),
            [&server, number, options](const std::stop_token& stop) {
                use_thread_options(options, fmt::format("I/O thread {}", number + 1));
                serve_sockets(server, number, stop);
            }));
}

}  // namespace bw::apps
