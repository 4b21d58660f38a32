// Processor and priority of a thread, as the configuration gives them.
#pragma once

#include <string_view>

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// Pins the calling thread and sets its priority; threads that it starts later inherit both. If the
/// kernel refuses one of them, says so with `name` in the log and continues without it.
void use_thread_options(const ThreadOptions& options, std::string_view name);

}  // namespace bw::apps
