// The channel `status`, reports of special orders, and cancel on disconnect.
#include "codec/commands.hpp"
#include "gateway/websocket/tests/hub_fixture.hpp"

namespace bw::gateway::websocket {
namespace {

using testing::Frame;
using testing::Frames;
using testing::World;

codec::InstrumentUpdated state_of(std::uint32_t instrument, model::InstrumentState state) {
    codec::InstrumentUpdated event{};
    event.instrument = model::InstrumentId{instrument};
    event.symbol = *model::Symbol::from("SYM" + std::to_string(instrument));
    event.tick_size = model::Price{1}, event.lot_size = model::Quantity{1};
    event.state = state;
    return event;
}

codec::IndicativePrice indicative(std::int64_t price, std::uint64_t volume, std::int64_t surplus) {
    codec::IndicativePrice event{};
    event.instrument = model::InstrumentId{1};
    event.price = model::Price{price}, event.volume = model::Quantity{volume};
    event.surplus = surplus, event.state = model::InstrumentState::opening_auction;
    return event;
}

std::string notice(const Frame& frame, std::size_t at) {
    std::string_view kind;
    EXPECT_EQ(frame.at("notices").at(at)["notice"].get(kind), simdjson::SUCCESS) << frame.text();
    return std::string(kind);
}

std::size_t notices(const Frame& frame) { return simdjson::dom::array(frame.at("notices")).size(); }

std::string status_text(const Frame& frame, std::string_view name) {
    return simdjson::minify(simdjson::dom::element(frame.at("status")[name]));
}

class StatusChannel : public ::testing::Test {
 protected:
    StatusChannel() : id(*world.hub.connect()) {
        EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"status","symbol":"SYM1"})")->type(),
                  "subscribed");
    }
    /// The next frame. Fails the test unless it is the only one.
    std::unique_ptr<Frame> next() {
        Frames frames = world.drain(id);
        EXPECT_EQ(frames.size(), 1u);
        return frames.empty() ? std::make_unique<Frame>("{}") : std::move(frames.front());
    }

    World world;
    ConnectionId id;
};

TEST_F(StatusChannel, begins_with_the_state_and_reports_each_change) {
    const auto snapshot = next();
    EXPECT_EQ(snapshot->type(), "snapshot");
    EXPECT_EQ(status_text(*snapshot, "state"), "\"trading\"");
    EXPECT_EQ(notices(*snapshot), 0u);
    world.writer.write(state_of(1, model::InstrumentState::opening_auction), true);
    auto update = next();
    EXPECT_EQ(update->type(), "update");
    EXPECT_EQ(status_text(*update, "state"), "\"opening_auction\"");
    EXPECT_EQ(notice(*update, 0), "state");
    world.writer.write(state_of(1, model::InstrumentState::opening_auction), true);
    EXPECT_TRUE(world.drain(id).empty()) << "nothing changed";
    world.writer.write(state_of(2, model::InstrumentState::halted), true);
    EXPECT_TRUE(world.drain(id).empty()) << "another instrument";
}

