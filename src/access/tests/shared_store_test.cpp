// One store used by several threads, several processes, and after a kill.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "access/tests/access_fixture.hpp"

namespace bw::access::testing {
namespace {

constexpr std::size_t authenticators = 4;
constexpr std::uint64_t nonces = 3'000;

using SharedStore = AuthenticatorTest;

std::vector<Message> signed_messages(const Key& key, const ManualClock& clock) {
    std::vector<Message> out(nonces);
    for (std::uint64_t i = 0; i < nonces; ++i) {
        Message& message = out[i];
        message.key_id = key.id.str();
        message.timestamp = std::to_string(clock.now_ns / ms);
        message.nonce = std::to_string(i + 1);
        message.signature = sign(message.view(), key.secret);
    }
    return out;
}

/// Sends the messages in their order, from this and other threads; a message is sent by all.
void send_all(HmacAuthenticator& to, const std::vector<Message>& messages,
              std::vector<int>& times) {
    for (std::size_t i = 0; i < messages.size(); ++i)
        if (to.authenticate(messages[i].view())) ++times[i];
}

TEST_F(SharedStore, accepts_a_nonce_once_over_threads_and_stores) {
    const Key key = trader(1);
    const auto second_store = *KeyStore::open(directory.path(), random, clock);
    HmacAuthenticator of_second(*second_store, clock);
    const std::vector<Message> messages = signed_messages(key, clock);
    std::array<std::vector<int>, authenticators> times;
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < authenticators; ++i) {
            times[i].resize(messages.size());
            HmacAuthenticator& to = i % 2 == 0 ? *authenticator : of_second;
            threads.emplace_back(
                [&to, &messages, &own = times[i]] { send_all(to, messages, own); });
        }
    }
    int accepted = 0;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        int sum = 0;
        for (const auto& own : times) sum += own[i];
        EXPECT_LE(sum, 1) << "nonce " << i + 1;
        accepted += sum;
    }
    EXPECT_GT(accepted, 0);
    for (const Message& message : messages) EXPECT_EQ(code_of(message), replayed);
}

TEST_F(SharedStore, finds_keys_while_others_are_created) {
    std::array<std::vector<Key>, 2> made;
    const auto second_store = *KeyStore::open(directory.path(), random, clock);
    const Key first = trader(1);
    {
        std::jthread reader([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                EXPECT_NE(keys->find(first.id.view()), nullptr);
                EXPECT_EQ(second_store->find("00000000000000ff"), nullptr);
            }
        });
        std::vector<std::jthread> writers;
        for (std::size_t i = 0; i < made.size(); ++i)
            writers.emplace_back([&, i] {
                KeyStore& store = i == 0 ? *keys : *second_store;
                for (std::uint32_t n = 0; n < 60; ++n)
                    made[i].push_back(**store.create(model::AccountId{2 + n}));
            });
        writers.clear();
    }
    for (const auto& own : made)
        for (const Key& key : own)
            for (KeyStore* store : {keys.get(), second_store.get()}) {
                const Key* found = store->find(key.id.view());
                ASSERT_NE(found, nullptr);
                EXPECT_EQ(found->secret, key.secret);
                EXPECT_EQ(found->account, key.account);
            }
}

/// The process that accepts requests is killed; what it has accepted stays accepted.
TEST_F(SharedStore, a_killed_process_leaves_its_marks) {
    const Key key = trader(1);
    const std::vector<Message> messages = signed_messages(key, clock);
    authenticator.reset();
    keys.reset();
    std::array<int, 2> told{};
    ASSERT_EQ(::pipe(told.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = KeyStore::open(directory.path(), random, clock);
        HmacAuthenticator of_child(**store, clock);
        for (std::uint32_t i = 0; i < nonces; ++i) {
            const char result = of_child.authenticate(messages[i].view()) ? 'y' : 'n';
            if (::write(told[1], &result, 1) != 1) ::_exit(1);
        }
        for (;;) ::pause();
    }
    ::close(told[1]);
    constexpr std::size_t before_kill = 500;
    for (std::size_t i = 0; i < before_kill; ++i) {
        char result = 0;
        ASSERT_EQ(::read(told[0], &result, 1), 1);
        ASSERT_EQ(result, 'y');
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    std::size_t accepted = before_kill;  // what was written until the kill was accepted too
    for (char result = 0; ::read(told[0], &result, 1) == 1;) ++accepted;
    ::close(told[0]);
    restart();
    for (std::size_t i = 0; i < accepted; ++i) EXPECT_EQ(code_of(messages[i]), replayed);
    EXPECT_EQ(code_of(message(key, nonces + 1)), 0);
}

TEST_F(SharedStore, a_key_of_another_process_is_found_and_its_nonces_are_shared) {
    std::array<int, 2> told{};
    ASSERT_EQ(::pipe(told.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = KeyStore::open(directory.path(), random, clock);
        const Key* key = *(*store)->create(model::AccountId{9});
        HmacAuthenticator of_child(**store, clock);
        const bool accepted = of_child.authenticate(message(*key, 5).view()).has_value();
        const bool wrote = ::write(told[1], key, sizeof *key) == sizeof *key;
        ::_exit(accepted && wrote ? 0 : 1);
    }
    Key key;
    ASSERT_EQ(::read(told[0], static_cast<void*>(&key), sizeof key), sizeof key);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    ::close(told[0]), ::close(told[1]);
    EXPECT_EQ(code_of(message(key, 5)), replayed);
    EXPECT_EQ(code_of(message(key, 6)), 0);
}

TEST_F(SharedStore, budgets_survive_a_restart) {
    const Key key = trader(1);
    const Rate rate{1, 1};
    const auto take = [&](std::uint64_t nonce) {
        const auto principal = authenticator->authenticate(message(key, nonce).view());
        return principal->budgets->take(RateClass::order, rate, clock.now_ns).allowed;
    };
    EXPECT_TRUE(take(1));
    restart();
    EXPECT_FALSE(take(2));
    clock.now_ns += second;
    EXPECT_TRUE(take(3));
}

}  // namespace
}  // namespace bw::access::testing
