// HmacAuthenticator: checks signed requests against the key store. REST and WebSocket of a gateway
// share one. One thread.
//
// Checks in this order: form, signature, timestamp, nonce. A client without a valid signature gets
// no information about the others. An unknown key takes the same time and gets the same answer as a
// wrong signature. A request is accepted at most once:
//   while running     the nonce must be above the last accepted one of its key
//   after a restart   nonces are lost, so the timestamp must not be before this start, and must be
//                     above the highest one accepted earlier. That one is in a mapped file, which
//                     survives a killed process; a reboot of the machine takes longer than the
//                     window.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "access/authenticator.hpp"
#include "access/key_store.hpp"
#include "base/result.hpp"
#include "platform/clock.hpp"

namespace bw::access {

/// How far the timestamp may be from the gateway's clock, before or after it.
inline constexpr std::uint64_t timestamp_window_ms = 5'000;

/// Lower-case hex HMAC-SHA256 of the canonical text of `request` (its `signature` member is not
/// read).
[[nodiscard]] std::string sign(const SignedRequest& request, const Secret& secret);

class HmacAuthenticator final : public Authenticator {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<HmacAuthenticator>> open(
        const KeyStore& keys, const platform::Clock& clock);
    ~HmacAuthenticator() override;
    HmacAuthenticator(const HmacAuthenticator&) = delete;
    HmacAuthenticator& operator=(const HmacAuthenticator&) = delete;

    [[nodiscard]] std::expected<Principal, AuthenticationError> authenticate(
        const SignedRequest& request) override;

 private:
    HmacAuthenticator(const KeyStore& keys, const platform::Clock& clock, std::uint64_t* mark_ms);

    [[nodiscard]] std::expected<void, AuthenticationError> check_time(
        std::uint64_t timestamp_ms) const;

    const KeyStore& keys_;
    const platform::Clock& clock_;
    std::uint64_t* mark_ms_;          // mapped: highest timestamp accepted
    std::uint64_t refused_up_to_ms_;  // value of *mark_ms_ at start
    std::uint64_t started_ms_;
    std::unordered_map<std::string, std::uint64_t> nonces_;
};

}  // namespace bw::access
