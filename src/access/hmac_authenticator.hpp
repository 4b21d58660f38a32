// HmacAuthenticator: checks signed requests against the key store. REST and WebSocket share one,
// and several gateways may share the store.
//
// Checks in this order: form, signature, timestamp, nonce. A client without a valid signature gets
// no information about the others. An unknown key takes the same time and gets the same answer as a
// wrong signature. A request is accepted at most once, by one thread of one gateway: its nonce must
// be above the newest of its key, which is in access.marks. Where marks may have been lost, the
// timestamp must not be before that moment (marks_file.hpp).
//
// Threads: any. For a known key it takes no lock, makes no system call and allocates nothing.
#pragma once

#include <cstdint>

#include "access/authenticator.hpp"
#include "access/key_store.hpp"
#include "platform/clock.hpp"

namespace bw::access {

/// How far the timestamp may be from the gateway's clock, before or after it.
inline constexpr std::uint64_t timestamp_window_ms = 5'000;

class HmacAuthenticator final : public Authenticator {
 public:
    HmacAuthenticator(KeyStore& keys, const platform::Clock& clock) : keys_(keys), clock_(clock) {}

    [[nodiscard]] std::expected<Principal, AuthenticationError> authenticate(
        const SignedRequest& request) override;

 private:
    [[nodiscard]] std::expected<void, AuthenticationError> check_time(
        const KeyMarks& marks, std::uint64_t timestamp_ms) const;

    KeyStore& keys_;
    const platform::Clock& clock_;
};

}  // namespace bw::access
