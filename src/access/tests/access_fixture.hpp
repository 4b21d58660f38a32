// A store in a folder of its own, and an authenticator of it.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "access/hmac_authenticator.hpp"
#include "access/signature.hpp"
#include "access/tests/temporary_directory.hpp"

namespace bw::access::testing {

class ManualClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return now_ns; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return now_ns; }
    std::uint64_t now_ns = 1'767'225'600'000'000'000;  ///< the start of 2026
};

inline constexpr std::uint64_t ms = 1'000'000;
inline constexpr std::uint64_t second = 1'000'000'000;

/// A signed request whose fields a test can change after signing.
struct Message {
    std::string method = "POST", path = "/v1/order", query = "a=1", body = "{}", key_id, timestamp,
                nonce, signature;
    [[nodiscard]] SignedRequest view() const {
        return {method, path, query, body, key_id, timestamp, nonce, signature};
    }
};

class AuthenticatorTest : public ::testing::Test {
 protected:
    AuthenticatorTest() { restart(); }

    void restart() {
        authenticator.reset();
        keys.reset();
        keys = *KeyStore::open(directory.path(), random, clock);
        authenticator = std::make_unique<HmacAuthenticator>(*keys, clock);
        clock.now_ns += 1 * ms;
    }

    Message message(const Key& key, std::uint64_t nonce, std::int64_t offset_ms = 0) {
        Message out;
        out.key_id = key.id.str();
        out.timestamp = std::to_string(static_cast<std::int64_t>(clock.now_ns / ms) + offset_ms);
        out.nonce = std::to_string(nonce);
        out.signature = sign(out.view(), key.secret);
        return out;
    }

    Key trader(std::uint32_t account) { return **keys->create(model::AccountId{account}); }

    /// 0, or the code of the refusal.
    int code_of(const Message& message) {
        const auto principal = authenticator->authenticate(message.view());
        return principal ? 0 : static_cast<int>(principal.error().reason);
    }

    TemporaryDirectory directory;
    platform::SystemRandom random;
    ManualClock clock;
    std::unique_ptr<KeyStore> keys;
    std::unique_ptr<HmacAuthenticator> authenticator;
};

inline constexpr int not_authenticated = 3001, bad_signature = 3002, stale = 3003, replayed = 3004;

inline std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace bw::access::testing
