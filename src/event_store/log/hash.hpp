// Hash: 256 bits of BLAKE2b (libsodium), for what a CRC cannot do: nobody finds other bytes with
// the same one.
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
    /// Once, at the end.
    [[nodiscard]] Hash finish();

 private:
    crypto_generichash_state state_;
};

[[nodiscard]] std::string to_hex(const Hash& hash);
/// 64 hexadecimal digits; nothing for anything else.
[[nodiscard]] std::optional<Hash> hash_of_hex(std::string_view text);

}  // namespace bw::event_store
