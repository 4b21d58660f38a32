// Key: an API key. Its secret signs requests; role and account say what they may do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "access/authenticator.hpp"
#include "access/sha256.hpp"

namespace bw::access {

class KeyMarks;

using Secret = std::array<std::byte, 32>;

/// What is known of a key without its secret.
struct KeyFacts {
    KeyId id;  ///< 16 hex digits
    Role role = Role::trader;
    model::AccountId account;  ///< 0 for operations
    std::uint64_t created_ns = 0;
    std::uint32_t operator_id = 0;  ///< of an operations key; 0 for traders
};

/// A key in use. The store has it in memory that is left out of core dumps.
struct Key : KeyFacts {
    Secret secret{};
    HmacKey signing{};          ///< of the secret
    KeyMarks* marks = nullptr;  ///< newest nonce and budgets, in shared memory
};

[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::optional<Role> role_from(std::string_view name);

/// An id is 64 bits as 16 lower-case hex digits. Nothing if `id` is none; 0 is none.
[[nodiscard]] std::optional<std::uint64_t> number_of(const KeyId& id);
[[nodiscard]] KeyId key_id_of(std::uint64_t number);

/// Lower-case.
[[nodiscard]] std::string hex(std::span<const std::byte> bytes);

}  // namespace bw::access
