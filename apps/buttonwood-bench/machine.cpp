#include "buttonwood-bench/machine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace bw::apps {
namespace {

/// The first "model name" of /proc/cpuinfo.
std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown";
}

/// Load of the last minute; -1: unknown.
double load_average() {
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : -1;
}

}  // namespace

std::string machine_json(const Placement& placement, const bench::DiskLimits& disk) {
    utsname system{};
    const char* release = uname(&system) == 0 ? system.release : "unknown";
    return fmt::format(
        R"("machine":{{"processor":"{}","processors":{},"kernel":"{}","compiler":"{}","load_average":{:.2f},"cpus":[{}],"realtime":{},"disk_mb_per_s":{:.0f},"disk_write_us":{}}})",
        processor_name(), std::thread::hardware_concurrency(), release, __VERSION__, load_average(),
        fmt::join(placement.cpus, ","), placement.realtime, disk.mb_per_s, disk.write_us);
}

}  // namespace bw::apps
