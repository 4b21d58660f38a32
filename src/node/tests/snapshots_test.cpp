#include "node/snapshots.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "codec/commands.hpp"

namespace bw::node {
namespace {

namespace fs = std::filesystem;

class NoSink final : public engine::EventSink {
 public:
    void take(std::span<const std::byte>, bool) override {}
};

/// Small tables: a flip of every byte is a load each.
engine::Limits small_limits() {
    engine::Limits limits;
    limits.open_orders = 64;
    limits.order_numbers = 1u << 10;
    limits.price_level_groups = 64;
    limits.instruments = 4;
    limits.accounts = 16;
    limits.positions = 64;
    limits.client_order_ids = 64;
    limits.references = 64;
    limits.trades = 64;
    return limits;
}

class SnapshotFiles : public testing::Test {
 protected:
    SnapshotFiles()
        : folder_(fs::temp_directory_path() / fmt::format("bw-snapshots-{}", getpid())),
          snapshots_(storage_, folder_.string(), {7, 1}) {
        fs::create_directories(folder_);
    }
    ~SnapshotFiles() override { fs::remove_all(folder_); }

    std::unique_ptr<engine::Engine> fresh() {
        return std::make_unique<engine::Engine>(sink_, small_limits());
    }

    template <class Command>
    void apply(engine::Engine& engine, const Command& command) {
        codec::Frame<Command> frame;
        frame.body = command;
        engine.apply(model::SequenceNumber{++sequence_}, codec::bytes_of(frame));
    }

