// Reads small files, and replaces them atomically: written under another name, synced, renamed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace bw::access {

/// The content of the file. Error: it cannot be read, or has more than `size_max` bytes.
[[nodiscard]] base::Result<std::string> read_file(const std::filesystem::path& path,
                                                  std::size_t size_max);

/// The same of a file that holds a secret. Error too: other users than its owner may read it or
/// change it.
[[nodiscard]] base::Result<std::string> read_secret_file(const std::filesystem::path& path,
                                                         std::size_t size_max);

/// Creates an empty file with mode 0600, durably, unless the file exists.
[[nodiscard]] base::Result<void> create_private_file(const std::filesystem::path& path);

/// Replaces `path` atomically and durably. After an error the file has its old content or, if only
/// the sync of the directory failed, the new one.
[[nodiscard]] base::Result<void> replace_file(const std::filesystem::path& path,
                                              std::string_view content, unsigned mode);

}  // namespace bw::access
