// The story files: tests/conformance/<subject>/<name>.txt, at any depth below this folder.
// Errors: a file that cannot be read throws std::runtime_error.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace bw::conformance {

/// Every story, sorted by path. CMakeLists.txt is none.
[[nodiscard]] std::vector<std::filesystem::path> story_files();

[[nodiscard]] std::string text_of(const std::filesystem::path& story);

}  // namespace bw::conformance
