// Signatures, keys and rate limits: what is accepted and what is refused.
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/stat.h>

#include <fstream>

#include "access/hmac_authenticator.hpp"
#include "access/rate_limiter.hpp"
#include "access/tests/temporary_directory.hpp"

namespace bw::access::testing {
namespace {

class ManualClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return now_ns; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return now_ns; }
    std::uint64_t now_ns = 1'767'225'600'000'000'000;  ///< the start of 2026
};

constexpr std::uint64_t ms = 1'000'000;

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
        keys = *KeyStore::open(directory.path(), random, clock.now_ns);
        authenticator = *HmacAuthenticator::open(*keys, clock);
        clock.now_ns += 1 * ms;
    }

    Message message(const Key& key, std::uint64_t nonce, std::int64_t offset_ms = 0) {
        Message out;
        out.key_id = key.id;
        out.timestamp = std::to_string(static_cast<std::int64_t>(clock.now_ns / ms) + offset_ms);
        out.nonce = std::to_string(nonce);
        out.signature = sign(out.view(), key.secret);
        return out;
    }

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

constexpr int not_authenticated = 3001, bad_signature = 3002, stale = 3003, replayed = 3004;

TEST(Signature, agrees_with_the_published_vectors) {
    Secret secret{};
    secret[31] = std::byte{1};
    EXPECT_EQ(sign({"POST", "/v1/order", "", R"({"a":1})", "k1", "1700000000000", "7", {}}, secret),
              "48910e0e41b4b8e3dbdb619ac9a9f15e31ab961e4efdcc02cab35dd68d7f9690");
    EXPECT_EQ(sign({"GET", "/v1/orders", "symbol=ACME&limit=5", "", "k1", "1700000000000", "8", {}},
                   secret),
              "638bc3304451c93f8ec579302c5c48e7a687e96e1edb50ceeefd923a4649e341");
}

TEST_F(AuthenticatorTest, a_signed_request_names_its_principal) {
    const Key key = *keys->create(model::AccountId{7}, clock.now_ns);
    const auto principal = authenticator->authenticate(message(key, 1).view());
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->key_id, key.id);
    EXPECT_EQ(principal->account, model::AccountId{7});
    EXPECT_EQ(principal->role, Role::trader);
}

TEST_F(AuthenticatorTest, every_field_is_signed) {
    const Key key = *keys->create(model::AccountId{1}, clock.now_ns);
    const Key other = *keys->create(model::AccountId{2}, clock.now_ns);
    std::uint64_t nonce = 0;
    const auto changed = [&](auto change) {
        Message sent = message(key, ++nonce * 100);
        change(sent);
        return code_of(sent);
    };
    EXPECT_EQ(changed([](Message& m) { m.method = "PUT"; }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.path += "s"; }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.query = "a=2"; }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.body = "{ }"; }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.nonce += "1"; }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.timestamp.back() ^= 1; }), bad_signature);
    EXPECT_EQ(changed([&](Message& m) { m.key_id = other.id; }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.key_id = "unknown"; }), bad_signature);
    EXPECT_EQ(
        changed([](Message& m) { m.signature.front() = m.signature.front() == '0' ? '1' : '0'; }),
        bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.signature.pop_back(); }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.signature += "00"; }), bad_signature);
    EXPECT_EQ(changed([](Message& m) { m.signature.clear(); }), not_authenticated);
    EXPECT_EQ(changed([](Message& m) { m.nonce = "-1"; }), not_authenticated);
    EXPECT_EQ(changed([](Message& m) { m.nonce = "18446744073709551616"; }), not_authenticated);
    EXPECT_EQ(changed([](Message&) {}), 0);
}

TEST_F(AuthenticatorTest, unknown_key_and_wrong_signature_get_the_same_answer) {
    const Key key = *keys->create(model::AccountId{1}, clock.now_ns);
    Message unknown = message(key, 1), wrong = message(key, 1);
    unknown.key_id = "0000000000000000";
    wrong.signature = std::string(64, '0');
    EXPECT_EQ(authenticator->authenticate(unknown.view()).error().detail,
              authenticator->authenticate(wrong.view()).error().detail);
}

