#pragma once

#include <string_view>

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// Pins the calling thread and asks for its priority; threads that it makes later inherit both.
/// What the kernel refuses is said once, and the thread goes on without. `name` is for the message.
void use_thread_options(const ThreadOptions& options, std::string_view name);

}  // namespace bw::apps
