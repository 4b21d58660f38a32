// SimAuthenticator: signed requests are checked with the real signature over the real canonical
// text, a window of time and a nonce that must rise. Keys, nonces and budgets are beyond the
// process, as access.db and access.marks are.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "access/hmac_authenticator.hpp"
#include "access/signature.hpp"
#include "base/decimal.hpp"
#include "base/hash.hpp"
#include "platform/clock.hpp"

namespace bw::simulation {

[[nodiscard]] inline access::Secret secret_of(const std::string& key_id) {
    access::Secret out;
    std::uint64_t state = 0x736563726574;
    for (const char c : key_id) state = base::mix64(state ^ static_cast<unsigned char>(c));
    for (std::byte& b : out) b = static_cast<std::byte>(state = base::mix64(state + 1));
    return out;
}

class SimAuthenticator final : public access::Authenticator {
 public:
    /// The account that a key acts for; 0: there is no such key.
    using AccountOf = std::function<std::uint32_t(std::string_view key_id)>;

    SimAuthenticator(const platform::Clock& clock, AccountOf account_of)
        : clock_(clock), account_of_(std::move(account_of)) {}

    [[nodiscard]] std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest& request) override {
        let_in_ = false;
        const auto timestamp_ms = base::parse_unsigned(request.timestamp_ms);
        const auto nonce = base::parse_unsigned(request.nonce);
        if (!timestamp_ms || !nonce) return refuse(access::Refusal::not_authenticated);
        const std::string key_id(request.key_id);
        const std::uint32_t account = account_of_(key_id);
        if (account == 0 || access::sign(request, secret_of(key_id)) != request.signature)
            return refuse(access::Refusal::bad_signature);
        const std::uint64_t now_ms = clock_.realtime_ns() / 1'000'000;
        const std::uint64_t distance =
            *timestamp_ms > now_ms ? *timestamp_ms - now_ms : now_ms - *timestamp_ms;
        if (distance > access::timestamp_window_ms) return refuse(access::Refusal::stale_timestamp);
        access::KeyMarks& marks = marks_[key_id];
        if (!marks.accept(*nonce)) return refuse(access::Refusal::replayed_nonce);
        let_in_ = true;
        return access::Principal{*access::KeyId::from(key_id), access::Role::trader,
                                 model::AccountId{account}, 0, &marks.budgets()};
    }
    void forget() { let_in_ = false; }
    /// Whether the last request since forget() was.
    [[nodiscard]] bool let_in() const { return let_in_; }

 private:
    static std::unexpected<access::AuthenticationError> refuse(access::Refusal reason) {
        return std::unexpected(access::AuthenticationError{reason, "refused in the simulation"});
    }

    const platform::Clock& clock_;
    AccountOf account_of_;
    std::map<std::string, access::KeyMarks> marks_;
    bool let_in_ = false;
};

}  // namespace bw::simulation