TEST_F(AuthenticatorTest, nonces_increase_per_key_and_a_refused_request_uses_none) {
    const Key key = *keys->create(model::AccountId{1}, clock.now_ns);
    const Key other = *keys->create(model::AccountId{2}, clock.now_ns);
    const Message first = message(key, 10);
    EXPECT_EQ(code_of(first), 0);
    EXPECT_EQ(code_of(first), replayed);
    EXPECT_EQ(code_of(message(key, 9)), replayed);
    EXPECT_EQ(code_of(message(other, 10)), 0);
    Message forged = message(key, 1'000);
    forged.signature = std::string(64, 'a');
    EXPECT_EQ(code_of(forged), bad_signature);
    EXPECT_EQ(code_of(message(key, 1'000, -6'000)), stale);
    EXPECT_EQ(code_of(message(key, 11)), 0);
    EXPECT_EQ(code_of(message(key, UINT64_MAX)), 0);
    EXPECT_EQ(code_of(message(key, UINT64_MAX)), replayed);
}

TEST_F(AuthenticatorTest, the_window_is_five_seconds_before_and_after) {
    const Key key = *keys->create(model::AccountId{1}, clock.now_ns);
    clock.now_ns += 60'000 * ms;
    EXPECT_EQ(code_of(message(key, 1, -5'001)), stale);
    EXPECT_EQ(code_of(message(key, 2, 5'001)), stale);
    EXPECT_EQ(code_of(message(key, 3, -5'000)), 0);
    EXPECT_EQ(code_of(message(key, 4, 5'000)), 0);
}

TEST_F(AuthenticatorTest, nothing_signed_before_a_restart_is_accepted_after_it) {
    const Key key = *keys->create(model::AccountId{1}, clock.now_ns);
    clock.now_ns += 10'000 * ms;
    const Message past = message(key, 1), ahead = message(key, 2, 4'000),
                  never_sent = message(key, 3);
    EXPECT_EQ(code_of(past), 0);
    EXPECT_EQ(code_of(ahead), 0);  // the clock of this client is fast
    clock.now_ns += 500 * ms;
    restart();
    EXPECT_EQ(code_of(past), stale);
    EXPECT_EQ(code_of(ahead), stale);
    EXPECT_EQ(code_of(never_sent), stale);
    clock.now_ns += 4'000 * ms;
    EXPECT_EQ(code_of(ahead), stale);
    EXPECT_EQ(code_of(message(key, 1)), 0);
}

TEST_F(AuthenticatorTest, keys_survive_a_restart_and_their_files_are_private) {
    const Key key = *keys->create(model::AccountId{3}, clock.now_ns);
    restart();
    const Key* found = keys->find(key.id);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->secret, key.secret);
    EXPECT_EQ(found->account, key.account);
    EXPECT_EQ(keys->size(), 3u);  // with the operations keys of the first start
    const auto mode = [this](const char* name) {
        struct stat status{};
        EXPECT_EQ(::stat((directory.path() / name).c_str(), &status), 0);
        return status.st_mode & 0777;
    };
    EXPECT_EQ(mode("keys.kek"), 0400u);
    EXPECT_EQ(mode("operator.key"), 0400u);
    EXPECT_EQ(mode("keys.json"), 0600u);
    std::ifstream file(directory.path() / "keys.json");
    const std::string content(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(content.find(hex(key.secret)), std::string::npos);
}

TEST_F(AuthenticatorTest, every_operator_has_a_key_file_and_a_number_that_comes_from_the_key) {
    const auto key_of = [this](std::uint32_t number) {
        simdjson::dom::parser parser;
        std::string_view id;
        EXPECT_EQ(parser.load(keys->operator_key_file(number).string())["keyId"].get(id),
                  simdjson::SUCCESS);
        return *keys->find(id);
    };
    for (const std::uint32_t number : {1u, 2u}) {
        const auto principal = authenticator->authenticate(message(key_of(number), 1).view());
        ASSERT_TRUE(principal);
        EXPECT_EQ(principal->role, Role::operations);
        EXPECT_EQ(principal->operator_id, number);
    }
    const std::string second = key_of(2).id;
    keys = *KeyStore::open(directory.path(), random, clock.now_ns, 3);
    EXPECT_EQ(keys->operators(), 3u);
    EXPECT_EQ(key_of(2).id, second) << "existing keys stay";
    EXPECT_EQ(key_of(3).operator_id, 3u);
    keys = *KeyStore::open(directory.path(), random, clock.now_ns, 1);
    EXPECT_EQ(keys->operators(), 3u);
}

TEST_F(AuthenticatorTest, the_number_of_an_operator_is_bound_to_the_secret) {
    const auto path = directory.path() / "keys.json";
    std::ifstream file(path);
    std::string content(std::istreambuf_iterator<char>(file), {});
    content.replace(content.find("\"operator\":2"), 12, "\"operator\":3");
    std::ofstream(path) << content;
    EXPECT_FALSE(KeyStore::open(directory.path(), random, 1));
}

TEST_F(AuthenticatorTest, a_secret_of_another_key_or_another_kek_is_refused) {
    (void)*keys->create(model::AccountId{3}, clock.now_ns);
    const auto path = directory.path() / "keys.json";
    std::ifstream file(path);
    std::string content(std::istreambuf_iterator<char>(file), {});
    const std::string original = content;
    content.replace(content.find("\"trader\",\"account\":3"), 20, "\"trader\",\"account\":4");
    std::ofstream(path) << content;
    EXPECT_FALSE(KeyStore::open(directory.path(), random, 1));
    std::ofstream(path) << original;
    EXPECT_TRUE(KeyStore::open(directory.path(), random, 1));
    std::ofstream(path) << original.substr(0, original.size() / 2);
    EXPECT_FALSE(KeyStore::open(directory.path(), random, 1));
    std::ofstream(path) << original;
    std::filesystem::remove(directory.path() / "keys.kek");
    const auto without = KeyStore::open(directory.path(), random, 1);
    ASSERT_FALSE(without);
    EXPECT_NE(without.error().message.find("keys.kek"), std::string::npos);
}

TEST_F(AuthenticatorTest, a_key_encryption_key_that_others_may_read_is_refused) {
    namespace fs = std::filesystem;
    const auto path = directory.path() / "keys.kek";
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
    const auto readable = KeyStore::open(directory.path(), random, 1);
    ASSERT_FALSE(readable);
    EXPECT_NE(readable.error().message.find("mode 0604"), std::string::npos)
        << readable.error().message;
    fs::permissions(path, fs::perms::owner_read);
    EXPECT_TRUE(KeyStore::open(directory.path(), random, 1));
}

TEST_F(AuthenticatorTest, a_key_that_cannot_be_stored_does_not_exist) {
    KeyStore* store = keys.get();
    std::filesystem::remove_all(directory.path());
    EXPECT_FALSE(store->create(model::AccountId{3}, clock.now_ns));
    EXPECT_EQ(store->size(), 2u);
    std::filesystem::create_directory(directory.path());
}

// --- limits
// -------------------------------------------------------------------------------------------------

constexpr std::uint64_t second = 1'000'000'000;

TEST(TokenBucket, gives_its_burst_and_then_its_rate) {
    TokenBucket bucket({10, 3}, 0);
    for (std::uint32_t left : {2u, 1u, 0u}) {
        const RateState state = bucket.take(0);
        EXPECT_TRUE(state.allowed);
        EXPECT_EQ(state.remaining, left);
    }
    const RateState refused = bucket.take(0);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_s, 1u);
    EXPECT_FALSE(bucket.take(second / 10 - 1).allowed);
    EXPECT_TRUE(bucket.take(second / 10).allowed);
    EXPECT_FALSE(bucket.take(second / 10).allowed);
    EXPECT_EQ(bucket.take(1'000'000 * second).remaining,
              2u);  // never more than the burst, however long nothing was taken
}

TEST(RateLimiter, names_share_a_bucket_only_when_there_is_no_room) {
    RateLimiter limiter({1, 1}, 2);
    EXPECT_TRUE(limiter.take("a", 0).allowed);
    EXPECT_FALSE(limiter.take("a", 0).allowed);
    EXPECT_TRUE(limiter.take("b", 0).allowed);
    EXPECT_TRUE(limiter.take("c", 0).allowed);  // the shared bucket of new names
    EXPECT_FALSE(limiter.take("d", 0).allowed);
    EXPECT_TRUE(limiter.take("d", 3 * second).allowed);
    EXPECT_TRUE(limiter.take("e", 3 * second).allowed);
}

}  // namespace
}  // namespace bw::access::testing
