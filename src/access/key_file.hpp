// The file keys.json, in which earlier versions kept all keys:
//
//   {"version":1,"keys":[
//   {"keyId":"487f9f64b32fe831","role":"operations","account":0,"operator":1,
//    "created":"1795979720974772812","secret":"794a5153…"}, …
//
// It is read once, when access.db is created, and never changed.
#pragma once

#include <filesystem>
#include <vector>

#include "access/key.hpp"
#include "base/result.hpp"

namespace bw::access {

struct SealedKey {
    KeyFacts facts;
    std::vector<std::byte> sealed;
};

/// Error: it cannot be read, or has an incomplete entry. Operations keys may have no number yet.
[[nodiscard]] base::Result<std::vector<SealedKey>> read_key_file(const std::filesystem::path& path);

}  // namespace bw::access
