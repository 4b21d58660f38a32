// The readers of events, folded from a golden folder's event log, and what they would write.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "buttonwood/runtime/view_snapshot.hpp"
#include "event_store/snapshots/snapshot_files.hpp"

namespace bw::golden {

/// Readers that know nothing yet; they look up commands in the folder.
[[nodiscard]] std::unique_ptr<apps::AllReaders> new_readers(const std::string& directory,
                                                            const std::string& shared_directory);

/// Gives them the events from `first` to `last`; the hash of the last one's record.
[[nodiscard]] base::Result<std::uint64_t> fold(apps::AllReaders& readers,
                                               const std::string& directory,
                                               const std::string& shared_directory,
                                               std::uint64_t first, std::uint64_t last);

/// The bytes of each section.
[[nodiscard]] std::vector<std::vector<std::byte>> saved(apps::AllReaders& readers);

}  // namespace bw::golden
