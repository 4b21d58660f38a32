// The error message for a file whose format is newer than this program. docs/operating.md describes
// what the operator can do.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace bw::event_store {

[[nodiscard]] inline base::Error newer_format(const std::string& path, std::uint32_t version,
                                              std::uint32_t known) {
    return {
        fmt::format("{} is of format {}, this program knows formats up to {}. Use the newer "
                    "program that wrote it.",
                    path, version, known)};
}

}  // namespace bw::event_store
