#include "access/sealer.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "access/secure_file.hpp"
#include "base/assert.hpp"

namespace bw::access {
namespace {

constexpr std::size_t nonce_size = crypto_secretbox_NONCEBYTES;
constexpr std::size_t mac_size = crypto_secretbox_MACBYTES;
static_assert(sizeof(Secret) == crypto_secretbox_KEYBYTES);

const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}
unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

std::string binding_of(const KeyFacts& key) {
    const std::string whom = fmt::format("{}\n{}\n{}\n{}", key.id.view(), name_of(key.role),
                                         key.account.value(), key.created_ns);
    return key.operator_id == 0 ? whom : fmt::format("{}\noperator {}", whom, key.operator_id);
}

/// Secret and binding in one piece, overwritten at the end.
class Plain {
 public:
    explicit Plain(std::size_t size) : size_(size) { BW_ASSERT(size <= bytes_.size()); }
    ~Plain() { platform::wipe(bytes_); }
    Plain(const Plain&) = delete;
    Plain& operator=(const Plain&) = delete;
    [[nodiscard]] std::byte* data() { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const { return size_; }

 private:
    std::array<std::byte, 256> bytes_;
    std::size_t size_;
};

base::Result<void> create_key(const std::filesystem::path& path, const Secret& key) {
    return replace_file(path, {reinterpret_cast<const char*>(key.data()), key.size()}, 0400);
}

base::Result<void> read_key(const std::filesystem::path& path, Secret& key) {
    auto content = read_secret_file(path, 4096);
    if (!content) return std::unexpected(content.error());
    const bool fits = content->size() == key.size();
    if (fits) std::memcpy(key.data(), content->data(), key.size());
    platform::wipe(std::as_writable_bytes(std::span(*content)));
    if (fits) return {};
    return base::error(fmt::format("{} has {} bytes instead of 32; restore it from a backup",
                                   path.string(), content->size()));
}

}  // namespace

base::Result<Sealer> Sealer::open(const std::filesystem::path& directory,
                                  platform::SecretMemory& memory, platform::Random& random,
                                  bool has_keys) {
    if (sodium_init() < 0)
        return base::error("libsodium cannot start on this machine; check its installation");
    const auto path = directory / "keys.kek";
    auto* key = memory.make<Secret>();
    const bool exists = std::filesystem::exists(path);
    if (!exists && has_keys)
        return base::error(
            fmt::format("{} is missing but there are keys; restore it, or move access.db and "
                        "keys.json away to start with new keys",
                        path.string()));
    if (!exists) random.fill(*key);
    if (auto done = exists ? read_key(path, *key) : create_key(path, *key); !done)
        return std::unexpected(done.error());
    return Sealer(key, random);
}

std::vector<std::byte> Sealer::seal(const KeyFacts& facts, const Secret& secret) const {
    const std::string binding = binding_of(facts);
    Plain plain(secret.size() + binding.size());
    std::memcpy(plain.data(), secret.data(), secret.size());
    std::memcpy(plain.data() + secret.size(), binding.data(), binding.size());
    std::vector<std::byte> sealed(nonce_size + mac_size + plain.size());
    random_->fill(std::span(sealed).first(nonce_size));
    const int result = crypto_secretbox_easy(raw(sealed.data() + nonce_size), raw(plain.data()),
                                             plain.size(), raw(sealed.data()), raw(key_->data()));
    BW_ASSERT(result == 0);
    return sealed;
}

bool Sealer::unseal(std::span<const std::byte> sealed, const KeyFacts& facts,
                    Secret& secret) const {
    const std::string binding = binding_of(facts);
    Plain plain(secret.size() + binding.size());
    if (sealed.size() != nonce_size + mac_size + plain.size()) return false;
    if (crypto_secretbox_open_easy(raw(plain.data()), raw(sealed.data() + nonce_size),
                                   sealed.size() - nonce_size, raw(sealed.data()),
                                   raw(key_->data())) != 0)
        return false;
    if (std::memcmp(plain.data() + secret.size(), binding.data(), binding.size()) != 0)
        return false;
    std::memcpy(secret.data(), plain.data(), secret.size());
    return true;
}

}  // namespace bw::access
