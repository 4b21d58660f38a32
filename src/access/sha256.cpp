// OpenSSL 3 marks these functions as deprecated in favour of EVP, whose contexts are allocated; the
// decision record 0036 has the figures.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT(readability-identifier-naming)

#include "access/sha256.hpp"

#include <algorithm>

#include "platform/secret_memory.hpp"

namespace bw::access {
namespace {

constexpr std::size_t block_bytes = SHA256_CBLOCK;
static_assert(sizeof(Digest) == SHA256_DIGEST_LENGTH);

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

HexDigest hex_of(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    HexDigest out;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const auto value = std::to_integer<unsigned>(digest[i]);
        out[2 * i] = digits[value >> 4];
        out[2 * i + 1] = digits[value & 15];
    }
    return out;
}

Sha256::Sha256() { SHA256_Init(&context_); }

Sha256::Sha256(const HmacKey::State& state) {
    SHA256_Init(&context_);
    std::ranges::copy(state, context_.h);
    context_.Nl = block_bytes * 8;  // bits hashed so far
}

void Sha256::add(std::string_view bytes) { SHA256_Update(&context_, bytes.data(), bytes.size()); }

Digest Sha256::finish() {
    Digest out;
    SHA256_Final(reinterpret_cast<unsigned char*>(out.data()), &context_);
    return out;
}

Digest HmacSha256::finish() {
    const Digest inner = inner_.finish();
    Sha256 outer(outer_state_);
    outer.add(text_of(inner));
    return outer.finish();
}

/// RFC 2104: the key with zeros up to a block, combined with 36… for the inner hash and 5c… for the
/// outer one.
HmacKey prepare(std::span<const std::byte, 32> key) {
    const auto state_after = [key](std::byte padding) {
        std::array<std::byte, block_bytes> block;
        block.fill(padding);
        for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
        Sha256 hash;
        hash.add(text_of(block));
        platform::wipe(block);
        HmacKey::State state;
        std::ranges::copy(hash.context_.h, state.begin());
        platform::wipe(std::as_writable_bytes(std::span(&hash.context_, 1)));
        return state;
    };
    return {state_after(std::byte{0x36}), state_after(std::byte{0x5c})};
}

}  // namespace bw::access
