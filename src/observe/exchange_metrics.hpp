// ExchangeMetrics: the metrics of all processes of an exchange, combined. Each process has its own
// counters file, and every cell is written in one of them only. It is zero in the others, so
// counters and histograms are added, and the largest value of a gauge is taken.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "observe/reader.hpp"
#include "platform/storage.hpp"

namespace bw::observe {

/// One process of an exchange, alive or dead.
struct ProcessLine {
    std::string name;  ///< "node" for an exchange of one process, too
    ProcessState state = ProcessState::running;
    std::uint32_t process = 0;
    std::uint64_t started_ns = 0;
    std::uint64_t last_seen_ns = 0;
};

struct ExchangeMetrics {
    Snapshot sum;                        ///< state, process and times are the node's
    std::vector<ProcessLine> processes;  ///< the node first
};

/// `shared_directory`: the node's. For a closed exchange, reads what it left in the data folder.
[[nodiscard]] base::Result<ExchangeMetrics> read_exchange(platform::Storage& storage,
                                                          const std::string& shared_directory,
                                                          const std::string& directory);
/// The metrics of a single file.
[[nodiscard]] base::Result<ExchangeMetrics> read_one_process(platform::Storage& storage,
                                                             const std::string& path);

/// Removes the files of dead processes other than the node: an exchange of one process has none.
void remove_dead_counters(platform::Storage& storage, const std::string& shared_directory,
                          const std::string& directory);

}  // namespace bw::observe