    std::unique_ptr<engine::Engine> some_market() {
        auto engine = fresh();
        codec::ConfigureInstrument instrument{};
        instrument.tick_size = model::Price{100};
        instrument.lot_size = model::Quantity{1};
        instrument.reference_price = model::Price{10'000};
        instrument.max_order_quantity = model::unlimited_quantity;
        instrument.max_order_value = model::unlimited_money;
        instrument.symbol = *model::Symbol::from("ACME");
        instrument.currency = *model::Currency::from("USD");
        apply(*engine, instrument);
        codec::OpenAccount account{};
        account.reference = *model::ClientOrderId::from("one");
        apply(*engine, account);
        codec::MoveCash cash{};
        cash.account = model::AccountId{1};
        cash.amount = model::Money{1'000'000'000};
        cash.currency = *model::Currency::from("USD");
        apply(*engine, cash);
        for (std::int64_t price = 9'000; price <= 9'500; price += 100) {
            codec::NewOrder order{};
            order.account = model::AccountId{1};
            order.instrument = model::InstrumentId{1};
            order.price = model::Price{price};
            order.quantity = model::Quantity{5};
            order.client_order_id = *model::ClientOrderId::from(fmt::format("o{}", price));
            apply(*engine, order);
        }
        return engine;
    }

    SnapshotPlace place() const { return {sequence_, 2 * sequence_, 99, 1234}; }

    std::vector<char> read(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& path, const std::vector<char>& bytes) {
        std::ofstream(path, std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

    NoSink sink_;
    platform::PosixStorage storage_;
    fs::path folder_;
    Snapshots snapshots_;
    std::uint64_t sequence_ = 0;
};

TEST_F(SnapshotFiles, give_back_the_state) {
    const auto engine = some_market();
    ASSERT_TRUE(snapshots_.write(*engine, place()));
    EXPECT_EQ(snapshots_.list().value(), std::vector{sequence_});
    const auto loaded = fresh();
    const auto there = snapshots_.load(sequence_, *loaded);
    ASSERT_TRUE(there) << there.error().message;
    EXPECT_EQ(there->sequence, sequence_);
    EXPECT_EQ(there->events, 2 * sequence_);
    EXPECT_EQ(loaded->state_hash(), engine->state_hash());
    loaded->verify_invariants();
}

TEST_F(SnapshotFiles, what_an_interrupted_write_left_goes_with_the_old_ones) {
    const auto engine = some_market();
    ASSERT_TRUE(snapshots_.write(*engine, place()));
    const std::string draft = snapshots_.path(sequence_ - 1) + ".new";
    write(draft, {'h', 'a', 'l', 'f'});
    ASSERT_TRUE(snapshots_.prune(1));
    EXPECT_FALSE(fs::exists(draft));
    EXPECT_EQ(snapshots_.list().value(), std::vector{sequence_});
}

TEST_F(SnapshotFiles, show_every_changed_byte) {
    const auto engine = some_market();
    ASSERT_TRUE(snapshots_.write(*engine, place()));
    const std::string path = snapshots_.path(sequence_);
    const std::vector<char> good = read(path);
    const auto untouched = fresh();  // nothing is loaded before everything is checked
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::vector<char> bad = good;
        bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
        write(path, bad);
        const auto loaded = snapshots_.load(sequence_, *untouched);
        ASSERT_FALSE(loaded) << "byte " << at << " of " << good.size();
        ASSERT_NE(loaded.error().message.find(path), std::string::npos);
    }
}

TEST_F(SnapshotFiles, show_every_missing_byte) {
    const auto engine = some_market();
    ASSERT_TRUE(snapshots_.write(*engine, place()));
    const std::string path = snapshots_.path(sequence_);
    const std::vector<char> good = read(path);
    const auto untouched = fresh();
    for (std::size_t size = 0; size < good.size(); ++size) {
        write(path, {good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
        ASSERT_FALSE(snapshots_.load(sequence_, *untouched)) << size << " bytes of " << good.size();
    }
    std::vector<char> longer = good;
    longer.push_back(0);
    write(path, longer);
    EXPECT_FALSE(snapshots_.load(sequence_, *fresh()));
}

TEST_F(SnapshotFiles, of_another_exchange_node_or_place_are_refused) {
    const auto engine = some_market();
    ASSERT_TRUE(snapshots_.write(*engine, place()));
    Snapshots other_cluster(storage_, folder_.string(), {8, 1});
    Snapshots other_node(storage_, folder_.string(), {7, 2});
    EXPECT_NE(other_cluster.load(sequence_, *fresh()).error().message.find("another exchange"),
              std::string::npos);
    EXPECT_NE(other_node.load(sequence_, *fresh()).error().message.find("another exchange"),
              std::string::npos);
    fs::rename(snapshots_.path(sequence_), snapshots_.path(sequence_ + 1));
    EXPECT_FALSE(snapshots_.load(sequence_ + 1, *fresh()));
}

TEST_F(SnapshotFiles, the_newest_good_one_of_this_history_is_used) {
    const auto engine = some_market();
    for (const std::uint64_t sequence : {3, 5, 7, 9})
        ASSERT_TRUE(snapshots_.write(*engine, {sequence, sequence, 0, 100 + sequence}));
    std::vector<char> bytes = read(snapshots_.path(7));
    bytes[200] = static_cast<char>(bytes[200] ^ 1);
    write(snapshots_.path(7), bytes);

    std::vector<std::string> passed_over;
    const auto pick = [&](std::uint64_t last_command, std::uint64_t history) {
        passed_over.clear();
        return engine_from_snapshot(
                   snapshots_, [&] { return fresh(); },
                   {.last_command = last_command, .last_event = last_command},
                   [&](std::uint64_t sequence) { return history + sequence; },
                   [&](const std::string& why) { passed_over.push_back(why); })
            .place.sequence;
    };
    EXPECT_EQ(pick(100, 100), 9u);
    EXPECT_TRUE(passed_over.empty());
    EXPECT_EQ(pick(8, 100), 5u) << "9 is ahead of the log, 7 is damaged";
    EXPECT_EQ(passed_over.size(), 2u);
    EXPECT_EQ(pick(100, 200), 0u) << "the log took another way";
    EXPECT_EQ(passed_over.size(), 4u);

    ASSERT_TRUE(snapshots_.prune(2));
    EXPECT_EQ(snapshots_.list().value(), (std::vector<std::uint64_t>{9, 7}));
}

TEST_F(SnapshotFiles, unfinished_ones_are_removed_up_to_the_newest) {
    const auto engine = some_market();
    ASSERT_TRUE(snapshots_.write(*engine, {5, 5, 0, 105}));
    for (const std::uint64_t sequence : {3, 5, 7})
        write(snapshots_.path(sequence) + ".new", {'h', 'a', 'l', 'f'});
    ASSERT_TRUE(snapshots_.prune(1));
    EXPECT_FALSE(fs::exists(snapshots_.path(3) + ".new"));
    EXPECT_FALSE(fs::exists(snapshots_.path(5) + ".new"));
    EXPECT_TRUE(fs::exists(snapshots_.path(7) + ".new")) << "somebody may be writing it";
    EXPECT_EQ(snapshots_.list().value(), std::vector<std::uint64_t>{5});
}

TEST_F(SnapshotFiles, the_oldest_of_this_history_says_how_far_logs_may_be_shortened) {
    const auto engine = some_market();
    const auto floor = [&](std::uint64_t history) {
        return retention_floor(snapshots_,
                               [&](std::uint64_t sequence) { return history + sequence; });
    };
    EXPECT_EQ(floor(100), (RetentionFloor{0, 0})) << "without a snapshot everything stays";
    for (const std::uint64_t sequence : {5, 7, 9})
        ASSERT_TRUE(snapshots_.write(*engine, {sequence, 3 * sequence, 0, 100 + sequence}));
    EXPECT_EQ(floor(100), (RetentionFloor{5, 0})) << "events: not without the readers' views";
    EXPECT_EQ(floor(200), (RetentionFloor{0, 0})) << "the log took another way";
    event_store::ViewSnapshots views(storage_, folder_.string(), {7, 1});
    ASSERT_TRUE(views.write({7, 21, 0, 0}, {}));
    EXPECT_EQ(floor(100), (RetentionFloor{5, 0})) << "the views of another moment";
    write(views.path(5), {'x'});
    EXPECT_EQ(floor(100), (RetentionFloor{5, 0})) << "a file that cannot be read is none";
    ASSERT_TRUE(views.write({5, 15, 0, 0}, {}));
    EXPECT_EQ(floor(100), (RetentionFloor{5, 15}));
    ASSERT_TRUE(snapshots_.prune(2));
    EXPECT_EQ(floor(100), (RetentionFloor{7, 21}));
    std::vector<char> bytes = read(snapshots_.path(7));
    bytes[30] = static_cast<char>(bytes[30] ^ 1);
    write(snapshots_.path(7), bytes);
    EXPECT_EQ(floor(100), (RetentionFloor{9, 0})) << "a header that cannot be read is none";
    EXPECT_EQ(newest_place(snapshots_).events, 27u);
}

}  // namespace
}  // namespace bw::node
