// Keys created on another thread.
#include "access/key_writer.hpp"

#include <set>
#include <thread>

#include "access/tests/access_fixture.hpp"

namespace bw::access::testing {
namespace {

using KeyWriterTest = AuthenticatorTest;

TEST_F(KeyWriterTest, completes_each_request_once_and_in_order) {
    constexpr std::uint64_t requests = 200;
    KeyWriter writer(*keys);
    const std::jthread helper([&writer](const std::stop_token& stop) {
        while (!stop.stop_requested())
            if (writer.do_work() == 0) writer.wait(stop);
    });
    std::set<KeyId> ids;
    std::uint64_t submitted = 0;
    for (std::uint64_t completed = 0; completed < requests;) {
        if (submitted < requests &&
            writer.submit(model::AccountId{static_cast<std::uint32_t>(submitted + 1)},
                          submitted + 1))
            ++submitted;
        const auto written = writer.completed();
        if (!written) continue;
        EXPECT_EQ(written->token, ++completed);
        ASSERT_NE(written->key, nullptr);
        EXPECT_EQ(written->key->account.value(), completed);
        ids.insert(written->key->id);
    }
    EXPECT_EQ(ids.size(), requests);
    EXPECT_FALSE(writer.completed());
}

TEST_F(KeyWriterTest, says_when_a_key_could_not_be_stored) {
    KeyWriter writer(*keys);
    std::filesystem::remove(directory.path() / "access.db");
    ASSERT_TRUE(writer.submit(model::AccountId{1}, 7));
    EXPECT_FALSE(writer.completed());
    EXPECT_EQ(writer.do_work(), 1u);
    const auto written = writer.completed();
    ASSERT_TRUE(written);
    EXPECT_EQ(written->token, 7u);
    EXPECT_EQ(written->key, nullptr);
}

}  // namespace
}  // namespace bw::access::testing
