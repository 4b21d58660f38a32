// RequestTemplate: one HTTP request to the exchange that is sent again and again with a new
// timestamp, nonce and signature. The text is rendered once; sign() overwrites these three headers
// in place and allocates nothing.
//
// The signed text (src/access/authenticator.hpp) ends with timestamp and nonce. The hash
// states of everything before them are computed once and copied for each signature, which leaves
// three blocks of SHA-256 to compute.
#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace bw::bench {

/// An API key of the exchange, as in a key file.
struct ApiKey {
    std::string id;
    std::string secret;  ///< 64 hex digits
};

struct RequestText {
    std::string_view method;
    std::string_view path;  ///< without a query
    std::string_view body;  ///< JSON; empty: none
};

/// A request without signature, for public routes.
[[nodiscard]] std::string unsigned_request(std::string_view target);

class RequestTemplate {
 public:
    /// A nonce to start from, of 16 digits: microseconds since the Unix epoch. It is above those
    /// of an earlier user of the key, if that one started here too and sent less than a million
    /// requests a second.
    [[nodiscard]] static std::uint64_t fresh_nonce();

    RequestTemplate(const ApiKey& key, const RequestText& request);

    /// The request with these values; valid until the next call. Requires: `timestamp_ms`
    /// of 13 digits, `nonce` of 16, above the last one of the key.
    [[nodiscard]] std::string_view sign(std::uint64_t timestamp_ms, std::uint64_t nonce);

 private:
    static constexpr std::size_t timestamp_digits = 13;
    static constexpr std::size_t nonce_digits = 16;
    static constexpr std::size_t signature_digits = 64;

    std::string text_;
    std::size_t timestamp_at_ = 0;
    std::size_t nonce_at_ = 0;
    std::size_t signature_at_ = 0;
    crypto_auth_hmacsha256_state prefix_{};  ///< after all that precedes the timestamp
};

}  // namespace bw::bench
