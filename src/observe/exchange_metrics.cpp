#include "observe/exchange_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "observe/format.hpp"
#include "platform/file_lock.hpp"

namespace bw::observe {
namespace {

/// The file of another process is named like the node's, followed by the process's name.
std::vector<std::string> others_in(platform::Storage& storage, const std::string& directory,
                                   const std::string& prefix) {
    std::vector<std::string> processes;
    const auto names = storage.list(directory);
    if (!names) return processes;
    for (const std::string& name : *names)
        if (name.starts_with(prefix) && !name.ends_with(".new"))
            processes.push_back(name.substr(prefix.size()));
    return processes;
}

ProcessLine line_of(const std::string& name, const Snapshot& snapshot) {
    return {name, snapshot.state, snapshot.process, snapshot.started_ns, snapshot.last_seen_ns()};
}

/// The same row in the other file; it is at the same place if both have the same version.
Value* same_in(std::vector<Value>& values, std::size_t guess, const Value& wanted) {
    const auto is_same = [&](const Value& value) {
        return value.number == wanted.number && value.kind == wanted.kind &&
               value.labels == wanted.labels;
    };
    if (guess < values.size() && is_same(values[guess])) return &values[guess];
    const auto found = std::ranges::find_if(values, is_same);
    return found == values.end() ? nullptr : &*found;
}

void add(Snapshot& sum, Snapshot other) {
    for (std::size_t i = 0; i < other.values.size(); ++i) {
        Value& value = other.values[i];
        Value* into = same_in(sum.values, i, value);
        if (into == nullptr) {
            sum.values.push_back(std::move(value));
        } else if (value.kind == Kind::histogram) {
            into->distribution.add(value.distribution);
        } else if (value.kind == Kind::counter) {
            into->value += value.value;
        } else {
            into->value = std::max(into->value, value.value);
        }
    }
}

}  // namespace

base::Result<ExchangeMetrics> read_one_process(platform::Storage& storage,
                                               const std::string& path) {
    auto snapshot = read_counters(storage, path);
    if (!snapshot) return std::unexpected(snapshot.error());
    ProcessLine line = line_of("node", *snapshot);
    return ExchangeMetrics{std::move(*snapshot), {std::move(line)}};
}

base::Result<ExchangeMetrics> read_exchange(platform::Storage& storage,
                                            const std::string& shared_directory,
                                            const std::string& directory) {
    const std::string live = shared_directory + "/" + file_name;
    const std::string last = directory + "/" + last_file_name;
    const bool is_live = storage.exists(live);
    if (!is_live && !storage.exists(last))
        return base::error(
            fmt::format("there are no figures of the exchange in {}: neither {} nor {} is there. "
                        "It has not been open since the machine started, or was opened with "
                        "another --shared-dir.",
                        directory, live, last));
    auto metrics = read_one_process(storage, is_live ? live : last);
    if (!metrics) return metrics;
    const std::string prefix = std::string(is_live ? file_name : last_file_name) + "-";
    const std::string& where = is_live ? shared_directory : directory;
    for (const std::string& name : others_in(storage, where, prefix)) {
        auto snapshot = read_counters(storage, where + "/" + prefix + name);
        if (!snapshot) continue;  // it is being made or removed
        if (snapshot->cluster != metrics->sum.cluster) continue;
        metrics->processes.push_back(line_of(name, *snapshot));
        add(metrics->sum, std::move(*snapshot));
    }
    return metrics;
}

void remove_dead_counters(platform::Storage& storage, const std::string& shared_directory,
                          const std::string& directory) {
    for (const std::string& start :
         {shared_directory + "/" + file_name, directory + "/" + last_file_name}) {
        const std::size_t folder = start.rfind('/');
        for (const std::string& name :
             others_in(storage, start.substr(0, folder), start.substr(folder + 1) + "-")) {
            const std::string path = start + "-" + name;
            if (!platform::is_locked(path)) static_cast<void>(storage.remove(path));
        }
    }
}

}  // namespace bw::observe
