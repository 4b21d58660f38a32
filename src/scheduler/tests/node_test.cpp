// The scheduler on a real node: its commands go through ring, sequencer and log into the engine,
// and days pass in moments.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "calendar/load.hpp"
#include "model/rules.hpp"
#include "node/node.hpp"
#include "scheduler/phase_scheduler.hpp"
#include "scheduler/tests/small_venue.hpp"

namespace bw::scheduler::tests {
namespace {

class Folder {
 public:
    Folder() : path_((std::filesystem::temp_directory_path() / "scheduler-node-XXXXXX").string()) {
        EXPECT_NE(mkdtemp(path_.data()), nullptr);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

/// Commands that the test gives, from a ring of its own.
class Operator {
 public:
    explicit Operator(node::Node& node) : port_(node.ring(0)) {}
    template <class Message>
    void ask(Message message) {
        message.request_id = model::make_request_id(1, ++requests_);
        codec::Frame<Message> frame;
        frame.body = message;
        ASSERT_TRUE(port_.try_send(codec::bytes_of(frame)));
    }

 private:
    sequencer::RingPort port_;
    std::uint64_t requests_ = 0;
};

class RealVenue {
 public:
    explicit RealVenue(std::uint64_t now_ns) : random_(test_seed()) {
        clock.now_ns = now_ns;
        options_.store.directory = folder_.path() + "/data";
        options_.store.shared_directory = folder_.path();
        options_.store.mode = event_store::Durability::memory;
        options_.store.segment_bytes = event_store::min_segment_bytes;
        options_.gateways = 2;
        options_.day_end_ns.reset();
        options_.first_rules = model::newest_rule_set;
        open();
    }
    ~RealVenue() {
        if (node_) node_->close();
    }

    void open() {
        auto node = node::Node::open(options_, clock);
        ASSERT_TRUE(node) << node.error().message;
        node_ = std::move(*node);
        people = std::make_unique<Operator>(*node_);
        port_ = std::make_unique<sequencer::RingPort>(node_->ring(1));
        auto events = node_->store().open_reader(event_store::LogKind::events, 1);
        ASSERT_TRUE(events);
        events_ = std::move(*events);
        const auto venue = calendar::load_venue(BW_SOURCE_DIR "/config/calendar-xnys-like.toml");
        ASSERT_TRUE(venue);
        scheduler_ = std::make_unique<PhaseScheduler>(
            *port_, clock, random_, SchedulerOptions{venue->calendar, venue->automatics});
        seen = {};
        read();
    }
    void restart_at(std::uint64_t now_ns) {
        scheduler_.reset();
        events_.reset();
        node_->close();
        node_.reset();
        clock.now_ns = now_ns;
        open();
        settle();
    }
    void settle() {
        for (int turns = 0; turns < 10'000; ++turns) {
            std::size_t done = node_->do_work() + node_->store().do_background_work();
            done += read() + scheduler_->do_work();
            if (done == 0 && node_->idle() && !scheduler_->is_waiting()) return;
        }
        FAIL() << "does not come to rest";
    }
    void run_until(std::uint64_t moment_ns, std::uint64_t step_ns = second_ns) {
        while (clock.now_ns < moment_ns) {
            clock.now_ns = std::min(clock.now_ns + step_ns, moment_ns);
            settle();
            if (::testing::Test::HasFatalFailure()) return;
        }
    }

    /// What the events say.
    struct Seen {
        InstrumentState state = trading;
        HaltReason reason = HaltReason::none;
        std::vector<InstrumentState> states;
        std::vector<codec::AuctionEnded> auctions;
        std::vector<codec::TradeExecuted> trades;
        std::vector<codec::LimitBandsSet> bands;
        std::vector<std::uint32_t> days;
        std::size_t indicatives = 0;
        std::vector<codec::CommandRejected> refused;
    } seen;

    ManualClock clock;
    std::unique_ptr<Operator> people;

 private:
    std::size_t read() {
        std::size_t count = 0;
        while (const event_store::RecordView* record = events_->poll()) {
            scheduler_->apply(*record);
            codec::visit<codec::AllEvents>(record->message,
                                           [this](const auto& event) { on(event); });
            ++count;
        }
        EXPECT_EQ(events_->error(), "");
        return count;
    }
    void on(const codec::InstrumentUpdated& event) {
        if (seen.states.empty() || seen.state != event.state) seen.states.push_back(event.state);
        seen.state = event.state;
        seen.reason = event.reason;
    }
    void on(const codec::AuctionEnded& event) { seen.auctions.push_back(event); }
    void on(const codec::TradeExecuted& event) { seen.trades.push_back(event); }
    void on(const codec::LimitBandsSet& event) { seen.bands.push_back(event); }
    void on(const codec::DayEnded& event) { seen.days.push_back(event.business_date); }
    void on(const codec::IndicativePrice&) { ++seen.indicatives; }
    void on(const codec::CommandRejected& event) { seen.refused.push_back(event); }
    template <class Event>
    void on(const Event&) {}

    Folder folder_;
    SeededRandom random_;
    node::Node::Options options_;
    std::unique_ptr<node::Node> node_;
    std::unique_ptr<sequencer::RingPort> port_;
    std::unique_ptr<event_store::LogReader> events_;
    std::unique_ptr<PhaseScheduler> scheduler_;
};

const calendar::TradingDay day =
    *calendar::load_venue(BW_SOURCE_DIR "/config/calendar-xnys-like.toml")
         ->calendar.day(
             std::chrono::sys_days{std::chrono::year{2026} / std::chrono::November / 24});

std::uint64_t at(InstrumentState state) { return day.change_to(state).at_ns; }

void list_and_fund(RealVenue& venue) {
    codec::ConfigureInstrument list{};
    list.symbol = *model::Symbol::from("ACME");
    list.currency = *model::Currency::from("USD");
    list.tick_size = model::Price{100};
    list.lot_size = model::Quantity{1};
    list.reference_price = model::Price{1'000'000};
    list.max_order_quantity = model::max_quantity;
    list.max_order_value = model::unlimited_money;
    venue.people->ask(list);
    for (const char* name : {"buyer", "seller"}) {
        codec::OpenAccount open{};
        open.reference = *model::ClientOrderId::from(name);
        venue.people->ask(open);
    }
    codec::MoveCash cash{};
    cash.amount = model::Money{100'000'000'000};
    cash.account = model::AccountId{1};
    cash.currency = list.currency;
    venue.people->ask(cash);
    codec::MoveShares shares{};
    shares.quantity = 1'000;
    shares.account = model::AccountId{2};
    shares.instrument = model::InstrumentId{1};
    venue.people->ask(shares);
    venue.settle();
}

void order(RealVenue& venue, model::Side side, std::uint64_t quantity, std::int64_t price,
           model::TimeInForce time_in_force = model::TimeInForce::day) {
    codec::NewOrder order{};
    order.account = model::AccountId{side == model::Side::buy ? 1u : 2u};
    order.instrument = model::InstrumentId{1};
    order.side = side;
    order.quantity = model::Quantity{quantity};
    order.price = model::Price{price};
    order.time_in_force = time_in_force;
    venue.people->ask(order);
    venue.settle();
}

TEST(SchedulerOnANode, a_day_opens_by_auction_trades_closes_by_auction_and_ends) {
    RealVenue venue(day.opens().at_ns - 60 * second_ns);
    list_and_fund(venue);
    EXPECT_EQ(venue.seen.state, closed);
    venue.run_until(at(opening_auction) + second_ns, 60 * second_ns);
    order(venue, model::Side::buy, 100, 1'010'000);
    order(venue, model::Side::sell, 60, 990'000);
    venue.run_until(at(trading) - 1);
    EXPECT_TRUE(venue.seen.trades.empty());
    venue.run_until(at(trading) + 31 * second_ns);
    ASSERT_EQ(venue.seen.auctions.size(), 1u);
    EXPECT_EQ(venue.seen.auctions[0].volume, model::Quantity{60});
    EXPECT_GT(venue.seen.indicatives, 250u);
    ASSERT_EQ(venue.seen.bands.size(), 1u);
    EXPECT_EQ(venue.seen.trades.back().kind, model::TradeKind::auction);

    order(venue, model::Side::sell, 10, 1'010'000);
    EXPECT_EQ(venue.seen.trades.back().kind, model::TradeKind::continuous);
    venue.run_until(at(closing_auction) + second_ns, 60 * second_ns);
    EXPECT_EQ(venue.seen.state, closing_auction);
    order(venue, model::Side::sell, 20, 1'005'000);
    venue.run_until(at(post_close) + 31 * second_ns);
    ASSERT_EQ(venue.seen.auctions.size(), 2u);
    EXPECT_EQ(venue.seen.auctions[1].volume, model::Quantity{20});
    venue.run_until(day.end_ns + second_ns, 60 * second_ns);
    EXPECT_EQ(venue.seen.days, std::vector{20261124u});
    EXPECT_EQ(venue.seen.states, (std::vector{trading, closed, pre_open, opening_auction, trading,
                                              closing_auction, post_close, closed}));
    EXPECT_TRUE(venue.seen.refused.empty());
}

TEST(SchedulerOnANode, an_auction_outside_the_price_bands_is_extended_once) {
    RealVenue venue(day.opens().at_ns - 60 * second_ns);
    list_and_fund(venue);
    codec::SetPriceBands bands{};
    bands.instrument = model::InstrumentId{1};
    bands.static_band = model::Ppm{50'000};
    venue.people->ask(bands);
    venue.run_until(at(opening_auction) + second_ns, 60 * second_ns);
    order(venue, model::Side::buy, 10, 1'400'000);
    order(venue, model::Side::sell, 10, 1'380'000);
    venue.run_until(at(trading) + 31 * second_ns);
    EXPECT_EQ(venue.seen.state, opening_auction);
    EXPECT_EQ(venue.seen.reason, HaltReason::extended);
    EXPECT_TRUE(venue.seen.trades.empty());
    venue.run_until(at(trading) + 290 * second_ns);
    EXPECT_EQ(venue.seen.state, opening_auction);
    venue.run_until(at(trading) + 370 * second_ns);
    EXPECT_EQ(venue.seen.state, trading);
    ASSERT_EQ(venue.seen.trades.size(), 1u);
    EXPECT_EQ(venue.seen.trades[0].price, model::Price{1'380'000});
    EXPECT_TRUE(venue.seen.refused.empty());
}

TEST(SchedulerOnANode, a_limit_state_pauses_and_reopens_by_auction) {
    RealVenue venue(day.opens().at_ns - 60 * second_ns);
    list_and_fund(venue);
    venue.run_until(at(trading) + 60 * second_ns, 2 * second_ns);
    ASSERT_EQ(venue.seen.bands.size(), 1u);
    order(venue, model::Side::buy, 10, venue.seen.bands[0].upper.value());
    venue.run_until(at(trading) + 74 * second_ns);
    EXPECT_EQ(venue.seen.state, trading);
    venue.run_until(at(trading) + 77 * second_ns);
    EXPECT_EQ(venue.seen.state, halted);
    EXPECT_EQ(venue.seen.reason, HaltReason::limit_up_limit_down);
    ASSERT_EQ(venue.seen.bands.size(), 2u);  // the auction is free of them
    EXPECT_EQ(venue.seen.bands[1].upper, model::Price{0});
    venue.run_until(at(trading) + 380 * second_ns);
    EXPECT_EQ(venue.seen.state, volatility_auction);
    order(venue, model::Side::sell, 10, 1'040'000);
    venue.run_until(at(trading) + 720 * second_ns);
    EXPECT_EQ(venue.seen.state, trading);
    EXPECT_EQ(venue.seen.trades.back().kind, model::TradeKind::auction);
    EXPECT_EQ(venue.seen.bands.size(), 3u);
    EXPECT_TRUE(venue.seen.refused.empty());
}

TEST(SchedulerOnANode, days_missed_are_ended_after_a_restart_and_the_market_opens_late_by_auction) {
    RealVenue venue(day.opens().at_ns - 60 * second_ns);
    list_and_fund(venue);
    venue.run_until(at(trading) + 60 * second_ns, 2 * second_ns);
    order(venue, model::Side::buy, 10, 1'000'000, model::TimeInForce::gtc);
    order(venue, model::Side::buy, 10, 1'000'000);
    venue.restart_at(at(trading) + 86'400 * second_ns + 3'600 * second_ns);
    EXPECT_EQ(venue.seen.days, std::vector{20261124u});
    EXPECT_EQ(venue.seen.state, opening_auction);
    order(venue, model::Side::sell, 30, 1'000'000);
    venue.run_until(venue.clock.now_ns + 331 * second_ns);
    EXPECT_EQ(venue.seen.state, trading);
    ASSERT_FALSE(venue.seen.auctions.empty());
    EXPECT_EQ(venue.seen.auctions.back().volume, model::Quantity{10});  // the day order is gone
    EXPECT_TRUE(venue.seen.refused.empty());
}

}  // namespace
}  // namespace bw::scheduler::tests
