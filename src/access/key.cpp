#include "access/key.hpp"

#include <sodium.h>

namespace bw::access {

std::string_view name_of(Role role) { return role == Role::trader ? "trader" : "operations"; }

std::optional<Role> role_from(std::string_view name) {
    if (name == name_of(Role::trader)) return Role::trader;
    if (name == name_of(Role::operations)) return Role::operations;
    return std::nullopt;
}

std::optional<std::uint64_t> number_of(const KeyId& id) {
    std::uint64_t number = 0;
    for (const char c : id.chars) {
        const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
        if (!digit && !letter) return std::nullopt;
        number = number << 4 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
    }
    if (number == 0) return std::nullopt;
    return number;
}

KeyId key_id_of(std::uint64_t number) {
    KeyId id;
    for (std::size_t i = id.capacity; i-- > 0; number >>= 4)
        id.chars[i] = "0123456789abcdef"[number & 15];
    return id;
}

std::string hex(std::span<const std::byte> bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                   bytes.size());
    text.pop_back();
    return text;
}

}  // namespace bw::access
