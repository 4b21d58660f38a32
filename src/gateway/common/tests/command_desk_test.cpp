// The command desk, beside a dumb model: a map of who waits for which command.
#include "gateway/common/command_desk.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "support/seed.hpp"
#include "views/projection/tests/record_writer.hpp"

namespace bw::gateway::common::testing {
namespace {

using Desk = CommandDesk<std::string>;
using views::testing::RecordWriter;

class TestRing final : public sequencer::CommandPort {
 public:
    bool try_send(std::span<const std::byte> message) override {
        if (full) return false;
        codec::CancelOrder command{};
        EXPECT_EQ(codec::decode(message, command), codec::DecodeError::none);
        last = command.request_id;
        return true;
    }
    bool full = false;
    model::RequestId last;
};

class CommandDeskTest : public ::testing::Test {
 protected:
    CommandDeskTest() {
        writer.listener = [this](const event_store::RecordView& record) {
            codec::visit<codec::AllEvents>(record.message,
                                           [&](const auto& event) { desk.apply(event); });
            if (auto done = desk.end(record)) completed.push_back(std::move(*done));
        };
    }
    std::optional<model::RequestId> send(Desk::Caller caller, std::string pending,
                                         std::uint64_t deadline_ns = 100) {
        return desk.send(ring, codec::CancelOrder{}, caller, deadline_ns, std::move(pending));
    }
    void answer(model::RequestId id) {
        codec::OrderCancelled event{};
        event.request_id = id;
        writer.write(event, true);
    }

    Desk desk{9, 1'000'000};
    TestRing ring;
    RecordWriter writer;
    std::vector<Desk::Completed> completed;
};

TEST_F(CommandDeskTest, a_command_comes_back_with_what_was_kept_for_it) {
    const auto id = send(41, "first");
    ASSERT_TRUE(id);
    EXPECT_EQ(ring.last, *id) << "the command carries its id";
    EXPECT_EQ(desk.pending_of(41), "first");
    answer(*id);
    ASSERT_EQ(completed.size(), 1u);
    EXPECT_EQ(completed[0].caller, 41u);
    EXPECT_EQ(completed[0].request_id, *id);
    EXPECT_EQ(completed[0].pending, "first");
    EXPECT_EQ(desk.waiting(), 0u);
    EXPECT_TRUE(send(41, "second")) << "the caller may ask again";
}

TEST_F(CommandDeskTest, what_the_full_ring_did_not_take_leaves_nothing) {
    ring.full = true;
    EXPECT_FALSE(send(41, "lost"));
    EXPECT_EQ(desk.waiting(), 0u);
    EXPECT_FALSE(desk.next_expired(1'000));
    ring.full = false;
    EXPECT_TRUE(send(41, "taken"));
}

TEST_F(CommandDeskTest, an_expired_command_comes_back_once_and_its_events_complete_nothing) {
    const auto id = send(41, "late", 100);
    ASSERT_TRUE(id);
    EXPECT_FALSE(desk.next_expired(99));
    const auto expired = desk.next_expired(100);
    ASSERT_TRUE(expired);
    EXPECT_EQ(expired->pending, "late");
    EXPECT_FALSE(desk.next_expired(1'000));
    answer(*id);
    EXPECT_TRUE(completed.empty());
}

TEST_F(CommandDeskTest, each_command_ends_in_exactly_one_way) {
    std::mt19937_64 random(test_support::announced_seed());
    std::map<Desk::Caller, std::pair<std::uint64_t, std::string>> waiting;  // request id, pending
    std::vector<model::RequestId> sent;
    std::uint64_t now = 1, number = 0;
    for (int i = 0; i < 20'000; ++i) {
        ring.full = random() % 10 == 0;
        const Desk::Caller caller = random() % 20;
        switch (random() % 4) {
            case 0:
                if (waiting.contains(caller)) break;
                if (const auto id = send(caller, std::to_string(++number), now + 50)) {
                    waiting[caller] = {id->value(), std::to_string(number)};
                    sent.push_back(*id);
                } else {
                    EXPECT_TRUE(ring.full);
                }
                break;
            case 1: desk.abandon(caller), waiting.erase(caller); break;
            case 2:
                if (!sent.empty()) answer(sent[random() % sent.size()]);  // old ones too
                break;
            default: now += random() % 10;
        }
        for (; !completed.empty(); completed.pop_back()) {
            const auto found = waiting.find(completed.back().caller);
            ASSERT_NE(found, waiting.end());
            EXPECT_EQ(found->second,
                      std::pair(completed.back().request_id.value(), completed.back().pending));
            waiting.erase(found);
        }
        while (const auto expired = desk.next_expired(now)) {
            ASSERT_EQ(waiting.at(expired->caller).second, expired->pending);
            waiting.erase(expired->caller);
        }
        ASSERT_EQ(desk.waiting(), waiting.size());
    }
}

}  // namespace
}  // namespace bw::gateway::common::testing
