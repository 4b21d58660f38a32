// ExchangeFigures: the figures of all processes of an exchange, put together: each process has a
// counters file of its own, and every cell is written in one of them only. In the others it is
// zero, so counters and histograms add up, and of a gauge the largest counts.
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
    std::string name;  ///< "core" also of an exchange that is one process
    ProcessState state = ProcessState::running;
    std::uint32_t process = 0;
    std::uint64_t started_ns = 0;
    std::uint64_t last_seen_ns = 0;
};

struct ExchangeFigures {
    Snapshot sum;                        ///< state, process and times are those of the core
    std::vector<ProcessLine> processes;  ///< the core first
};

/// `shared_directory`: of the node. Of a closed exchange, what it left in the data folder.
[[nodiscard]] base::Result<ExchangeFigures> read_exchange(platform::Storage& storage,
                                                          const std::string& shared_directory,
                                                          const std::string& directory);
/// Of one file alone.
[[nodiscard]] base::Result<ExchangeFigures> read_one_process(platform::Storage& storage,
                                                             const std::string& path);

/// Takes away what dead processes beside the core left: an exchange that is one process has none.
void remove_dead_counters(platform::Storage& storage, const std::string& shared_directory,
                          const std::string& directory);

}  // namespace bw::observe
