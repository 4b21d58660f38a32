#include "event_store/snapshots/reader_start.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support.hpp"

namespace bw::event_store {
namespace {

namespace fs = std::filesystem;

/// Counts events and adds up their bytes.
struct Sum {
    void save(base::FieldWriter& out) const { out(events, bytes); }
    [[nodiscard]] bool load(base::FieldReader& in) {
        in(events, bytes);
        if (!in.good()) reset();
        return in.good();
    }
    void reset() { events = bytes = 0; }
    void apply(const RecordView& record) {
        ++events;
        bytes += record.sequence * record.message.size();
    }
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
};

/// A store with events of commands that have one event each.
class ReaderStarts : public testing::Test {
 protected:
    ReaderStarts() { store_ = test::must_open(place_.options()); }
    void append(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::vector<std::byte> message(24 + events_ % 3 * 8, std::byte{1});
            while (!store_->events().append(events_ + 1, 1'000 + events_, 1, message))
                store_->do_background_work();
            ++events_;
        }
    }
    EventSource source() {
        return {platform::system_storage(), place_.data(), store_->identity(), events_,
                [this](std::uint64_t first) {
                    return open_log(place_.data(), LogKind::events, first, place_.shared);
                }};
    }
    base::Result<ReaderStart> start(Sum& sum, std::uint32_t version = 1) {
        return start_readers(source(), std::vector{view_section("sum", version, sum)});
    }
    /// All events, without any snapshot.
    Sum read_everything() {
        Sum sum;
        const auto records = source().open(1);
        EXPECT_TRUE(records);
        while (const RecordView* record = (*records)->poll()) sum.apply(*record);
        return sum;
    }
    /// Everything, from the records of a start.
    static void read_on(Sum& sum, ReaderStart& start) {
        while (const RecordView* record = start.records->poll()) sum.apply(*record);
    }
    void write_snapshot(const Sum& sum) {
        const auto record = store_->open_reader(LogKind::events, sum.events);
        ASSERT_TRUE(record);
        const SnapshotPlace at{sum.events, sum.events, 1, hash_of(*(*record)->poll())};
        Sum copy = sum;
        const std::vector sections{view_section("sum", 1, copy)};
        ASSERT_TRUE(ViewSnapshots(platform::system_storage(), place_.data(), store_->identity())
                        .write(at, sections));
    }

    test::Place place_;
    std::unique_ptr<Store> store_;
    std::uint64_t events_ = 0;
};

TEST_F(ReaderStarts, read_everything_without_a_snapshot) {
    append(50);
    Sum sum;
    auto began = start(sum);
    ASSERT_TRUE(began) << began.error().message;
    EXPECT_EQ(began->place.events, 0u);
    EXPECT_EQ(describe("sum", *began), "sum: read 50 events");
    read_on(sum, *began);
    EXPECT_EQ(sum.events, 50u);
}

TEST_F(ReaderStarts, read_only_what_came_after_the_newest_snapshot) {
    append(50);
    write_snapshot(read_everything());
    append(30);
    write_snapshot(read_everything());
    append(7);
    Sum sum;
    auto began = start(sum);
    ASSERT_TRUE(began) << began.error().message;
    EXPECT_EQ(sum.events, 80u);
    EXPECT_EQ(describe("sum", *began), "sum: began with the snapshot of event 80, read 7 events");
    read_on(sum, *began);
    EXPECT_EQ(sum.events, 87u);
    EXPECT_EQ(sum.bytes, read_everything().bytes);
}

TEST_F(ReaderStarts, pass_over_what_is_ahead_of_the_log_or_of_another_history) {
    append(50);
    write_snapshot(read_everything());
    Sum sum;
    EventSource behind = source();
    behind.stored = 49;
    const auto ahead = start_readers(behind, std::vector{view_section("sum", 1, sum)});
    ASSERT_TRUE(ahead);
    EXPECT_EQ(ahead->place.events, 0u);
    EXPECT_EQ(ahead->passed_over.size(), 1u);
    const auto other = start(sum, 2);
    ASSERT_TRUE(other);
    EXPECT_EQ(other->place.events, 0u);
    EXPECT_NE(other->passed_over.at(0).find("no part `sum` of version 2"), std::string::npos);
}

/// As after retention: the first segments are gone, and only snapshots know what was in them.
TEST_F(ReaderStarts, of_a_log_that_begins_late_need_a_snapshot) {
    append(3'000);
    const Sum before = read_everything();
    write_snapshot(before);
    append(10);
    const Sum all = read_everything();
    store_->close();
    fs::remove(place_.data() + "/events/0000000001.log");
    Sum sum;
    auto began = start(sum);
    ASSERT_TRUE(began) << began.error().message;
    read_on(sum, *began);
    EXPECT_EQ(sum.bytes, all.bytes);

    fs::remove_all(place_.data() + "/snapshots");
    const auto refused = start(sum);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("cannot be read from event 1 on"), std::string::npos)
        << refused.error().message;
    EXPECT_NE(refused.error().message.find("snapshots/*.views"), std::string::npos);
}

}  // namespace
}  // namespace bw::event_store
