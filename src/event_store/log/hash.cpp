#include "event_store/log/hash.hpp"

#include "base/assert.hpp"

namespace bw::event_store {
namespace {

unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

Hasher::Hasher() {
    static const bool ready = sodium_init() >= 0;  // also selects the fastest code for this CPU
    BW_ASSERT(ready && crypto_generichash_init(&state_, nullptr, 0, sizeof(Hash)) == 0);
}

void Hasher::add(std::span<const std::byte> bytes) {
    crypto_generichash_update(&state_, raw(bytes.data()), bytes.size());
}

Hash Hasher::finish() {
    Hash out;
    crypto_generichash_final(&state_, raw(out.data()), out.size());
    return out;
}

std::string to_hex(const Hash& hash) {
    std::string text(2 * hash.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), raw(hash.data()), hash.size());
    text.pop_back();
    return text;
}

std::optional<Hash> hash_of_hex(std::string_view text) {
    Hash out;
    std::size_t size = 0;
    const char* end = nullptr;
    const int bad =
        sodium_hex2bin(raw(out.data()), out.size(), text.data(), text.size(), nullptr, &size, &end);
    if (bad != 0 || size != out.size() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace bw::event_store
