// KeyStore: the API keys of the exchange, and their files.
//
//   DIR/keys.kek      32 random bytes, mode 0400, that encrypt the secrets; created at first start
//   DIR/keys.json     all keys; each secret is a libsodium secretbox with keys.kek, bound to
//                     key id, role, account, creation time and operator number
//   DIR/operator.key  the first operations key, mode 0400, {"keyId","secret","operator"}: the
//                     operator signs with it
//   DIR/operator-2.key …  those of the other operators: some commands need the approval of two
//
// Each operations key has its own operator number, which its commands carry. No request creates
// such a key, because its holder could then approve its own proposals.
//
// A key exists once create() has returned it: before, the file was replaced atomically (write,
// fsync, rename, fsync of the directory). One thread. keys.kek and keys.json together give every
// secret: both must stay on the machine of the exchange.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "access/authenticator.hpp"
#include "base/result.hpp"
#include "platform/random.hpp"

namespace bw::access {

using Secret = std::array<std::byte, 32>;

/// As many as a proposal needs: one operator makes it, another approves it.
inline constexpr std::uint32_t operators_default = 2;

struct Key {
    std::string id;  ///< 16 hex digits
    Secret secret;
    Role role = Role::trader;
    model::AccountId account;  ///< 0 for operations
    std::uint64_t created_ns = 0;
    std::uint32_t operator_id = 0;  ///< of an operations key; 0 for traders
};

[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::string hex(std::span<const std::byte> bytes);

class KeyStore {
 public:
    /// Opens the store in `directory`, which must exist; creates missing files, and operations keys
    /// until there are `operators`.
    [[nodiscard]] static base::Result<std::unique_ptr<KeyStore>> open(
        const std::filesystem::path& directory, platform::Random& random, std::uint64_t now_ns,
        std::uint32_t operators = operators_default);
    ~KeyStore();
    KeyStore(const KeyStore&) = delete;
    KeyStore& operator=(const KeyStore&) = delete;

    /// Creates a trader's key.
    [[nodiscard]] base::Result<Key> create(model::AccountId account, std::uint64_t now_ns);
    /// nullptr: no such key. Valid as long as the store, because keys are only added.
    [[nodiscard]] const Key* find(std::string_view id) const;
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

    [[nodiscard]] std::filesystem::path operator_key_file(std::uint32_t operator_id = 1) const;
    [[nodiscard]] std::uint32_t operators() const { return operators_; }
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
    [[nodiscard]] base::Result<void> add_operator(std::uint64_t now_ns);
    [[nodiscard]] base::Result<void> number_operators();
    [[nodiscard]] Key make_key(Role role, std::uint64_t now_ns);
    [[nodiscard]] std::string seal(const Key& key) const;
    [[nodiscard]] bool unseal(std::string_view sealed_hex, Key& key) const;

    std::filesystem::path directory_;
    platform::Random& random_;
    Secret encryption_key_{};
    std::map<std::string, Key, std::less<>> keys_;
    std::uint32_t operators_ = 0;  // the highest operator's number
};

}  // namespace bw::access
