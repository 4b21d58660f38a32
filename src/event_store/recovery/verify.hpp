// Verification of a whole log, for people: every record of every segment that is kept, every seal,
// the chain of the seals from the first segment ever. Reads everything, changes nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event_store/identity.hpp"
#include "event_store/log/hash.hpp"

namespace bw::event_store {

struct LogSummary {
    std::uint64_t first = 0;  ///< 0: the log is empty
    std::uint64_t last = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;  ///< of the records
    /// over sequence, timestamp and message of every record: equal logs, equal hashes
    std::uint64_t hash = 0;
    std::uint64_t torn_tail_bytes = 0;  ///< an interrupted write that the next start cuts
    /// records not in the durable files yet (running, or killed)
    std::uint64_t in_memory_only = 0;

    std::uint64_t first_segment = 1;    ///< that is kept
    std::uint64_t sealed_segments = 0;  ///< kept ones with a seal that fits
    /// of segments that retention removed; their chain was checked
    std::uint64_t removed_seals = 0;
    std::uint64_t head_segment = 0;   ///< newest sealed one; 0: none
    std::uint64_t head_sequence = 0;  ///< its last record
    Hash head{};  ///< of the chain: note it elsewhere, and compare (see `heads`)
    /// Every chain value there is, with the last sequence it covers.
    struct Head {
        Hash hash;
        std::uint64_t segment;
        std::uint64_t last_sequence;
    };
    std::vector<Head> heads;
};

/// Error: exactly what is wrong, with the file.
[[nodiscard]] base::Result<LogSummary> verify_log(
    const std::string& directory, LogKind kind,
    const std::string& shared_directory = platform::default_shared_directory);
[[nodiscard]] base::Result<LogSummary> verify_log(platform::Storage& storage, const Paths& paths,
                                                  const LogIdentity& identity);

}  // namespace bw::event_store
