#include "buttonwood-bench/process_times.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unordered_map>

namespace bw::apps {
namespace {

struct ProcessStat {
    pid_t parent = 0;
    CpuTimes times;
};

/// Fields 4 (parent) and 14 to 17 (utime, stime, cutime, cstime) of proc(5). They follow the name
/// in parentheses, which may contain spaces.
bool read_stat(const std::filesystem::path& file, ProcessStat& stat) {
    std::ifstream input(file);
    std::string text;
    if (!std::getline(input, text)) return false;
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string skipped;
    double user = 0, system = 0, children_user = 0, children_system = 0;
    fields >> skipped >> stat.parent;
    for (int field = 5; field < 14; ++field) fields >> skipped;
    if (!(fields >> user >> system >> children_user >> children_system)) return false;
    const double us_per_tick = 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
    stat.times = {(user + children_user) * us_per_tick, (system + children_system) * us_per_tick};
    return true;
}

std::unordered_map<pid_t, ProcessStat> read_all() {
    std::unordered_map<pid_t, ProcessStat> all;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const std::string name = entry.path().filename();
        pid_t id = 0;
        const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), id);
        ProcessStat stat;
        if (failed == std::errc{} && end == name.data() + name.size() &&
            read_stat(entry.path() / "stat", stat))
            all.emplace(id, stat);
    }
    return all;
}

double micros(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

}  // namespace

CpuTimes cpu_times_of_tree(pid_t process) {
    const auto all = read_all();
    const auto descends = [&](pid_t id) {
        for (auto found = all.find(id); found != all.end(); found = all.find(found->second.parent))
            if (found->first == process) return true;
        return false;
    };
    CpuTimes sum;
    for (const auto& [id, stat] : all) {
        if (!descends(id)) continue;
        sum.user_us += stat.times.user_us;
        sum.system_us += stat.times.system_us;
    }
    return sum;
}

CpuTimes own_cpu_times() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return {micros(used.ru_utime), micros(used.ru_stime)};
}

Cost cost_so_far(pid_t exchange) { return {cpu_times_of_tree(exchange), own_cpu_times()}; }

std::string cost_json(const Cost& cost, std::string_view unit, std::uint64_t count) {
    const auto units = static_cast<double>(std::max<std::uint64_t>(1, count));
    const auto member = [&](std::string_view of, const CpuTimes& times) {
        return fmt::format(R"("{}_cpu_us_per_{}":{{"user":{:.2f},"system":{:.2f}}})", of, unit,
                           times.user_us / units, times.system_us / units);
    };
    return member("exchange", cost.exchange) + "," + member("generator", cost.generator);
}

}  // namespace bw::apps
