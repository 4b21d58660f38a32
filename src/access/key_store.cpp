#include "access/key_store.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "access/secure_file.hpp"
#include "base/assert.hpp"
#include "base/decimal.hpp"

namespace bw::access {

namespace {

constexpr std::size_t file_size_max = 256u << 20;  // about a million keys
constexpr std::size_t nonce_size = crypto_secretbox_NONCEBYTES;
constexpr std::size_t mac_size = crypto_secretbox_MACBYTES;
static_assert(sizeof(Secret) == crypto_secretbox_KEYBYTES);

const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}
unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

/// Text that is sealed with the secret. A secret that was moved to another entry of the file does
/// not match it and is refused.
std::string binding_of(const Key& key) {
    const std::string whom = fmt::format("{}\n{}\n{}\n{}", key.id, name_of(key.role),
                                         key.account.value(), key.created_ns);
    return key.operator_id == 0 ? whom : fmt::format("{}\noperator {}", whom, key.operator_id);
}

std::optional<Role> role_from(std::string_view name) {
    if (name == name_of(Role::trader)) return Role::trader;
    if (name == name_of(Role::operations)) return Role::operations;
    return std::nullopt;
}

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
    std::vector<std::byte> bytes(text.size() / 2);
    std::size_t size = 0;
    const int result = sodium_hex2bin(raw(bytes.data()), bytes.size(), text.data(), text.size(),
                                      nullptr, &size, nullptr);
    if (result != 0 || size * 2 != text.size()) return std::nullopt;
    return bytes;
}

}  // namespace

std::string_view name_of(Role role) { return role == Role::trader ? "trader" : "operations"; }

std::string hex(std::span<const std::byte> bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), raw(bytes.data()), bytes.size());
    text.pop_back();
    return text;
}

KeyStore::~KeyStore() {
    sodium_memzero(encryption_key_.data(), encryption_key_.size());
    for (auto& [id, key] : keys_) sodium_memzero(key.secret.data(), key.secret.size());
}

base::Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::filesystem::path& directory,
                                                       platform::Random& random,
                                                       std::uint64_t now_ns,
                                                       std::uint32_t operators) {
    if (sodium_init() < 0)
        return base::error("libsodium cannot start on this machine; check its installation");
    std::unique_ptr<KeyStore> store(new KeyStore(directory, random));
    if (auto loaded = store->load_encryption_key(); !loaded) return std::unexpected(loaded.error());
    if (auto loaded = store->load_keys(); !loaded) return std::unexpected(loaded.error());
    if (auto numbered = store->number_operators(); !numbered)
        return std::unexpected(numbered.error());
    while (store->operators_ < operators)
        if (auto made = store->add_operator(now_ns); !made) return std::unexpected(made.error());
    return store;
}

base::Result<void> KeyStore::load_encryption_key() {
    const auto path = directory_ / "keys.kek";
    if (!std::filesystem::exists(path)) {
        if (std::filesystem::exists(directory_ / "keys.json"))
            return base::error(
                fmt::format("{} is missing but keys.json is there; restore it, or move keys.json "
                            "away to start with new keys",
                            path.string()));
        random_.fill(encryption_key_);
        return replace_file(
            path, {reinterpret_cast<const char*>(encryption_key_.data()), encryption_key_.size()},
            0400);
    }
    const auto content = read_secret_file(path, 4096);
    if (!content) return std::unexpected(content.error());
    if (content->size() != encryption_key_.size())
        return base::error(fmt::format("{} has {} bytes instead of 32; restore it from a backup",
                                       path.string(), content->size()));
    std::memcpy(encryption_key_.data(), content->data(), content->size());
    return {};
}

base::Result<void> KeyStore::load_keys() {
    const auto path = directory_ / "keys.json";
    if (!std::filesystem::exists(path)) return {};
    const auto content = read_file(path, file_size_max);
    if (!content) return std::unexpected(content.error());
    const auto damaged = [&path](std::string_view what) {
        return base::error(fmt::format("{}: {}; restore the file and keys.kek from the same backup",
                                       path.string(), what));
    };
    simdjson::dom::parser parser;
    simdjson::dom::array entries;
    const simdjson::padded_string padded(*content);
    if (parser.parse(padded)["keys"].get(entries) != simdjson::SUCCESS)
        return damaged("is not a list of keys");
    for (const simdjson::dom::element entry : entries) {
        std::string_view id, role_name, sealed, created;
        std::uint64_t account = 0;
        const bool complete = entry["keyId"].get(id) == simdjson::SUCCESS &&
                              entry["role"].get(role_name) == simdjson::SUCCESS &&
                              entry["account"].get(account) == simdjson::SUCCESS &&
                              entry["created"].get(created) == simdjson::SUCCESS &&
                              entry["secret"].get(sealed) == simdjson::SUCCESS;
        std::uint64_t operator_id = 0;  // absent: a trader's key, or one without a number
        if (entry["operator"].error() == simdjson::SUCCESS &&
            entry["operator"].get(operator_id) != simdjson::SUCCESS)
            return damaged("has an incomplete entry");
        const auto role = role_from(role_name);
        const auto created_ns = base::parse_unsigned(created);
        if (!complete || !role || !created_ns || account > UINT32_MAX || operator_id > UINT32_MAX)
            return damaged("has an incomplete entry");
        Key key{std::string(id), {},
                *role,           model::AccountId{static_cast<std::uint32_t>(account)},
                *created_ns,     static_cast<std::uint32_t>(operator_id)};
        if (!unseal(sealed, key))
            return damaged(fmt::format("the secret of key {} does not open under keys.kek", id));
        keys_.emplace(key.id, key);
    }
    return {};
}

