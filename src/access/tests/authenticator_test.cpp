// Signed requests: what is accepted and what is refused.
#include "access/tests/access_fixture.hpp"

namespace bw::access::testing {
namespace {

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
    const Key key = trader(7);
    const auto principal = authenticator->authenticate(message(key, 1).view());
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->key_id, key.id);
    EXPECT_EQ(principal->account, model::AccountId{7});
    EXPECT_EQ(principal->role, Role::trader);
}

TEST_F(AuthenticatorTest, every_field_is_signed) {
    const Key key = trader(1), other = trader(2);
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
    EXPECT_EQ(changed([&](Message& m) { m.key_id = other.id.str(); }), bad_signature);
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
    const Key key = trader(1);
    Message unknown = message(key, 1), wrong = message(key, 1);
    unknown.key_id = "0000000000000000";
    wrong.signature = std::string(64, '0');
    EXPECT_EQ(authenticator->authenticate(unknown.view()).error().detail,
              authenticator->authenticate(wrong.view()).error().detail);
}

TEST_F(AuthenticatorTest, nonces_increase_per_key_and_a_refused_request_uses_none) {
    const Key key = trader(1), other = trader(2);
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
    const Key key = trader(1);
    clock.now_ns += 60'000 * ms;
    EXPECT_EQ(code_of(message(key, 1, -5'001)), stale);
    EXPECT_EQ(code_of(message(key, 2, 5'001)), stale);
    EXPECT_EQ(code_of(message(key, 3, -5'000)), 0);
    EXPECT_EQ(code_of(message(key, 4, 5'000)), 0);
}

TEST_F(AuthenticatorTest, nonce_0_is_below_the_first) {
    const Key key = trader(1);
    EXPECT_EQ(code_of(message(key, 0)), replayed);
    EXPECT_EQ(code_of(message(key, 1)), 0);
}

TEST_F(AuthenticatorTest, a_restart_forgets_no_nonce_and_refuses_nothing_new) {
    const Key key = trader(1), other = trader(2);
    const Message past = message(key, 1), ahead = message(key, 2, 4'000),
                  never_sent = message(key, 3), of_other = message(other, 1);
    EXPECT_EQ(code_of(past), 0);
    EXPECT_EQ(code_of(ahead), 0);  // the clock of this client is fast
    clock.now_ns += 500 * ms;
    restart();
    EXPECT_EQ(code_of(past), replayed);
    EXPECT_EQ(code_of(ahead), replayed);
    EXPECT_EQ(code_of(of_other), 0) << "signed before the restart, and not sent";
    EXPECT_EQ(code_of(never_sent), 0);
    EXPECT_EQ(code_of(never_sent), replayed);
}

/// Without the marks, what was accepted is not known.
TEST_F(AuthenticatorTest, lost_marks_refuse_what_was_signed_before_their_start) {
    const Key key = trader(1);
    const auto path = directory.path() / "access.marks";
    const auto lose = [&](auto how) {
        const Message past = message(key, 10), accepted = message(key, 11);
        EXPECT_EQ(code_of(accepted), 0);
        clock.now_ns += 500 * ms;
        authenticator.reset();
        keys.reset();
        how();
        restart();
        EXPECT_EQ(code_of(past), stale);
        EXPECT_EQ(code_of(accepted), stale);
        EXPECT_EQ(code_of(message(key, 9)), 0);
        clock.now_ns += 10'000 * ms;
    };
    lose([&] { std::filesystem::remove(path); });
}

TEST_F(AuthenticatorTest, a_copy_of_the_marks_or_another_boot_refuses_what_was_signed_before) {
    const Key key = trader(1);
    const auto path = directory.path() / "access.marks";
    const auto change = [&](auto how) {
        const Message past = message(key, clock.now_ns);
        clock.now_ns += 500 * ms;
        authenticator.reset();
        keys.reset();
        how();
        restart();
        EXPECT_EQ(code_of(past), stale);
        EXPECT_EQ(code_of(message(key, clock.now_ns)), 0);
    };
    change([&] {
        std::filesystem::copy(path, directory.path() / "copy");
        std::filesystem::rename(directory.path() / "copy", path);
    });
    change([&] {
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(offsetof(MarksHeader, boot));
        file.write("another start of", 16);
    });
}

}  // namespace
}  // namespace bw::access::testing
