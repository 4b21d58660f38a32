// SHA-256 and HMAC-SHA-256 over text that comes in pieces, by libcrypto, which uses the SHA
// instructions of the processor. No call allocates or fails.
//
// HmacKey is a key after the work that depends on the key alone: the states of the inner and the
// outer hash after their first block. It costs two blocks less for each message than the key
// itself. It must be kept as secret as the key: it signs as well.
#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bw::access {

using Digest = std::array<std::byte, 32>;
using HexDigest = std::array<char, 64>;

/// Lower-case.
[[nodiscard]] HexDigest hex_of(const Digest& digest);

struct HmacKey {
    using State = std::array<std::uint32_t, 8>;
    State inner, outer;
};

[[nodiscard]] HmacKey prepare(std::span<const std::byte, 32> key);

class Sha256 {
 public:
    Sha256();
    /// Continues from a state after one block of 64 bytes.
    explicit Sha256(const HmacKey::State& state);

    void add(std::string_view bytes);
    /// The digest of all bytes added. Requires: it was not called before.
    [[nodiscard]] Digest finish();

 private:
    friend HmacKey prepare(std::span<const std::byte, 32> key);
    SHA256_CTX context_;
};

class HmacSha256 {
 public:
    explicit HmacSha256(const HmacKey& key) : inner_(key.inner), outer_state_(key.outer) {}
    void add(std::string_view bytes) { inner_.add(bytes); }
    [[nodiscard]] Digest finish();

 private:
    Sha256 inner_;
    const HmacKey::State& outer_state_;
};

}  // namespace bw::access
