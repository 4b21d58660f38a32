// The contract's own code: who is given what, in which order.
#include "views/projection/projection.hpp"

#include <gtest/gtest.h>

#include <string>

#include "views/projection/tests/record_writer.hpp"

namespace bw::views::testing {
namespace {

/// Writes down what it is given.
struct First {
    using Events = std::tuple<codec::DayEnded, codec::CashMoved>;
    void begin(const RecordView&) { story += "begin first, "; }
    void apply(const RecordView&, const codec::DayEnded& event) {
        story += "first reads day " + std::to_string(event.business_date) + ", ";
    }
    void apply(const RecordView&, const codec::CashMoved&) { story += "first reads cash, "; }
    std::string& story;
};

struct Second {
    using Events = std::tuple<codec::DayEnded>;
    using After = std::tuple<First>;
    void apply(const RecordView&, const AnyEvent& event) {
        event.visit<Events>([this](const auto&) { story += "second reads day, "; });
    }
    void end(const RecordView& record) { story += record.ends_command() ? "end." : "go on."; }
    std::string& story;
};

struct ReadsTheFirstAsItWas {
    using Events = std::tuple<codec::DayEnded>;
    using Before = std::tuple<First>;
    void apply(const RecordView&, const codec::DayEnded&) {}
};

class Fold : public ::testing::Test {
 protected:
    Fold() {
        writer.listener = [this](const RecordView& record) { fold(record, first, second); };
    }
    std::string story;
    First first{story};
    Second second{story};
    RecordWriter writer;
};

TEST_F(Fold, gives_an_event_to_each_follower_in_order_with_its_type_or_without) {
    codec::DayEnded event{};
    event.business_date = 20260102;
    writer.write(event);
    EXPECT_EQ(story, "begin first, first reads day 20260102, second reads day, end.");
}

TEST_F(Fold, an_event_that_one_does_not_read_passes_it_by) {
    writer.write(codec::CashMoved{}, false);
    EXPECT_EQ(story, "begin first, first reads cash, go on.");
}

TEST_F(Fold, a_record_of_a_newer_schema_begins_and_ends) {
    codec::MessageHeader header{0, 9999, codec::schema_id, 99};
    fold(RecordView{1, 0, event_store::note_last_event_of_command,
                    std::as_bytes(std::span(&header, 1))},
         first, second);
    EXPECT_EQ(story, "begin first, end.");
}

TEST(FoldOrder, who_reads_another_comes_after_it) {
    static_assert(detail::Order<First, Second>::is_kept);
    static_assert(!detail::Order<Second, First>::is_kept);
    static_assert(!detail::Order<Position, Second, First>::is_kept);
}

TEST(FoldOrder, who_reads_another_as_it_was_comes_before_it) {
    static_assert(detail::Order<ReadsTheFirstAsItWas, First, Second>::is_kept);
    static_assert(!detail::Order<First, ReadsTheFirstAsItWas>::is_kept);
}

TEST(FoldContract, what_cannot_be_saved_is_a_follower_and_no_projection) {
    static_assert(Follower<First> && !Projection<First>);
    static_assert(Projection<Position>);
    static_assert(!Follower<int>);
}

TEST(PositionDeathTest, a_record_that_is_missed_or_read_twice_is_our_bug) {
    Position position;
    position.begin({1, 5, 0, {}});
    EXPECT_FALSE(position.ends_command());
    EXPECT_EQ(position.sequence(), 1u);
    EXPECT_DEATH(position.begin({1, 5, 0, {}}), "");
    EXPECT_DEATH(position.begin({3, 5, 0, {}}), "");
}

}  // namespace
}  // namespace bw::views::testing
