// Small files that must be whole and private: written beside their place, synced, then renamed into
// it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace bw::gateway::session {

/// The whole file; an error when it cannot be read or is larger than `size_max` bytes.
[[nodiscard]] base::Result<std::string> read_file(const std::filesystem::path& path,
                                                  std::size_t size_max);

/// Replaces `path` atomically and durably; afterwards it has this content and `mode`, or is as it
/// was.
[[nodiscard]] base::Result<void> replace_file(const std::filesystem::path& path,
                                              std::string_view content, unsigned mode);

}  // namespace bw::gateway::session
