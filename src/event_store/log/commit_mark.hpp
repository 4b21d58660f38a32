// CommitMark: a second place that knows how far the command log was durable. The last batch of a
// log alone is ambiguous after a crash (interrupted write, or rot?); a mark that covers it says:
// rot. Written when the writer rests and at a clean end.
//
//   DIR/commands.mark   | slot 0, padded to 4096 | slot 1, padded to 4096 |
//   written in turn, so one of them is always whole
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
    /// of the record with that sequence: the mark belongs to this history only
    std::uint32_t record_crc = 0;
};

/// The newest whole slot; an error when a newer program wrote one; nothing when there is no file or
/// no slot was ever written.
[[nodiscard]] base::Result<std::optional<MarkedPosition>> read_mark(platform::Storage& storage,
                                                                    const std::string& path,
                                                                    std::uint32_t seed);

class CommitMark {
 public:
    /// Opens the file for writing, creating it when it is missing or its creation was interrupted.
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
