// KeyStore: the API keys of the exchange and where they lie.
//
//   DIR/keys.kek      32 random bytes, mode 0400: encrypts the secrets; made on first start
//   DIR/keys.json     all keys; secrets as libsodium secretbox under keys.kek, bound to key id, role and account
//   DIR/operator.key  the first operations key, mode 0400, {"keyId","secret"}: how the operator gets in
//
// A key exists once create() has returned it: the file was replaced atomically (write, fsync, rename, fsync of the directory) before.
// One thread. Whoever reads both keys.kek and keys.json has every secret: they belong on the exchange's machine only.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "gateway/session/authenticator.hpp"
#include "platform/random.hpp"

namespace bw::gateway::session {

using Secret = std::array<std::byte, 32>;

struct Key {
    std::string id;  ///< 16 hex digits
    Secret secret;
    Role role = Role::trader;
    model::AccountId account;  ///< 0 for operations
    std::uint64_t created_ns = 0;
};

[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::string hex(std::span<const std::byte> bytes);

class KeyStore {
 public:
    /// Opens the store in `directory` (which exists). Makes it, with one operations key, when there is none.
    [[nodiscard]] static base::Result<std::unique_ptr<KeyStore>> open(
        const std::filesystem::path& directory, platform::Random& random, std::uint64_t now_ns);
    ~KeyStore();
    KeyStore(const KeyStore&) = delete;
    KeyStore& operator=(const KeyStore&) = delete;

    [[nodiscard]] base::Result<Key> create(Role role, model::AccountId account,
                                           std::uint64_t now_ns);
    /// nullptr: no such key. Valid as long as the store: keys are only added.
    [[nodiscard]] const Key* find(std::string_view id) const;
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

    [[nodiscard]] std::filesystem::path operator_key_file() const {
        return directory_ / "operator.key";
    }
    /// Where the authenticator keeps the highest timestamp it has accepted.
    [[nodiscard]] std::filesystem::path replay_mark_file() const {
        return directory_ / "replay.mark";
    }

 private:
    KeyStore(std::filesystem::path directory, platform::Random& random)
        : directory_(std::move(directory)), random_(random) {}

    [[nodiscard]] base::Result<void> load_encryption_key();
    [[nodiscard]] base::Result<void> load_keys();
    [[nodiscard]] base::Result<void> save() const;
    [[nodiscard]] base::Result<void> bootstrap(std::uint64_t now_ns);
    [[nodiscard]] Key make_key(Role role, model::AccountId account, std::uint64_t now_ns);
    [[nodiscard]] std::string seal(const Key& key) const;
    [[nodiscard]] bool unseal(std::string_view sealed_hex, Key& key) const;

    std::filesystem::path directory_;
    platform::Random& random_;
    Secret encryption_key_{};
    std::map<std::string, Key, std::less<>> keys_;
};

}  // namespace bw::gateway::session
