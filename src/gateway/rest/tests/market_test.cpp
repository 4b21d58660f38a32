// Routes for special orders and for operators of the market: the command that is sent, and the
// answer.
#include "gateway/rest/tests/world.hpp"

namespace bw::gateway::rest::testing {
namespace {

class MarketApi : public ::testing::Test {
 protected:
    MarketApi() {
        world.writer.write(instrument_event(1, "ACME"));
        world.writer.write(account_event(1, "alpha"));
        world.writer.write(cash_event(1, 100'000'000));
        world.writer.write(shares_event(1, 1, 1'000));
        trader = world.trader(1);
    }

    /// Sends a request as an operator and returns the command that was sent.
    template <class Command>
    Command sent(std::string_view method, std::string_view path, std::string_view body = {},
                 std::uint32_t number = 1) {
        const auto refused = world.ask(world.operations(number), method, path, {}, body);
        EXPECT_FALSE(refused) << refused->body();
        if (!world.ring.sent.empty())
            world.commands[world.commands.size() + 1] = world.ring.front();
        return world.ring.take<Command>();
    }
    /// The number under which the command sent last is kept.
    [[nodiscard]] model::SequenceNumber number() const {
        return model::SequenceNumber{world.commands.size()};
    }
    int code(std::string_view method, std::string_view path, std::string_view body) {
        const auto reply = world.ask(world.operations(), method, path, {}, body);
        if (reply) return static_cast<int>(reply->number("/code"));
        ADD_FAILURE() << path << " was sent: " << body;
        return 0;
    }

    World world;
    access::Key trader;
    const std::string instrument = "/v1/operator/instruments/ACME";
};

// --- special orders
// -------------------------------------------------------------------------------------------------

TEST_F(MarketApi, every_condition_of_an_order_reaches_the_exchange) {
    const auto entered = [this](std::string_view more) {
        const auto refused = world.ask(
            trader, "POST", "/v1/order", {},
            R"({"symbol":"ACME","side":"sell","quantity":"10",)" + std::string(more) + "}");
        EXPECT_FALSE(refused) << refused->body();
        return world.ring.take<codec::NewOrder>();
    };
    auto order =
        entered(R"("type":"stop_limit","price":"99","stopPrice":"98.5","timeInForce":"gtc")");
    EXPECT_EQ(order.order_type, model::OrderType::stop_limit);
    EXPECT_EQ(order.stop_price, model::Price{985'000});
    order = entered(R"("type":"trailing_stop","offset":"0.5")");
    EXPECT_EQ(order.order_type, model::OrderType::trailing_stop);
    EXPECT_EQ(order.offset, model::Price{5'000});
    EXPECT_EQ(order.price, model::no_price);
    order = entered(R"("type":"pegged","price":"99","peg":"midpoint")");
    EXPECT_EQ(order.peg, model::PegKind::midpoint);
    order = entered(R"("type":"limit","price":"99","displayQuantity":"3","postOnly":true)");
    EXPECT_EQ(order.display_quantity, model::Quantity{3});
    EXPECT_EQ(order.instructions, 1);
    EXPECT_EQ(order.peg, model::PegKind::none);
    order = entered(R"("type":"limit","price":"99","hidden":true)");
    EXPECT_EQ(order.instructions, 2);
    order = entered(R"("type":"market","timeInForce":"at_close")");
    EXPECT_EQ(order.time_in_force, model::TimeInForce::at_close);
    order = entered(R"("type":"stop","stopPrice":"98","timeInForce":"day")");
    EXPECT_EQ(order.order_type, model::OrderType::stop);
}

TEST_F(MarketApi, an_order_shows_its_conditions_and_what_it_waits_for) {
    EXPECT_FALSE(world.ask(
        trader, "POST", "/v1/order", {},
        R"({"symbol":"ACME","side":"sell","quantity":"10","type":"trailing_stop","offset":"2"})"));
    const auto command = world.ring.take<codec::NewOrder>();
    world.writer.write(accepted_event(command, 1), false);
    codec::OrderConditions conditions{};
    conditions.order_id = model::OrderId{1}, conditions.offset = command.offset;
    conditions.stop_price = model::Price{980'000};
    world.writer.write(conditions);
    const Reply order = world.answer("POST", "/v1/order");
    EXPECT_EQ(order.status(), 201);
    EXPECT_EQ(order.text("/stopPrice"), "98");
    EXPECT_EQ(order.text("/offset"), "2");
    EXPECT_EQ(order.text("/waitsFor"), "trigger");
    EXPECT_FALSE(order.flag("/triggered"));
    EXPECT_TRUE(order.is_null("/displayQuantity"));
    codec::OrderTriggered triggered{};
    triggered.order_id = model::OrderId{1}, triggered.stop_price = model::Price{990'000};
    world.writer.write(triggered);
    const Reply later = *world.ask(trader, "GET", "/v1/order/1");
    EXPECT_TRUE(later.flag("/triggered"));
    EXPECT_TRUE(later.is_null("/waitsFor"));
    EXPECT_EQ(later.text("/stopPrice"), "99");
}

TEST_F(MarketApi, a_pegged_order_waits_while_its_reference_does_not_exist) {
    codec::NewOrder command{};
    command.account = model::AccountId{1}, command.instrument = model::InstrumentId{1};
    command.order_type = model::OrderType::pegged, command.peg = model::PegKind::midpoint;
    command.price = model::Price{990'000}, command.quantity = model::Quantity{1};
    world.writer.write(accepted_event(command, 1), false);
    codec::OrderConditions conditions{};
    conditions.order_id = model::OrderId{1}, conditions.peg = model::PegKind::midpoint;
    world.writer.write(conditions);
    const auto waits = [this] {
        const Reply order = *world.ask(trader, "GET", "/v1/order/1");
        return order.is_null("/waitsFor") ? std::string("nothing") : order.text("/waitsFor");
    };
    EXPECT_EQ(waits(), "market");
    command.order_type = model::OrderType::limit;
    world.writer.write(accepted_event(command, 2));
    EXPECT_EQ(waits(), "market") << "the middle needs both sides";
    command.side = model::Side::sell, command.price = model::Price{1'000'000};
    world.writer.write(accepted_event(command, 3));
    EXPECT_EQ(waits(), "nothing");
    auto halted = instrument_event(1, "ACME");
    halted.state = model::InstrumentState::halted;
    world.writer.write(halted);
    EXPECT_EQ(waits(), "market");
}

// --- phases and rules
// -------------------------------------------------------------------------------------------------

TEST_F(MarketApi, a_change_of_phase_is_answered_with_the_instrument_whatever_came_first) {
    const auto command =
        sent<codec::SetInstrumentState>("PUT", instrument + "/state", R"({"state":"trading"})");
    EXPECT_EQ(command.instrument, model::InstrumentId{1});
    EXPECT_EQ(command.state, model::InstrumentState::trading);
    EXPECT_EQ(command.reason, model::HaltReason::none);
    codec::AuctionEnded ended{};  // the first that names the request
    ended.request_id = command.request_id, ended.instrument = model::InstrumentId{1};
    ended.price = model::Price{1'005'000}, ended.volume = model::Quantity{7};
    ended.state = model::InstrumentState::opening_auction;
    world.writer.write(ended, false);
    auto updated = instrument_event(1, "ACME");
    updated.request_id = command.request_id;
    world.writer.write(updated);
    const Reply reply = world.answer("PUT", instrument + "/state");
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.text("/state"), "trading");
    EXPECT_EQ(reply.text("/lastAuction/price"), "100.5");
    EXPECT_EQ(reply.text("/lastAuction/state"), "opening_auction");
}

TEST_F(MarketApi, phases_are_spelled_as_the_schema_does) {
    using enum model::InstrumentState;
    for (const auto state : {trading, halted, closed, pre_open, opening_auction, volatility_auction,
                             closing_auction, post_close}) {
        const std::string body = R"({"state":")" + std::string(name_of(state)) + "\"}";
        EXPECT_EQ(sent<codec::SetInstrumentState>("PUT", instrument + "/state", body).state, state);
        const auto market =
            sent<codec::SetInstrumentState>("PUT", "/v1/operator/market/state", body);
        EXPECT_EQ(market.state, state);
        EXPECT_EQ(market.instrument, model::InstrumentId{0});
        EXPECT_EQ(market.reason,
                  state == halted ? model::HaltReason::operational : model::HaltReason::none);
    }
    EXPECT_EQ(code("PUT", instrument + "/state", R"({"state":"delisted"})"), 1106);
    EXPECT_EQ(code("PUT", instrument + "/state", R"({"state":"halted","reason":"boredom"})"), 1106);
    EXPECT_EQ(
        sent<codec::SetInstrumentState>("PUT", instrument + "/state",
                                        R"({"state":"halted","reason":"limit_up_limit_down"})")
            .reason,
        model::HaltReason::limit_up_limit_down);
}

TEST_F(MarketApi, the_whole_market_answers_with_how_many_changed) {
    const auto trip =
        sent<codec::TripBreaker>("POST", "/v1/operator/market/circuitBreaker", R"({"level":3})");
    EXPECT_EQ(trip.level, 3);
    auto updated = instrument_event(1, "ACME");
    updated.request_id = trip.request_id;
    world.writer.write(updated, false);
    codec::MarketStateSet set{};
    set.request_id = trip.request_id, set.changed = 1, set.level = 3;
    set.state = model::InstrumentState::closed, set.reason = model::HaltReason::market_wide;
    world.writer.write(set);
    EXPECT_EQ(world.answer("POST", "/v1/operator/market/circuitBreaker").body(),
              R"({"state":"closed","reason":"market_wide","changed":1,"level":3})");

    const auto publish = sent<codec::PublishIndicative>("POST", "/v1/operator/market/indicative");
    codec::IndicativesPublished published{};
    published.request_id = publish.request_id, published.published = 4;
    world.writer.write(published);
    EXPECT_EQ(world.answer("POST", "/v1/operator/market/indicative").body(), R"({"published":4})");

    const auto end =
        sent<codec::EndDay>("POST", "/v1/operator/market/endDay", R"({"date":"2026-01-01"})");
    EXPECT_EQ(end.business_date, 20260101u);
    codec::ClosingPrice closing{};
    closing.request_id = end.request_id, closing.instrument = model::InstrumentId{1};
    closing.price = model::Price{1'000'000}, closing.business_date = 20260101;
    world.writer.write(closing, false);
    codec::DayEnded ended{};
    ended.request_id = end.request_id, ended.business_date = 20260101;
    world.writer.write(ended);
    EXPECT_EQ(world.answer("POST", "/v1/operator/market/endDay").body(),
              R"({"date":"2026-01-01"})");
    EXPECT_EQ(code("POST", "/v1/operator/market/endDay", R"({"date":"31.1.2026"})"), 1106);
    EXPECT_EQ(code("POST", "/v1/operator/market/endDay", R"({"date":"2026-01-03"})"), 2211);
    const auto early =
        sent<codec::EndDayEarly>("POST", "/v1/operator/market/endDay", R"({"date":"2026-01-02"})");
    EXPECT_EQ(early.business_date, 20260102u);
    EXPECT_NE(early.operator_id, 0u);
    EXPECT_EQ(code("POST", "/v1/operator/market/endDay", "{}"), 1103);
    EXPECT_EQ(world.ask("GET", "/marketdata/status", "symbol=ACME")->text("/closing/date"),
              "2026-01-01");
}

TEST_F(MarketApi, bands_quotes_and_allocation_are_sent_as_given) {
    const auto bands = sent<codec::SetPriceBands>("PUT", instrument + "/priceBands",
                                                  R"({"staticPpm":50000,"dynamicPpm":0})");
    EXPECT_EQ(bands.static_band, model::Ppm{50'000});
    const auto limits = sent<codec::SetLimitBands>("PUT", instrument + "/limitBands",
                                                   R"({"lower":"95","upper":"105"})");
    EXPECT_EQ(limits.lower, model::Price{950'000});
    EXPECT_EQ(limits.upper, model::Price{1'050'000});
    EXPECT_EQ(sent<codec::SetLimitBands>("PUT", instrument + "/limitBands",
                                         R"({"lower":null,"upper":null})")
                  .upper,
              model::Price{0});
    const auto quote = sent<codec::SetReferenceQuote>("PUT", instrument + "/referenceQuote",
                                                      R"({"bid":"99.99","ask":"100.01"})");
    EXPECT_EQ(quote.ask, model::Price{1'000'100});
    const auto lead =
        sent<codec::SetAllocation>("PUT", instrument + "/allocation",
                                   R"({"policy":"lead","leadAccount":"1","leadSharePpm":400000})");
    EXPECT_EQ(lead.allocation, model::Allocation::lead);
    EXPECT_EQ(lead.lead_account, model::AccountId{1});
    EXPECT_EQ(lead.lead_share, model::Ppm{400'000});
    EXPECT_EQ(code("PUT", instrument + "/allocation", R"({"policy":"fair"})"), 1106);
    EXPECT_EQ(code("PUT", instrument + "/priceBands", R"({"staticPpm":-1,"dynamicPpm":0})"), 1104);
    EXPECT_EQ(world
                  .ask(world.operations(), "PUT", "/v1/operator/instruments/NONE/priceBands", {},
                       R"({"staticPpm":1,"dynamicPpm":0})")
                  ->status(),
              404);
}

TEST_F(MarketApi, a_tick_table_has_at_most_four_rows_of_two_decimals) {
    const auto table = sent<codec::SetTickTable>(
        "PUT", instrument + "/tickTable",
        R"({"rows":[{"fromPrice":"10","tick":"0.05"},{"tick":"0.1","fromPrice":"50"}]})");
    EXPECT_EQ(table.rows, 2u);
    EXPECT_EQ(table.from_price_2, model::Price{500'000});
    EXPECT_EQ(table.tick_2, model::Price{1'000});
    EXPECT_EQ(table.from_price_3, model::Price{0});
    EXPECT_EQ(sent<codec::SetTickTable>("PUT", instrument + "/tickTable", R"({"rows":[]})").rows,
              0u);
    const std::string row = R"({"fromPrice":"1","tick":"1"})";
    for (const std::string& rows :
         {"[" + row + "," + row + "," + row + "," + row + "," + row + "]", std::string("[1]"),
          std::string(R"([{"fromPrice":"1"}])"), std::string(R"([{"fromPrice":"1","tick":1}])"),
          std::string(R"([{"fromPrice":"1","tick":"1","more":"1"}])"),
          std::string(R"([{"fromPrice":"1","fromPrice":"1"}])"),
          std::string(R"([{"fromPrice":"1","tick":"0.00001"}])")})
        EXPECT_EQ(code("PUT", instrument + "/tickTable", R"({"rows":)" + rows + "}"), 1106) << rows;
    EXPECT_EQ(code("PUT", instrument + "/tickTable", R"({"rows":{}})"), 1104);
    EXPECT_EQ(code("PUT", instrument + "/tickTable", "{}"), 1103);
}

TEST_F(MarketApi, a_pause_is_about_the_current_limit_state_by_default) {
    codec::LimitStateChanged limit{};
    limit.instrument = model::InstrumentId{1}, limit.entered = 1;
    limit.command_sequence = model::SequenceNumber{4711};
    world.writer.write(limit);
    EXPECT_EQ(sent<codec::PauseOnLimitState>("POST", instrument + "/limitPause").since,
              model::SequenceNumber{4711});
    EXPECT_EQ(
        sent<codec::PauseOnLimitState>("POST", instrument + "/limitPause", R"({"since":"12"})")
            .since,
        model::SequenceNumber{12});
}

TEST_F(MarketApi, corporate_actions_are_sent_as_given) {
    EXPECT_EQ(sent<codec::ChangeSymbol>("PUT", instrument + "/symbol", R"({"symbol":"NEWCO"})")
                  .symbol.view(),
              "NEWCO");
    const auto split = sent<codec::SplitShares>("POST", instrument + "/split",
                                                R"({"numerator":3,"denominator":2})");
    EXPECT_EQ(split.numerator, 3u);
    EXPECT_EQ(split.denominator, 2u);
    EXPECT_EQ(sent<codec::Delist>("POST", instrument + "/delist").instrument,
              model::InstrumentId{1});
}

TEST_F(MarketApi, fees_have_tiers_and_may_be_rebates) {
    const auto fees = sent<codec::SetFees>("PUT", "/v1/operator/fees",
                                           R"({"tier":2,"makerPpm":-15,"takerPpm":30})");
    EXPECT_EQ(fees.maker, model::FeeRate{-15});
    EXPECT_EQ(fees.tier, 2u);
    EXPECT_EQ(fees.auction, model::FeeRate{0});
    codec::FeesChanged changed{};
    changed.request_id = fees.request_id, changed.tier = 2;
    changed.maker = fees.maker, changed.taker = fees.taker;
    world.writer.write(changed);
    EXPECT_EQ(world.answer("PUT", "/v1/operator/fees").body(),
              R"({"tier":2,"makerPpm":-15,"takerPpm":30,"auctionPpm":0})");
    EXPECT_EQ(code("PUT", "/v1/operator/fees", R"({"makerPpm":-1000001,"takerPpm":0})"), 1106);
    EXPECT_EQ(code("PUT", "/v1/operator/fees", R"({"makerPpm":"1","takerPpm":0})"), 1104);
    EXPECT_EQ(code("PUT", "/v1/operator/fees", R"({"makerPpm":-9223372036854775808,"takerPpm":0})"),
              1106);
    EXPECT_EQ(
        world.ask(world.operations(), "GET", "/v1/operator/fees")->number("/tiers/2/takerPpm"),
        30u);
    const auto tier =
        sent<codec::SetAccountFeeTier>("PUT", "/v1/operator/accounts/1/feeTier", R"({"tier":2})");
    EXPECT_EQ(tier.tier, 2u);
    EXPECT_EQ(
        sent<codec::OpenAccount>("POST", "/v1/operator/accounts", R"({"reference":"x","firm":9})")
            .firm,
        9u);
}

// --- two operators
// -------------------------------------------------------------------------------------------------

TEST_F(MarketApi, the_operator_is_that_of_the_key) {
    const std::string market = R"({"scope":"market"})";
    EXPECT_EQ(sent<codec::KillSwitch>("POST", "/v1/operator/killSwitches", market, 1).operator_id,
              1u);
    EXPECT_EQ(sent<codec::KillSwitch>("POST", "/v1/operator/killSwitches", market, 2).operator_id,
              2u);
    EXPECT_EQ(sent<codec::BustTrade>("POST", "/v1/operator/trades/5/bust", {}, 2).operator_id, 2u);
    EXPECT_EQ(
        sent<codec::CorrectTrade>("POST", "/v1/operator/trades/5/correction", R"({"price":"1"})", 2)
            .operator_id,
        2u);
    EXPECT_EQ(sent<codec::Approve>("POST", "/v1/operator/proposals/3/approval", {}, 2).operator_id,
              2u);
    for (const char* name : {"operator", "operatorId", "operator_id"})
        EXPECT_EQ(code("POST", "/v1/operator/killSwitches",
                       R"({"scope":"market",")" + std::string(name) + R"(":2})"),
                  1102);
    EXPECT_EQ(world.ask(trader, "POST", "/v1/operator/killSwitches", {}, market)->status(), 403);
    EXPECT_EQ(world.ask(trader, "POST", "/v1/operator/proposals/3/approval")->status(), 403);
    EXPECT_EQ(world.ask(world.operations(), "POST", "/v1/operator/trades/x/bust")->number("/code"),
              1107u);
}

TEST_F(MarketApi, newer_rules_are_a_proposal_and_their_version_is_in_the_status) {
    const std::string path = "/v1/operator/market/ruleSet";
    const auto set = sent<codec::SetRuleSet>("POST", path, R"({"version":2})", 2);
    EXPECT_EQ(set.rule_set, model::RuleSet::version_2);
    EXPECT_EQ(set.operator_id, 2u);
    codec::ProposalMade made{};
    made.request_id = set.request_id, made.proposal = 1, made.operator_id = 2;
    made.command_sequence = number(), made.command_template = codec::SetRuleSet::template_id;
    world.writer.write(made);
    const Reply proposal = world.answer("POST", path);
    EXPECT_EQ(proposal.status(), 202);
    EXPECT_EQ(proposal.text("/kind"), "ruleSet");
    EXPECT_EQ(proposal.number("/version"), 2u);
    for (const char* body : {R"({})", R"({"version":"2"})", R"({"version":70000})"})
        EXPECT_GE(code("POST", path, body), 1103) << body;
    EXPECT_EQ(world.ask(trader, "POST", path, {}, R"({"version":2})")->status(), 403);

    codec::RuleSetChanged decided{};
    decided.rule_set = model::RuleSet::version_2;
    world.writer.write(decided);
    Reply status = *world.ask("GET", "/v1/status");
    EXPECT_EQ(status.number("/ruleSet/inForce"), 1u);
    EXPECT_EQ(status.number("/ruleSet/next"), 2u);
    decided.in_force = 1;
    world.writer.write(decided);
    status = *world.ask("GET", "/v1/status");
    EXPECT_EQ(status.number("/ruleSet/inForce"), 2u);
}

TEST_F(MarketApi, an_operator_cannot_say_that_an_auction_is_extended) {
    EXPECT_EQ(code("PUT", "/v1/operator/instruments/ACME/state",
                   R"({"state":"opening_auction","reason":"extended"})"),
              1106);
}

TEST_F(MarketApi, a_kill_switch_is_for_an_account_a_firm_or_the_market) {
    const std::string path = "/v1/operator/killSwitches";
    const auto set = sent<codec::KillSwitch>("POST", path, R"({"scope":"account","account":"1"})");
    EXPECT_EQ(set.scope, model::KillScope::account);
    EXPECT_EQ(set.id, 1u);
    EXPECT_EQ(sent<codec::KillSwitch>("POST", path, R"({"scope":"firm","firm":7})").id, 7u);
    EXPECT_EQ(code("POST", path, R"({"scope":"account"})"), 1103);
    EXPECT_EQ(code("POST", path, R"({"scope":"market","firm":7})"), 1106);
    EXPECT_EQ(code("POST", path, R"({"scope":"firm","firm":7,"account":"1"})"), 1106);
    EXPECT_EQ(code("POST", path, R"({"scope":"account","account":"4294967296"})"), 2002);

    codec::OrderCancelled cancelled{};  // what was set comes last
    EXPECT_FALSE(
        world.ask(world.operations(2), "POST", path, {}, R"({"scope":"account","account":"1"})"));
    const auto command = world.ring.take<codec::KillSwitch>();
    codec::NewOrder order{};
    order.account = model::AccountId{1}, order.instrument = model::InstrumentId{1};
    order.side = model::Side::sell, order.quantity = model::Quantity{1};
    world.writer.write(accepted_event(order, 1));
    cancelled.request_id = command.request_id, cancelled.order_id = model::OrderId{1};
    cancelled.account = model::AccountId{1}, cancelled.instrument = model::InstrumentId{1};
    cancelled.side = model::Side::sell, cancelled.quantity = model::Quantity{1};
    cancelled.reason = model::CancelReason::kill_switch;
    world.writer.write(cancelled, false);
    codec::KillSwitchSet done{};
    done.request_id = command.request_id, done.id = 1, done.operator_id = 2, done.on = 1;
    done.cancelled = 1, done.scope = model::KillScope::account;
    world.writer.write(done);
    const Reply reply = world.answer("POST", path);
    EXPECT_EQ(reply.status(), 201);
    EXPECT_EQ(reply.body(),
              R"({"scope":"account","account":"1","on":true,"operator":2,"cancelled":1})");
    const Reply list = *world.ask(world.operations(), "GET", path);
    EXPECT_EQ(list.text("/killSwitches/0/account"), "1");
    EXPECT_EQ(list.number("/killSwitches/0/operator"), 2u);
}

TEST_F(MarketApi, a_proposal_waits_and_the_answer_to_its_approval_shows_it) {
    const auto bust = sent<codec::BustTrade>("POST", "/v1/operator/trades/5/bust", {}, 2);
    EXPECT_EQ(bust.match_number, model::MatchNumber{5});
    codec::ProposalMade made{};
    made.request_id = bust.request_id, made.proposal = 3, made.operator_id = 2;
    made.command_sequence = number(), made.command_template = codec::BustTrade::template_id;
    world.writer.write(made);
    const Reply proposal = world.answer("POST", "/v1/operator/trades/5/bust");
    EXPECT_EQ(proposal.status(), 202);
    EXPECT_EQ(proposal.text("/kind"), "bust");
    EXPECT_EQ(proposal.text("/matchNumber"), "5");
    EXPECT_EQ(proposal.number("/proposedBy"), 2u);
    EXPECT_EQ(
        world.ask(world.operations(), "GET", "/v1/operator/proposals")->text("/proposals/0/id"),
        "3");

    const auto approval = sent<codec::Approve>("POST", "/v1/operator/proposals/3/approval");
    EXPECT_EQ(approval.proposal, 3u);
    codec::TradeBusted busted{};
    busted.request_id = approval.request_id, busted.command_sequence = number();
    busted.match_number = model::MatchNumber{5};
    busted.buyer = busted.seller = model::AccountId{1}, busted.instrument = model::InstrumentId{1};
    world.writer.write(busted);
    const Reply approved = world.answer("POST", "/v1/operator/proposals/3/approval");
    EXPECT_EQ(approved.status(), 200);
    EXPECT_EQ(approved.number("/approvedBy"), 1u);
    EXPECT_EQ(approved.text("/proposal/matchNumber"), "5");
    EXPECT_EQ(world.ask(world.operations(), "GET", "/v1/operator/proposals")->body(),
              R"({"proposals":[]})");
}

TEST_F(MarketApi, only_operators_see_the_lead_market_maker) {
    codec::AllocationSet set{};
    set.instrument = model::InstrumentId{1}, set.allocation = model::Allocation::lead;
    set.lead_account = model::AccountId{1}, set.lead_share = model::Ppm{300'000};
    world.writer.write(set);
    EXPECT_EQ(world.ask(world.operations(), "GET", instrument)->text("/allocation/leadAccount"),
              "1");
    const Reply everyone = *world.ask("GET", "/v1/instruments");
    EXPECT_EQ(everyone.number("/instruments/0/allocation/leadSharePpm"), 300'000u);
    EXPECT_FALSE(everyone.has("/instruments/0/allocation/leadAccount"));
}

}  // namespace
}  // namespace bw::gateway::rest::testing
