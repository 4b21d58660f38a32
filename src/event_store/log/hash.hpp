// Hash: 256 bits of BLAKE2b (libsodium). Unlike a CRC, it detects deliberate changes: nobody can
// find other bytes with the same hash.
#pragma once

#include <sodium.h>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bw::event_store {

using Hash = std::array<std::byte, 32>;

class Hasher {
 public:
    Hasher();
    void add(std::span<const std::byte> bytes);
    /// Returns the hash of all bytes added. Call it once.
    [[nodiscard]] Hash finish();

 private:
    crypto_generichash_state state_;
};

[[nodiscard]] std::string to_hex(const Hash& hash);
/// Parses 64 hexadecimal digits; nothing for any other text.
[[nodiscard]] std::optional<Hash> hash_of_hex(std::string_view text);

}  // namespace bw::event_store
