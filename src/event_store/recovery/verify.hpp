// Verification of a whole log, for the tool `verify`: every record of every kept segment, every
// seal, and the chain of the seals from the first segment ever. Reads everything, changes nothing.
// Any thread, also while an exchange writes.
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
    /// over sequence, timestamp and message of every record: equal logs have equal hashes
    std::uint64_t hash = 0;
    /// length of an interrupted write, which the next start cuts
    std::uint64_t torn_tail_bytes = 0;
    /// records that are not in the durable files yet (the exchange runs, or was killed)
    std::uint64_t in_memory_only = 0;

    std::uint64_t first_segment = 1;    ///< the first kept segment
    std::uint64_t sealed_segments = 0;  ///< kept segments with a matching seal
    /// seals of segments that retention removed; their chain was checked
    std::uint64_t removed_seals = 0;
    std::uint64_t head_segment = 0;   ///< newest sealed segment; 0: none
    std::uint64_t head_sequence = 0;  ///< its last record
    Hash head{};  ///< newest chain value: note it elsewhere, and compare it later (see `heads`)
    /// All chain values, each with the last sequence it covers.
    struct Head {
        Hash hash;
        std::uint64_t segment;
        std::uint64_t last_sequence;
    };
    std::vector<Head> heads;
};

/// Error: what is wrong, with file and position.
[[nodiscard]] base::Result<LogSummary> verify_log(
    const std::string& directory, LogKind kind,
    const std::string& shared_directory = platform::default_shared_directory);
[[nodiscard]] base::Result<LogSummary> verify_log(platform::Storage& storage, const Paths& paths,
                                                  const LogIdentity& identity);

}  // namespace bw::event_store