TEST_F(StatusChannel, an_auction_shows_its_indicative_price_here_and_in_the_ticker) {
    const auto ticker = *world.hub.connect();
    (void)world.ask(ticker, R"({"op":"subscribe","channel":"l1","symbol":"SYM1"})");
    (void)world.drain(ticker);
    (void)world.drain(id);
    world.writer.write(state_of(1, model::InstrumentState::opening_auction), true);
    world.writer.write(indicative(12'500, 40, -7), true);
    const auto update = next();
    EXPECT_EQ(notices(*update), 1u) << "an indicative price is not a notice";
    EXPECT_NE(status_text(*update, "indicative").find(R"("price":"1.25")"), std::string::npos);
    const Frames frames = world.drain(ticker);
    const auto shown = simdjson::minify(simdjson::dom::element(frames.back()->at("tickers")));
    EXPECT_NE(shown.find(R"("indicativePrice":"1.25")"), std::string::npos) << shown;
    EXPECT_NE(shown.find(R"("imbalance":"-7")"), std::string::npos) << shown;
    world.writer.write(indicative(model::no_price.value(), 0, 0), true);
    EXPECT_NE(status_text(*next(), "indicative").find(R"("price":null)"), std::string::npos);
    world.writer.write(state_of(1, model::InstrumentState::trading), true);
    EXPECT_EQ(status_text(*next(), "indicative"), "null");
}

TEST_F(StatusChannel, all_notices_of_a_command_are_in_one_update_in_order) {
    (void)world.drain(id);
    codec::AuctionEnded ended{};
    ended.instrument = model::InstrumentId{1}, ended.price = model::Price{100};
    ended.state = model::InstrumentState::closing_auction;
    world.writer.write(ended, false);
    EXPECT_TRUE(world.drain(id).empty()) << "half a command";
    world.writer.write(state_of(1, model::InstrumentState::closed), true);
    const auto update = next();
    ASSERT_EQ(notices(*update), 2u);
    EXPECT_EQ(notice(*update, 0), "auction_ended");
    EXPECT_EQ(notice(*update, 1), "state");
}

TEST_F(StatusChannel, busts_corrections_limits_and_closing_prices_are_announced) {
    (void)world.drain(id);
    codec::TradeBusted busted{};
    busted.instrument = model::InstrumentId{1}, busted.match_number = model::MatchNumber{5};
    world.writer.write(busted, true);
    codec::TradeCorrected corrected{};
    corrected.instrument = model::InstrumentId{1};
    world.writer.write(corrected, true);
    codec::LimitBandsSet bands{};
    bands.instrument = model::InstrumentId{1};
    bands.lower = model::Price{1}, bands.upper = model::Price{2};
    world.writer.write(bands, false);
    codec::LimitStateChanged limit{};
    limit.instrument = model::InstrumentId{1}, limit.entered = 1;
    world.writer.write(limit, true);
    codec::ClosingPrice closing{};
    closing.instrument = model::InstrumentId{1}, closing.price = model::Price{3};
    closing.business_date = 20260131;
    world.writer.write(closing, true);
    const auto update = next();
    ASSERT_EQ(notices(*update), 5u);
    EXPECT_EQ(notice(*update, 0), "trade_busted");
    EXPECT_EQ(notice(*update, 1), "trade_corrected");
    EXPECT_EQ(notice(*update, 2), "limit_bands");
    EXPECT_EQ(notice(*update, 3), "limit_state");
    EXPECT_EQ(notice(*update, 4), "closing_price");
    EXPECT_EQ(status_text(*update, "limitState"), "\"buy\"");
    EXPECT_EQ(status_text(*update, "closingDate"), "\"2026-01-31\"");
}

TEST_F(StatusChannel, begin_and_end_of_scarce_storage_are_reported) {
    EXPECT_EQ(next()->string("storage"), "ample");
    codec::StorageStateSet event{};
    for (const bool scarce : {true, false}) {
        event.scarce = scarce ? 1 : 0;
        world.writer.write(event, true);
        const auto update = next();
        EXPECT_EQ(update->type(), "update");
        EXPECT_EQ(update->string("storage"), scarce ? "scarce" : "ample");
        EXPECT_EQ(notices(*update), 0u);
        world.writer.write(event, true);
        EXPECT_TRUE(world.drain(id).empty()) << "no change";
    }
}

TEST_F(StatusChannel, a_later_snapshot_shows_that_storage_is_scarce) {
    codec::StorageStateSet event{};
    event.scarce = 1;
    world.writer.write(event, true);
    const auto late = *world.hub.connect();
    (void)world.ask(late, R"({"op":"subscribe","channel":"status","symbol":"SYM2"})");
    const Frames frames = world.drain(late);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames.front()->string("storage"), "scarce");
}

TEST_F(StatusChannel, a_reader_far_behind_gets_a_new_snapshot) {
    (void)world.drain(id);
    for (int i = 0; i < 150; ++i)
        world.writer.write(state_of(1, i % 2 == 0 ? model::InstrumentState::halted
                                                  : model::InstrumentState::trading),
                           true);
    const auto snapshot = next();
    EXPECT_EQ(snapshot->type(), "snapshot");
    EXPECT_EQ(snapshot->number("sequence"), 2u);
    EXPECT_EQ(snapshot->number("dropped"), 50u);
    EXPECT_EQ(notices(*snapshot), 100u);
}

TEST_F(StatusChannel, a_new_symbol_is_announced_and_can_be_subscribed) {
    (void)world.drain(id);
    auto renamed = state_of(1, model::InstrumentState::trading);
    renamed.symbol = *model::Symbol::from("NEWCO");
    world.writer.write(renamed, true);
    const auto update = next();
    EXPECT_EQ(notice(*update, 0), "symbol");
    EXPECT_EQ(update->string("symbol"), "NEWCO");
    EXPECT_EQ(update->string("previousSymbol"), "SYM1");
    const auto other = *world.hub.connect();
    EXPECT_EQ(
        world.ask(other, R"({"op":"subscribe","channel":"l2","symbol":"SYM1"})")->number("code"),
        6009u);
    EXPECT_EQ(world.ask(other, R"({"op":"subscribe","channel":"l2","symbol":"NEWCO"})")->type(),
              "subscribed");
}

/// A client of every public channel of one symbol.
class Renames : public ::testing::Test {
 protected:
    Renames() : id(*world.hub.connect()) {
        world.run(20);
        for (const std::string& channel : channels())
            EXPECT_EQ(world.ask(id, ask("subscribe", channel, "SYM1"))->type(), "subscribed");
        (void)world.drain(id);
    }
    static std::vector<std::string> channels() {
        return {R"("l1")", R"("l2")", R"("trades")", R"("status")",
                R"("candles","resolution":"1m")"};
    }
    static std::string ask(const std::string& op, const std::string& channel,
                           const std::string& symbol) {
        return R"({"op":")" + op + R"(","channel":)" + channel + R"(,"symbol":")" + symbol + "\"}";
    }
    void rename(const std::string& symbol) {
        auto event = state_of(1, model::InstrumentState::trading);
        event.symbol = *model::Symbol::from(symbol);
        world.writer.write(event, true);
    }
    void list(std::uint32_t instrument, const std::string& symbol) {
        auto event = state_of(instrument, model::InstrumentState::trading);
        event.symbol = *model::Symbol::from(symbol);
        world.writer.write(event, true);
    }

    World world;
    ConnectionId id;
};

