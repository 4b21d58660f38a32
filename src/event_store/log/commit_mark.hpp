// CommitMark: separate evidence of how far the command log was durable. After a crash, the last
// batch of a log alone is ambiguous: an interrupted write, or damage to durable data. A mark that
// covers the batch proves damage. Written when the writer rests and at a clean end.
//
//   DIR/commands.mark   | slot 0, padded to 4096 | slot 1, padded to 4096 |
//   written alternately, so one of them is always complete
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "event_store/log/format.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

struct MarkedPosition {
    std::uint64_t sequence = 0;
    /// of the record with that sequence; ties the mark to this history of the log
    std::uint32_t record_crc = 0;
};

/// Returns the newest complete slot, or nothing if there is no file or no slot was ever written.
/// Error: a newer program wrote the file, or it cannot be read.
[[nodiscard]] base::Result<std::optional<MarkedPosition>> read_mark(platform::Storage& storage,
                                                                    const std::string& path,
                                                                    std::uint32_t seed);

class CommitMark {
 public:
    /// Opens the file for writing. Creates it if it is missing or its creation was interrupted.
    [[nodiscard]] static base::Result<CommitMark> open(platform::Storage& storage,
                                                       const std::string& path, std::uint32_t seed);

    /// Durable when it returns.
    [[nodiscard]] base::Result<void> write(const MarkedPosition& position);

 private:
    CommitMark(std::unique_ptr<platform::BlockFile> file, std::uint32_t seed,
               std::uint64_t generation);

    std::unique_ptr<platform::BlockFile> file_;
    platform::AlignedBuffer block_;
    std::uint32_t seed_;
    std::uint64_t generation_;
};

}  // namespace bw::event_store
