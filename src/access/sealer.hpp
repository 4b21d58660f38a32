// Sealer: encrypts the secrets of keys with the key-encryption key, which is in the file keys.kek
// (32 random bytes, mode 0400). A sealed secret is a libsodium secretbox:
//
//   nonce (24) | tag (16) | secret (32) and the facts of its key, encrypted
//
// The facts bind the secret to its key: moved to another row, it does not open.
#pragma once

#include <filesystem>
#include <vector>

#include "access/key.hpp"
#include "base/result.hpp"
#include "platform/random.hpp"
#include "platform/secret_memory.hpp"

namespace bw::access {

class Sealer {
 public:
    /// Reads the key-encryption key into `memory`. A missing file is created, unless `has_keys`.
    [[nodiscard]] static base::Result<Sealer> open(const std::filesystem::path& directory,
                                                   platform::SecretMemory& memory,
                                                   platform::Random& random, bool has_keys);

    [[nodiscard]] std::vector<std::byte> seal(const KeyFacts& facts, const Secret& secret) const;
    /// False: it was not sealed for this key with this key-encryption key.
    [[nodiscard]] bool unseal(std::span<const std::byte> sealed, const KeyFacts& facts,
                              Secret& secret) const;

 private:
    Sealer(const Secret* key, platform::Random& random) : key_(key), random_(&random) {}

    const Secret* key_;
    platform::Random* random_;
};

}  // namespace bw::access