TEST_F(Renames, every_channel_says_so_once_even_without_other_news) {
    rename("NEWCO");
    const Frames frames = world.drain(id);
    ASSERT_EQ(frames.size(), channels().size());
    for (const auto& frame : frames) {
        EXPECT_EQ(frame->type(), "update") << frame->text();
        EXPECT_EQ(frame->string("symbol"), "NEWCO") << frame->text();
        EXPECT_EQ(frame->string("previousSymbol"), "SYM1") << frame->text();
        EXPECT_EQ(frame->number("sequence"), frame->number("previousSequence") + 1);
    }
    world.writer.write(state_of(2, model::InstrumentState::halted), true);
    EXPECT_TRUE(world.drain(id).empty());
}

TEST_F(Renames, a_slow_reader_learns_the_symbol_that_it_knew) {
    rename("SECOND");
    rename("THIRD");
    for (const auto& frame : world.drain(id)) {
        EXPECT_EQ(frame->string("symbol"), "THIRD") << frame->text();
        EXPECT_EQ(frame->string("previousSymbol"), "SYM1") << frame->text();
    }
}

TEST_F(Renames, the_old_symbol_is_the_next_instruments_that_has_it) {
    rename("NEWCO");
    (void)world.drain(id);
    EXPECT_EQ(world.ask(id, ask("subscribe", R"("trades")", "SYM1"))->number("code"), 6009u);
    EXPECT_EQ(world.ask(id, ask("unsubscribe", R"("trades")", "SYM1"))->type(), "error");
    list(3, "SYM1");
    EXPECT_TRUE(world.drain(id).empty()) << "it was never subscribed to";
    for (const std::string& channel : channels()) {
        EXPECT_EQ(world.ask(id, ask("subscribe", channel, "SYM1"))->type(), "subscribed");
        EXPECT_EQ(world.ask(id, ask("subscribe", channel, "NEWCO"))->number("code"), 6010u);
    }
    for (const auto& frame : world.drain(id)) {
        EXPECT_EQ(frame->string("symbol"), "SYM1") << frame->text();
        EXPECT_FALSE(frame->has("previousSymbol")) << frame->text();
        EXPECT_EQ(frame->type(), "snapshot");
    }
    for (const char* symbol : {"SYM1", "NEWCO"})
        EXPECT_EQ(world.ask(id, ask("unsubscribe", R"("trades")", symbol))->string("symbol"),
                  symbol);
}

TEST_F(Renames, the_subscriber_of_all_tickers_gets_a_list_of_them) {
    const auto all = *world.hub.connect();
    (void)world.ask(all, R"({"op":"subscribe","channel":"l1","symbol":"*"})");
    const Frames first = world.drain(all);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_FALSE(first[0]->has("renames"));
    rename("NEWCO");
    const Frames second = world.drain(all);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(simdjson::minify(second[0]->at("renames")),
              R"([{"before":"SYM1","symbol":"NEWCO"}])");
    EXPECT_EQ(second[0]->string("symbol"), "*");
    EXPECT_FALSE(second[0]->has("previousSymbol"));
}

