#include "access/hmac_authenticator.hpp"

#include <sodium.h>

#include "access/signature.hpp"
#include "base/decimal.hpp"

namespace bw::access {
namespace {

constexpr std::uint64_t ns_per_ms = 1'000'000;

std::unexpected<AuthenticationError> refuse(Refusal reason, std::string_view detail) {
    return std::unexpected(AuthenticationError{reason, detail});
}

bool same(const HexDigest& expected, std::string_view given) {
    return expected.size() == given.size() &&
           sodium_memcmp(expected.data(), given.data(), expected.size()) == 0;
}

}  // namespace

std::expected<Principal, AuthenticationError> HmacAuthenticator::authenticate(
    const SignedRequest& request) {
    if (request.key_id.empty() || request.timestamp_ms.empty() || request.nonce.empty() ||
        request.signature.empty())
        return refuse(
            Refusal::not_authenticated,
            "A signed request is needed: BW-KEY, BW-TIMESTAMP, BW-NONCE and BW-SIGNATURE.");
    const auto timestamp_ms = base::parse_unsigned(request.timestamp_ms);
    const auto nonce = base::parse_unsigned(request.nonce);
    if (!timestamp_ms || !nonce)
        return refuse(Refusal::not_authenticated,
                      "BW-TIMESTAMP and BW-NONCE must be unsigned decimal numbers of 64 bits.");

    static const HmacKey nobody = prepare(Secret{});
    const Key* key = keys_.find(request.key_id);
    const bool signed_right =
        same(signature_of(request, key != nullptr ? key->signing : nobody), request.signature);
    if (key == nullptr || !signed_right)
        return refuse(Refusal::bad_signature,
                      "The key is unknown or the signature does not match the request.");
    if (auto timely = check_time(*key->marks, *timestamp_ms); !timely)
        return std::unexpected(timely.error());
    if (!key->marks->accept(*nonce))
        return refuse(Refusal::replayed_nonce,
                      "The nonce is not above the last one of this key; it must increase with "
                      "every request.");
    return Principal{key->id, key->role, key->account, key->operator_id, &key->marks->budgets()};
}

std::expected<void, AuthenticationError> HmacAuthenticator::check_time(
    const KeyMarks& marks, std::uint64_t timestamp_ms) const {
    const std::uint64_t now_ms = clock_.realtime_ns() / ns_per_ms;
    const std::uint64_t distance =
        timestamp_ms > now_ms ? timestamp_ms - now_ms : now_ms - timestamp_ms;
    if (distance > timestamp_window_ms)
        return refuse(
            Refusal::stale_timestamp,
            "BW-TIMESTAMP is more than 5 seconds from the exchange's clock; see GET /v1/time.");
    if (timestamp_ms < keys_.accepted_from_ms() || timestamp_ms < marks.accepted_from_ms())
        return refuse(Refusal::stale_timestamp,
                      "The request was signed before the exchange started; sign it again.");
    return {};
}

}  // namespace bw::access
