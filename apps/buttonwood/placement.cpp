#include "buttonwood/placement.hpp"

#include <fmt/format.h>

#include "platform/thread.hpp"

namespace bw::apps {
namespace {

/// 0: shares its processor as others do. A client that spun in real time would keep the kernel's own workers from their part of a disk write.
int priority_of(Placement::Role role) {
    switch (role) {
        case Placement::Role::core: return 20;
        case Placement::Role::client: return 0;
        case Placement::Role::background: return 15;
    }
    return 0;
}

}  // namespace

ThreadOptions Placement::options_of(Role role) const {
    ThreadOptions options;
    if (!cpus.empty()) options.cpu = role == Role::core ? cpus.front() : cpus.back();
    if (const int priority = priority_of(role); realtime && priority != 0) options.fifo = priority;
    return options;
}

base::Result<void> Placement::place(Role role) const {
    const ThreadOptions options = options_of(role);
    if (options.cpu && !platform::use_cpu(*options.cpu))
        return base::error(fmt::format(
            "processor {} cannot be used by this process; choose others (--cpus)", *options.cpu));
    if (options.fifo && !platform::use_fifo(*options.fifo))
        return base::error(
            "real-time scheduling is not allowed to this process (it wants CAP_SYS_NICE); leave "
            "--realtime out");
    return {};
}

}  // namespace bw::apps
