#include "gateway/common/request_tracker.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "views/projection/tests/record_writer.hpp"

namespace bw::gateway::common::testing {
namespace {

using views::testing::RecordWriter;

std::optional<RequestTracker::CompletedRequest> apply(RequestTracker& tracker,
                                                      const views::RecordView& record) {
    model::RequestId names;
    codec::visit<codec::AllEvents>(record.message,
                                   [&](const auto& event) { names = request_of(event); });
    return tracker.apply(record, names);
}

TEST(RequestTracker, completes_at_the_last_event_of_the_command_that_names_the_request) {
    RequestTracker tracker(9, 1'000'000);
    RecordWriter writer;
    std::vector<RequestTracker::Caller> completed;
    writer.listener = [&](const event_store::RecordView& record) {
        if (const auto done = apply(tracker, record)) completed.push_back(done->caller);
    };
    const model::RequestId first = tracker.begin(41, 100), second = tracker.begin(42, 100);
    EXPECT_EQ(model::gateway_of(first), 9);
    EXPECT_NE(first, second);
    codec::OrderAccepted accepted{};
    accepted.request_id = second;
    writer.write(accepted, false);
    codec::OrderCancelled later{};
    later.request_id = first;  // the command already belongs to another request
    writer.write(later, true);
    EXPECT_EQ(completed, std::vector<RequestTracker::Caller>{42});
    writer.write(accepted, true);  // the same id again: no caller waits for it
    EXPECT_EQ(completed.size(), 1u);
    accepted.request_id = model::RequestId{first.value() ^ (1ull << 48)};  // another gateway's
    writer.write(accepted, true);
    EXPECT_EQ(completed.size(), 1u);
    EXPECT_EQ(tracker.waiting(), 1u);
}

TEST(RequestTracker, an_event_that_names_no_request_may_come_first) {
    RequestTracker tracker(9, 1'000'000);
    RecordWriter writer;
    std::optional<RequestTracker::CompletedRequest> completed;
    writer.listener = [&](const event_store::RecordView& record) {
        if (auto done = apply(tracker, record)) completed = std::move(done);
    };
    codec::InstrumentUpdated updated{};
    updated.request_id = tracker.begin(41, 100);
    writer.write(codec::TradeExecuted{}, false);
    writer.write(updated, false);
    EXPECT_FALSE(completed);
    writer.write(codec::LimitStateChanged{}, true);
    ASSERT_TRUE(completed);
    codec::MessageHeader header{};
    EXPECT_TRUE(codec::read_header(completed->first_event, header));
    EXPECT_EQ(header.template_id, codec::InstrumentUpdated::template_id);
}

TEST(RequestTracker, expired_and_abandoned_requests_are_removed) {
    RequestTracker tracker(1, 0);
    const model::RequestId late = tracker.begin(1, 100), gone = tracker.begin(2, 100);
    (void)tracker.begin(3, 200);
    tracker.abandon(gone);
    EXPECT_FALSE(tracker.next_expired(99));
    const auto expired = tracker.next_expired(100);
    ASSERT_TRUE(expired);
    EXPECT_EQ(expired->caller, 1u);
    EXPECT_EQ(expired->request_id, late);
    EXPECT_FALSE(tracker.next_expired(100));
    EXPECT_EQ(tracker.waiting(), 1u);
}

TEST(RequestTracker, ids_after_a_restart_are_above_all_earlier_ones) {
    RequestTracker before(1, 5'000'000'000'000), after(1, 5'000'001'000'000);
    model::RequestId last{};
    for (int i = 0; i < 900; ++i) last = before.begin(1, 0);
    EXPECT_GT(after.begin(1, 0), last);
}

}  // namespace
}  // namespace bw::gateway::common::testing
