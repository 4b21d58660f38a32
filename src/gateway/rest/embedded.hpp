// The files that travel inside the program: everything under web/ and the API's contract. Generated
// by cmake/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace bw::gateway::rest {

struct EmbeddedFile {
    std::string_view path;  ///< as in the source tree, e.g. "web/index.html"
    std::string_view content;
};

[[nodiscard]] std::span<const EmbeddedFile> embedded_files();

/// The content of `path`, or empty with a null data pointer when there is no such file.
[[nodiscard]] inline std::string_view embedded_file(std::string_view path) {
    for (const EmbeddedFile& file : embedded_files())
        if (file.path == path) return file.content;
    return {};
}

}  // namespace bw::gateway::rest
