#include "access/hmac_authenticator.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/decimal.hpp"

namespace bw::access {

namespace {

static_assert(sizeof(Secret) == crypto_auth_hmacsha256_KEYBYTES);
constexpr std::uint64_t ns_per_ms = 1'000'000;

const unsigned char* raw(const void* bytes) { return static_cast<const unsigned char*>(bytes); }

std::string hex_of(const unsigned char* bytes, std::size_t size) {
    return hex(std::as_bytes(std::span(bytes, size)));
}

std::string canonical_text(const SignedRequest& request) {
    unsigned char body_hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(body_hash, raw(request.body.data()), request.body.size());
    return fmt::format("v1\n{}\n{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path,
                       request.query, hex_of(body_hash, sizeof body_hash), request.key_id,
                       request.timestamp_ms, request.nonce);
}

std::unexpected<AuthenticationError> refuse(Refusal reason, std::string_view detail) {
    return std::unexpected(AuthenticationError{reason, detail});
}

bool same(std::string_view expected, std::string_view given) {
    return expected.size() == given.size() &&
           sodium_memcmp(expected.data(), given.data(), expected.size()) == 0;
}

/// Maps the 8 bytes of the file `path`, which is created with 0 if it does not exist.
base::Result<std::uint64_t*> map_mark(const std::filesystem::path& path) {
    const auto failed = [&path] {
        return base::error(fmt::format(
            "cannot map {}: {}; check the directory, its permissions and the free space",
            path.string(), std::strerror(errno)));
    };
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return failed();
    // Written, not extended by ftruncate(): the mapping needs an allocated block.
    std::uint64_t mark = 0;
    const ssize_t got = ::pread(fd, &mark, sizeof mark, 0);
    const bool sized = got == sizeof mark ||
                       (::pwrite(fd, &mark, sizeof mark, 0) == sizeof mark && ::fsync(fd) == 0);
    void* at = sized ? ::mmap(nullptr, sizeof mark, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                     : MAP_FAILED;
    const auto result =
        at == MAP_FAILED ? base::Result<std::uint64_t*>(failed()) : static_cast<std::uint64_t*>(at);
    ::close(fd);
    return result;
}

}  // namespace

std::string sign(const SignedRequest& request, const Secret& secret) {
    const std::string text = canonical_text(request);
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256(mac, raw(text.data()), text.size(), raw(secret.data()));
    return hex_of(mac, sizeof mac);
}

base::Result<std::unique_ptr<HmacAuthenticator>> HmacAuthenticator::open(
    const KeyStore& keys, const platform::Clock& clock) {
    const auto mark = map_mark(keys.replay_mark_file());
    if (!mark) return std::unexpected(mark.error());
    return std::unique_ptr<HmacAuthenticator>(new HmacAuthenticator(keys, clock, *mark));
}

HmacAuthenticator::HmacAuthenticator(const KeyStore& keys, const platform::Clock& clock,
                                     std::uint64_t* mark_ms)
    : keys_(keys),
      clock_(clock),
      mark_ms_(mark_ms),
      refused_up_to_ms_(*mark_ms),
      started_ms_(clock.realtime_ns() / ns_per_ms) {}

HmacAuthenticator::~HmacAuthenticator() { ::munmap(mark_ms_, sizeof *mark_ms_); }

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

    static constexpr Secret nobody{};
    const Key* key = keys_.find(request.key_id);
    const bool signed_right = same(sign(request, key ? key->secret : nobody), request.signature);
    if (!key || !signed_right)
        return refuse(Refusal::bad_signature,
                      "The key is unknown or the signature does not match the request.");
    if (auto timely = check_time(*timestamp_ms); !timely) return std::unexpected(timely.error());

    const auto [mark, first] = nonces_.try_emplace(key->id, *nonce);
    if (!first && *nonce <= mark->second)
        return refuse(Refusal::replayed_nonce,
                      "The nonce is not above the last one of this key; it must increase with "
                      "every request.");
    mark->second = *nonce;
    *mark_ms_ = std::max(*mark_ms_, *timestamp_ms);
    return Principal{key->id, key->role, key->account, key->operator_id};
}

std::expected<void, AuthenticationError> HmacAuthenticator::check_time(
    std::uint64_t timestamp_ms) const {
    const std::uint64_t now_ms = clock_.realtime_ns() / ns_per_ms;
    const std::uint64_t distance =
        timestamp_ms > now_ms ? timestamp_ms - now_ms : now_ms - timestamp_ms;
    if (distance > timestamp_window_ms)
        return refuse(
            Refusal::stale_timestamp,
            "BW-TIMESTAMP is more than 5 seconds from the exchange's clock; see GET /v1/time.");
    if (timestamp_ms < started_ms_ || timestamp_ms <= refused_up_to_ms_)
        return refuse(Refusal::stale_timestamp,
                      "The request was signed before the gateway started; sign it again.");
    return {};
}

}  // namespace bw::access
