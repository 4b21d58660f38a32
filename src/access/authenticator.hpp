// Authenticator: verifies signed requests and returns whose key signed them. REST and WebSocket
// share one, so a key has the same rights and the same nonces in both. Any thread may call it, if
// the implementation does not say otherwise.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "access/budget.hpp"
#include "base/fixed_text.hpp"
#include "model/types.hpp"

namespace bw::access {

/// Traders act for one account; operations keys configure the market.
enum class Role : std::uint8_t { trader, operations };

using KeyId = base::FixedText<16>;

struct Principal {
    KeyId key_id;
    Role role = Role::trader;
    model::AccountId account;       ///< 0 for operations
    std::uint32_t operator_id = 0;  ///< of an operations key, from 1; 0 for traders
    KeyBudgets* budgets = nullptr;  ///< of the key, as long as the authenticator; nullptr: no limit
};

/// The fields of a signed request, exactly as received. The signature is the hex HMAC-SHA256, with
/// the secret of the key, of
///   "v1\n" method "\n" path "\n" query "\n" hex(sha256(body)) "\n" key_id "\n" timestamp_ms "\n"
///   nonce
struct SignedRequest {
    std::string_view method;
    std::string_view path;
    std::string_view query;  ///< raw, without '?'
    std::string_view body;
    std::string_view key_id;
    std::string_view timestamp_ms;
    std::string_view nonce;  ///< unsigned decimal; larger in each request of a key
    std::string_view signature;
};

/// Why a request is refused. The numbers are the stable error codes of the API.
enum class Refusal : std::uint16_t {
    not_authenticated = 3001,
    bad_signature = 3002,
    stale_timestamp = 3003,
    replayed_nonce = 3004,
    forbidden = 3005,
};

struct AuthenticationError {
    Refusal reason = Refusal::not_authenticated;
    std::string_view detail;  ///< one sentence for the client; text of the program, always valid
};

class Authenticator {
 public:
    virtual ~Authenticator() = default;
    [[nodiscard]] virtual std::expected<Principal, AuthenticationError> authenticate(
        const SignedRequest& request) = 0;
};

}  // namespace bw::access
