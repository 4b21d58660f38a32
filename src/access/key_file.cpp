#include "access/key_file.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <sodium.h>

#include <optional>

#include "access/secure_file.hpp"
#include "base/decimal.hpp"

namespace bw::access {
namespace {

constexpr std::size_t file_size_max = 256u << 20;  // about a million keys

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
    std::vector<std::byte> bytes(text.size() / 2);
    std::size_t size = 0;
    const int result = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                      text.data(), text.size(), nullptr, &size, nullptr);
    if (result != 0 || size * 2 != text.size()) return std::nullopt;
    return bytes;
}

template <class T>
std::optional<T> member(const simdjson::dom::element& entry, const char* name) {
    T value{};
    if (entry[name].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

/// Nothing if it is incomplete.
std::optional<SealedKey> key_of(const simdjson::dom::element& entry) {
    const auto id = member<std::string_view>(entry, "keyId");
    const auto role_name = member<std::string_view>(entry, "role");
    const auto account = member<std::uint64_t>(entry, "account");
    const auto created = member<std::string_view>(entry, "created");
    const auto secret = member<std::string_view>(entry, "secret");
    const bool has_operator = entry["operator"].error() == simdjson::SUCCESS;
    const auto operator_id =
        has_operator ? member<std::uint64_t>(entry, "operator") : std::optional<std::uint64_t>(0);
    if (!id || !role_name || !account || !created || !secret || !operator_id) return std::nullopt;
    const auto key_id = KeyId::from(*id);
    const auto role = role_from(*role_name);
    const auto created_ns = base::parse_unsigned(*created);
    auto sealed = from_hex(*secret);
    if (!key_id || !number_of(*key_id) || !role || !created_ns || *created_ns > INT64_MAX ||
        !sealed || *account > UINT32_MAX || *operator_id > UINT32_MAX)
        return std::nullopt;
    return SealedKey{{.id = *key_id,
                      .role = *role,
                      .account = model::AccountId{static_cast<std::uint32_t>(*account)},
                      .created_ns = *created_ns,
                      .operator_id = static_cast<std::uint32_t>(*operator_id)},
                     std::move(*sealed)};
}

}  // namespace

base::Result<std::vector<SealedKey>> read_key_file(const std::filesystem::path& path) {
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
    std::vector<SealedKey> keys;
    for (const simdjson::dom::element entry : entries) {
        auto key = key_of(entry);
        if (!key) return damaged("has an incomplete entry");
        keys.push_back(std::move(*key));
    }
    return keys;
}

}  // namespace bw::access
