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

base::Result<void> Placement::place(Role role) const {
    if (!cpus.empty()) {
        const unsigned cpu = role == Role::core ? cpus.front() : cpus.back();
        if (!platform::use_cpu(cpu))
            return base::error(fmt::format(
                "processor {} cannot be used by this process; choose others (--cpus)", cpu));
    }
    const int priority = realtime ? priority_of(role) : 0;
    if (priority != 0 && !platform::use_realtime(priority))
        return base::error(
            "real-time scheduling is not allowed to this process (it wants CAP_SYS_NICE); leave "
            "--realtime out");
    return {};
}

}  // namespace bw::apps
