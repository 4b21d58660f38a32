#include "bench/memory_use.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <fstream>

namespace bw::bench {

MemoryUse MemoryUse::now() {
    MemoryUse use;
    std::ifstream rollup("/proc/self/smaps_rollup");
    for (std::string line; std::getline(rollup, line);) {
        const auto read = [&line](std::string_view name, std::uint64_t& out) {
            if (line.starts_with(name)) out = std::stoull(line.substr(name.size()));
        };
        read("Anonymous:", use.anonymous_kib);
        read("AnonHugePages:", use.anonymous_huge_kib);
    }
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    use.page_faults = static_cast<std::uint64_t>(used.ru_minflt + used.ru_majflt);
    return use;
}

std::string memory_json(const MemoryUse& begin, const MemoryUse& end) {
    return fmt::format(
        R"("memory":{{"page_faults":{},"anonymous_kib":{},"anonymous_huge_kib":{}}})",
        end.page_faults - begin.page_faults, end.anonymous_kib, end.anonymous_huge_kib);
}

}  // namespace bw::bench
