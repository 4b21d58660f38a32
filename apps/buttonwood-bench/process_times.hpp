// CPU time of processes, from /proc/PID/stat (resolution 10 ms).
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace bw::apps {

struct CpuTimes {
    double user_us = 0;
    double system_us = 0;

    friend CpuTimes operator-(const CpuTimes& a, const CpuTimes& b) {
        return {a.user_us - b.user_us, a.system_us - b.system_us};
    }
};

/// Of `process` and all its descendants that run, with children of theirs that have ended.
[[nodiscard]] CpuTimes cpu_times_of_tree(pid_t process);

/// Of this process.
[[nodiscard]] CpuTimes own_cpu_times();

}  // namespace bw::apps