base::Result<void> KeyStore::save() const {
    std::string text = "{\"version\":1,\"keys\":[";
    for (const auto& [id, key] : keys_) {
        if (text.back() == '}') text += ',';
        text += fmt::format(
            "\n{{\"keyId\":\"{}\",\"role\":\"{}\",\"account\":{},\"operator\":{},"
            "\"created\":\"{}\",\"secret\":\"{}\"}}",
            id, name_of(key.role), key.account.value(), key.operator_id, key.created_ns, seal(key));
    }
    text += "\n]}\n";
    return replace_file(directory_ / "keys.json", text, 0600);
}

std::filesystem::path KeyStore::operator_key_file(std::uint32_t operator_id) const {
    return directory_ / (operator_id == 1 ? std::string("operator.key")
                                          : fmt::format("operator-{}.key", operator_id));
}

/// Operations keys without a number get the next ones, oldest key first.
base::Result<void> KeyStore::number_operators() {
    std::vector<Key*> unnumbered;
    for (auto& [id, key] : keys_) {
        operators_ = std::max(operators_, key.operator_id);
        if (key.role == Role::operations && key.operator_id == 0) unnumbered.push_back(&key);
    }
    if (unnumbered.empty()) return {};
    std::ranges::sort(unnumbered, {},
                      [](const Key* key) { return std::pair(key->created_ns, key->id); });
    for (Key* key : unnumbered) key->operator_id = ++operators_;
    return save();
}

/// Writes the key file first: if the machine stops between the two writes, the next start finds no
/// such key in keys.json and creates another.
base::Result<void> KeyStore::add_operator(std::uint64_t now_ns) {
    Key key = make_key(Role::operations, now_ns);
    key.operator_id = operators_ + 1;
    const std::string text = fmt::format("{{\"keyId\":\"{}\",\"secret\":\"{}\",\"operator\":{}}}\n",
                                         key.id, hex(key.secret), key.operator_id);
    if (auto written = replace_file(operator_key_file(key.operator_id), text, 0400); !written)
        return written;
    keys_.emplace(key.id, key);
    if (auto saved = save(); !saved) {
        keys_.erase(key.id);
        return saved;
    }
    operators_ = key.operator_id;
    return {};
}

base::Result<Key> KeyStore::create(model::AccountId account, std::uint64_t now_ns) {
    Key key = make_key(Role::trader, now_ns);
    key.account = account;
    keys_.emplace(key.id, key);
    if (auto saved = save(); !saved) {
        keys_.erase(key.id);
        return std::unexpected(saved.error());
    }
    return key;
}

const Key* KeyStore::find(std::string_view id) const {
    const auto found = keys_.find(id);
    return found == keys_.end() ? nullptr : &found->second;
}

Key KeyStore::make_key(Role role, std::uint64_t now_ns) {
    std::array<std::byte, 8> id{};
    do random_.fill(id);
    while (find(hex(id)));
    Key key{.id = hex(id), .secret = {}, .role = role, .account = {}, .created_ns = now_ns};
    random_.fill(key.secret);
    return key;
}

/// hex(nonce || secretbox(secret || binding))
std::string KeyStore::seal(const Key& key) const {
    const std::string binding = binding_of(key);
    std::vector<std::byte> plain(key.secret.begin(), key.secret.end());
    const auto bound = std::as_bytes(std::span(binding));
    plain.insert(plain.end(), bound.begin(), bound.end());
    std::vector<std::byte> sealed(nonce_size + mac_size + plain.size());
    random_.fill(std::span(sealed).first(nonce_size));
    const int result =
        crypto_secretbox_easy(raw(sealed.data() + nonce_size), raw(plain.data()), plain.size(),
                              raw(sealed.data()), raw(encryption_key_.data()));
    BW_ASSERT(result == 0);
    sodium_memzero(plain.data(), plain.size());
    return hex(sealed);
}

bool KeyStore::unseal(std::string_view sealed_hex, Key& key) const {
    const auto sealed = from_hex(sealed_hex);
    const std::string binding = binding_of(key);
    const std::size_t plain_size = key.secret.size() + binding.size();
    if (!sealed || sealed->size() != nonce_size + mac_size + plain_size) return false;
    std::vector<std::byte> plain(plain_size);
    if (crypto_secretbox_open_easy(raw(plain.data()), raw(sealed->data() + nonce_size),
                                   sealed->size() - nonce_size, raw(sealed->data()),
                                   raw(encryption_key_.data())) != 0)
        return false;
    std::memcpy(key.secret.data(), plain.data(), key.secret.size());
    const bool ours =
        std::memcmp(plain.data() + key.secret.size(), binding.data(), binding.size()) == 0;
    sodium_memzero(plain.data(), plain.size());
    return ours;
}

}  // namespace bw::access