TEST_F(Renames, a_delisted_instrument_has_a_last_frame_and_no_subscriptions) {
    world.writer.write(state_of(1, model::InstrumentState::delisted), true);
    std::size_t ended = 0;
    for (const auto& frame : world.drain(id)) {
        if (frame->type() != "unsubscribed") continue;
        ++ended;
        EXPECT_EQ(frame->string("symbol"), "SYM1");
        EXPECT_EQ(frame->string("reason"), "delisted");
    }
    EXPECT_EQ(ended, channels().size());
    EXPECT_EQ(world.ask(id, ask("unsubscribe", R"("l1")", "SYM1"))->type(), "error");
    list(3, "SYM1");
    EXPECT_TRUE(world.drain(id).empty());
    EXPECT_EQ(world.ask(id, ask("subscribe", R"("l1")", "SYM1"))->type(), "subscribed");
    EXPECT_EQ(world.drain(id).at(0)->type(), "snapshot");
}

TEST(TradesChannel, a_trade_of_an_auction_has_no_taker) {
    World world;
    const auto id = *world.hub.connect();
    (void)world.ask(id, R"({"op":"subscribe","channel":"trades","symbol":"SYM1"})");
    (void)world.drain(id);
    codec::TradeExecuted trade{};
    trade.instrument = model::InstrumentId{1}, trade.kind = model::TradeKind::auction;
    trade.match_number = model::MatchNumber{1};
    world.writer.write(trade, true);
    const std::string shown = world.drain(id).front()->text();
    EXPECT_NE(shown.find(R"("takerSide":null,"kind":"auction","state":"regular")"),
              std::string::npos)
        << shown;
}

// --- reports
// -------------------------------------------------------------------------------------------------

class Reports : public ::testing::Test {
 protected:
    std::vector<std::string> of(std::uint32_t account, std::string_view channel) {
        const auto id = *world.hub.connect();
        world.authenticate(id, account);
        (void)world.ask(id, std::string(R"({"op":"subscribe","fromSequence":1,"channel":")") +
                                std::string(channel) + "\"}");
        std::vector<std::string> texts;
        for (const auto& frame : world.drain(id)) texts.push_back(frame->text());
        return texts;
    }
    static bool has(const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    }
    World world;
};

TEST_F(Reports, the_owner_gets_conditions_triggers_and_refreshes) {
    codec::OrderConditions conditions{};
    conditions.account = model::AccountId{3}, conditions.instrument = model::InstrumentId{1};
    conditions.order_id = model::OrderId{8}, conditions.stop_price = model::Price{5};
    world.writer.write(conditions, true);
    codec::OrderTriggered triggered{};
    triggered.account = model::AccountId{3}, triggered.instrument = model::InstrumentId{1};
    triggered.order_id = model::OrderId{8}, triggered.stop_price = model::Price{5};
    world.writer.write(triggered, true);
    codec::OrderRefreshed refreshed{};
    refreshed.account = model::AccountId{3}, refreshed.instrument = model::InstrumentId{1};
    refreshed.order_id = model::OrderId{9}, refreshed.displayed = model::Quantity{4};
    world.writer.write(refreshed, true);
    codec::PositionAdjusted adjusted{};
    adjusted.account = model::AccountId{3}, adjusted.instrument = model::InstrumentId{1};
    adjusted.total = model::Quantity{40};
    world.writer.write(adjusted, true);
    codec::KillSwitchSet set{};
    set.scope = model::KillScope::account, set.id = 3, set.on = 1, set.cancelled = 2;
    world.writer.write(set, true);
    const auto reports = of(3, "orders");
    ASSERT_EQ(reports.size(), 5u);
    EXPECT_TRUE(has(reports[0], R"("report":"conditions")")) << reports[0];
    EXPECT_TRUE(has(reports[0], R"("displayQuantity":null,"stopPrice":"0.0005")")) << reports[0];
    EXPECT_TRUE(has(reports[1], R"("report":"triggered")")) << reports[1];
    EXPECT_TRUE(has(reports[2], R"("displayed":"4")")) << reports[2];
    EXPECT_TRUE(has(reports[3], R"("report":"position_adjusted")")) << reports[3];
    EXPECT_TRUE(has(reports[4], R"("report":"kill_switch","on":true,"cancelled":2)")) << reports[4];
    EXPECT_TRUE(of(4, "orders").empty());
    EXPECT_TRUE(of(3, "executions").empty());
}

