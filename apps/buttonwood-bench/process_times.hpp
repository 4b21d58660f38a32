// CPU time of the exchange and of this program, from the kernel's accounts (resolution 10 ms for
// other processes).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

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

/// CPU time of both sides of a run.
struct Cost {
    CpuTimes exchange;
    CpuTimes generator;  ///< this process

    friend Cost operator-(const Cost& a, const Cost& b) {
        return {a.exchange - b.exchange, a.generator - b.generator};
    }
};

/// Since both started.
[[nodiscard]] Cost cost_so_far(pid_t exchange);

/// "exchange_cpu_us_per_UNIT":{…},"generator_cpu_us_per_UNIT":{…} for `count` units.
[[nodiscard]] std::string cost_json(const Cost& cost, std::string_view unit, std::uint64_t count);

}  // namespace bw::apps