TEST_F(Reports, buyer_and_seller_get_busts_and_corrections) {
    codec::TradeBusted busted{};
    busted.buyer = model::AccountId{3}, busted.seller = model::AccountId{4};
    busted.instrument = model::InstrumentId{1}, busted.match_number = model::MatchNumber{6};
    busted.buyer_fee = model::Money{10'000}, busted.seller_fee = model::Money{-20'000};
    world.writer.write(busted, true);
    codec::TradeCorrected corrected{};
    corrected.buyer = model::AccountId{3}, corrected.seller = model::AccountId{4};
    corrected.instrument = model::InstrumentId{1}, corrected.match_number = model::MatchNumber{7};
    world.writer.write(corrected, true);
    for (const char* channel : {"orders", "executions"}) {
        const auto buyer = of(3, channel), seller = of(4, channel);
        ASSERT_EQ(buyer.size(), 2u);
        ASSERT_EQ(seller.size(), 2u);
        EXPECT_TRUE(has(buyer[0], R"("side":"buy")") && has(buyer[0], R"("feeReturned":"1")"))
            << buyer[0];
        EXPECT_TRUE(has(seller[0], R"("side":"sell")") && has(seller[0], R"("feeReturned":"-2")"))
            << seller[0];
        EXPECT_TRUE(has(seller[1], R"("report":"trade_corrected")")) << seller[1];
    }
}

// --- cancel on disconnect
// -------------------------------------------------------------------------------------------------

constexpr std::string_view enable = R"({"op":"cancel_on_disconnect","enabled":true,"id":4})";

class CancelOnDisconnect : public ::testing::Test {
 protected:
    ConnectionId client(std::uint32_t account) {
        const ConnectionId id = *world.hub.connect();
        world.authenticate(id, account);
        const auto reply = world.ask(id, enable);
        EXPECT_EQ(reply->text(), R"({"type":"cancel_on_disconnect","id":4,"enabled":true})");
        return id;
    }
    codec::MassCancel sent(std::size_t at) {
        codec::MassCancel command{};
        EXPECT_EQ(codec::decode(std::span<const std::byte>(world.ring.sent.at(at)), command),
                  codec::DecodeError::none);
        return command;
    }
    World world;
};

TEST_F(CancelOnDisconnect, all_orders_of_the_account_are_cancelled_once) {
    const auto id = client(7);
    world.hub.disconnect(id);
    world.hub.disconnect(id);
    (void)world.hub.ready();
    ASSERT_EQ(world.ring.sent.size(), 1u);
    EXPECT_EQ(sent(0).account, model::AccountId{7});
    EXPECT_EQ(sent(0).instrument, model::InstrumentId{0});
    EXPECT_EQ(sent(0).side, model::SideSelection::both);
    EXPECT_EQ(sent(0).request_id, model::make_request_id(1, 0))
        << "no request waits for the answer";
}

TEST_F(CancelOnDisconnect, is_sent_later_when_the_ring_is_full) {
    const auto first = client(7), second = client(8);
    world.ring.full = true;
    world.hub.disconnect(first);
    world.hub.disconnect(second);
    (void)world.hub.ready();
    EXPECT_TRUE(world.ring.sent.empty());
    world.ring.full = false;
    (void)world.hub.ready();
    ASSERT_EQ(world.ring.sent.size(), 2u);
    EXPECT_EQ(sent(0).account, model::AccountId{7});
    EXPECT_EQ(sent(1).account, model::AccountId{8});
}

TEST_F(CancelOnDisconnect, happens_only_while_it_is_enabled) {
    const auto id = client(7);
    EXPECT_EQ(world.ask(id, R"({"op":"cancel_on_disconnect","enabled":false})")->type(),
              "cancel_on_disconnect");
    world.hub.disconnect(id);
    const auto other = *world.hub.connect();
    world.authenticate(other, 8);
    world.hub.disconnect(other);
    EXPECT_TRUE(world.ring.sent.empty());
}

TEST_F(CancelOnDisconnect, does_not_happen_when_the_exchange_closes) {
    const auto id = client(7);
    world.hub.stop();
    world.hub.disconnect(id);
    EXPECT_TRUE(world.ring.sent.empty());
}

TEST_F(CancelOnDisconnect, needs_an_account_and_a_flag) {
    const auto id = *world.hub.connect();
    EXPECT_EQ(world.ask(id, enable)->number("code"), 6013u);
    EXPECT_EQ(world.ask(id, R"({"op":"cancel_on_disconnect"})")->number("code"), 6005u);
    EXPECT_EQ(world.ask(id, R"({"op":"cancel_on_disconnect","enabled":1})")->number("code"), 6006u);
    (void)world.ask(
        id,
        R"({"op":"authenticate","keyId":"ops","timestamp":"1","nonce":"1","signature":"good"})");
    EXPECT_EQ(world.ask(id, enable)->number("code"), 6014u);
}

}  // namespace
}  // namespace bw::gateway::websocket
