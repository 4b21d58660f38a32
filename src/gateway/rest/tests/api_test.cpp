// The API from request to answer, with a script in place of the engine.
#include "gateway/rest/tests/world.hpp"

#include <fstream>

namespace bw::gateway::rest::testing {
namespace {

constexpr std::string_view limit_buy =
    R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"10","price":"100.5","clientOrderId":"a-1"})";

class RestApi : public ::testing::Test {
 protected:
    RestApi() {
        world.writer.write(instrument_event(1, "ACME"));
        world.writer.write(account_event(1, "alpha"));
        world.writer.write(account_event(2, "beta"));
        world.writer.write(cash_event(1, 100'000'000));
        world.writer.write(shares_event(2, 1, 500));
        first = world.trader(1);
        second = world.trader(2);
    }

    /// Enters an order and accepts it as `id`.
    Reply enter(const session::Key& key, std::string_view body, std::uint64_t id) {
        EXPECT_FALSE(world.ask(key, "POST", "/v1/order", {}, body));
        world.writer.write(accepted_event(world.ring.take<codec::NewOrder>(), id));
        return world.answer("POST", "/v1/order");
    }

    World world;
    session::Key first, second;
};

TEST_F(RestApi, an_accepted_order_is_answered_with_its_state) {
    const Reply reply = enter(first, limit_buy, 1);
    EXPECT_EQ(reply.status(), 201);
    EXPECT_EQ(reply.text("/id"), "1");
    EXPECT_EQ(reply.text("/clientOrderId"), "a-1");
    EXPECT_EQ(reply.text("/price"), "100.5");
    EXPECT_EQ(reply.text("/remainingQuantity"), "10");
    EXPECT_EQ(reply.text("/filledQuantity"), "0");
    EXPECT_EQ(reply.text("/status"), "new");
    EXPECT_EQ(reply.text("/timeInForce"), "day");
    EXPECT_EQ(reply.text("/creationTime"), "2026-01-01T00:00:02.000000000Z");
    EXPECT_FALSE(reply.header("RateLimit").empty());
    const Reply account = *world.ask(first, "GET", "/v1/account");
    EXPECT_EQ(account.text("/cash/0/held"), "1005");
    EXPECT_EQ(account.text("/cash/0/available"), "8995");
}

TEST_F(RestApi, the_answer_waits_for_the_last_event_of_the_command) {
    enter(second, R"({"symbol":"ACME","side":"sell","type":"limit","quantity":"4","price":"100"})",
          1);
    EXPECT_FALSE(world.ask(first, "POST", "/v1/order", {}, limit_buy));
    const auto command = world.ring.take<codec::NewOrder>();
    world.writer.write(accepted_event(command, 2), false);
    EXPECT_TRUE(world.completed.find(world.token) == world.completed.end());
    codec::TradeExecuted trade{};
    trade.match_number = model::MatchNumber{1};
    trade.maker_order = model::OrderId{1}, trade.taker_order = model::OrderId{2};
    trade.price = model::Price{1'000'000}, trade.quantity = model::Quantity{4};
    trade.taker_remaining = model::Quantity{6};
    trade.buyer_hold_released = *model::notional(model::Price{1'005'000}, model::Quantity{4});
    trade.maker_account = model::AccountId{2}, trade.taker_account = model::AccountId{1};
    trade.instrument = model::InstrumentId{1};
    world.writer.write(trade);
    const Reply reply = world.answer("POST", "/v1/order");
    EXPECT_EQ(reply.text("/status"), "partially_filled");
    EXPECT_EQ(reply.text("/filledQuantity"), "4");
    EXPECT_EQ(reply.text("/executions/0/id"), "3");
    EXPECT_EQ(reply.text("/executions/0/liquidity"), "taker");
    const Reply executions = *world.ask(second, "GET", "/v1/execution", "symbol=ACME&orderId=1");
    EXPECT_EQ(executions.text("/executions/0/id"), "2");
    EXPECT_EQ(executions.text("/executions/0/side"), "sell");
    EXPECT_FALSE(world.ask(second, "GET", "/v1/execution", "startTime=2027-01-01T00:00:00Z")
                     ->has("/executions/0"));
    EXPECT_EQ(world.ask("GET", "/marketdata/trades", "symbol=ACME")->text("/trades/0/price"),
              "100");
    EXPECT_EQ(world.ask("GET", "/marketdata/orderBook/L2", "symbol=ACME&depth=1")
                  ->text("/bids/0/quantity"),
              "6");
    EXPECT_EQ(world.ask("GET", "/marketdata/candles", "symbol=ACME&resolution=1m")
                  ->text("/candles/0/volume"),
              "4");
}

TEST_F(RestApi, a_refusal_carries_the_stable_code) {
    EXPECT_FALSE(world.ask(first, "POST", "/v1/order", {}, limit_buy));
    const auto command = world.ring.take<codec::NewOrder>();
    codec::CommandRejected rejected{};
    rejected.request_id = command.request_id;
    rejected.order_id = model::OrderId{1};
    rejected.account = command.account, rejected.instrument = command.instrument;
    rejected.command_template = codec::NewOrder::template_id;
    rejected.reason = model::RejectReason::price_off_tick;
    rejected.client_order_id = command.client_order_id;
    world.writer.write(rejected);
    const Reply reply = world.answer("POST", "/v1/order");
    EXPECT_EQ(reply.status(), 422);
    EXPECT_EQ(reply.number("/code"), 2204u);
    EXPECT_EQ(reply.text("/orderId"), "1");
    const Reply order = *world.ask(first, "GET", "/v1/order/1");
    EXPECT_EQ(order.text("/status"), "rejected");
    EXPECT_EQ(order.number("/rejectCode"), 2204u);
    EXPECT_TRUE(order.is_null("/quantity"));
}

TEST_F(RestApi, a_repeated_client_order_id_is_answered_with_the_first_result) {
    enter(first, limit_buy, 1);
    const auto repeat = [this](model::RejectReason reason) {
        EXPECT_FALSE(world.ask(first, "POST", "/v1/order", {}, limit_buy));
        codec::DuplicateAnswered duplicate{};
        duplicate.request_id = world.ring.take<codec::NewOrder>().request_id;
        duplicate.first_id = 1;
        duplicate.account = model::AccountId{1};
        duplicate.command_template = codec::NewOrder::template_id;
        duplicate.first_reason = reason;
        world.writer.write(duplicate);
        return world.answer("POST", "/v1/order");
    };
    const Reply again = repeat(model::RejectReason::none);
    EXPECT_EQ(again.status(), 200);
    EXPECT_TRUE(again.has("/duplicate"));
    EXPECT_EQ(again.text("/id"), "1");
    const Reply refused = repeat(model::RejectReason::insufficient_cash);
    EXPECT_EQ(refused.status(), 422);
    EXPECT_EQ(refused.number("/code"), 2401u);
    EXPECT_TRUE(refused.has("/duplicate"));
}

TEST_F(RestApi, cancels_its_own_order_only) {
    enter(first, limit_buy, 1);
    EXPECT_FALSE(world.ask(second, "DELETE", "/v1/order/1"));
    const auto anothers =
        world.ring
            .take<codec::CancelOrder>();  // answered by the engine, as if the order were not there
    EXPECT_EQ(anothers.account, model::AccountId{2});
    codec::CommandRejected unknown{};
    unknown.request_id = anothers.request_id, unknown.order_id = anothers.order_id,
    unknown.account = anothers.account;
    unknown.command_template = codec::CancelOrder::template_id,
    unknown.reason = model::RejectReason::unknown_order;
    world.writer.write(unknown);
    const Reply refused = world.answer("DELETE", "/v1/order/1");
    EXPECT_EQ(refused.status(), 404);
    EXPECT_EQ(refused.number("/code"), 2003u);
    EXPECT_EQ(world.ask(second, "GET", "/v1/order/1")->status(), 404);
    EXPECT_TRUE(world.ring.sent.empty());
    EXPECT_FALSE(world.ask(first, "DELETE", "/v1/order/1"));
    const auto command = world.ring.take<codec::CancelOrder>();
    EXPECT_EQ(command.account, model::AccountId{1});
    codec::OrderCancelled cancelled{};
    cancelled.request_id = command.request_id, cancelled.order_id = command.order_id,
    cancelled.account = command.account;
    cancelled.instrument = model::InstrumentId{1}, cancelled.quantity = model::Quantity{10};
    cancelled.hold_released = *model::notional(model::Price{1'005'000}, model::Quantity{10});
    world.writer.write(cancelled);
    const Reply reply = world.answer("DELETE", "/v1/order/1");
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.text("/status"), "cancelled");
    EXPECT_EQ(reply.text("/cancelReason"), "requested");
    EXPECT_EQ(reply.text("/cancelledQuantity"), "10");
    EXPECT_FALSE(world.ask(first, "GET", "/v1/orders", "status=open")->has("/orders/0"));

    EXPECT_FALSE(world.ask(first, "DELETE", "/v1/order/1"));
    codec::CommandRejected closed{};
    closed.request_id = world.ring.take<codec::CancelOrder>().request_id;
    closed.command_template = codec::CancelOrder::template_id,
    closed.reason = model::RejectReason::order_closed;
    world.writer.write(closed);
    EXPECT_EQ(world.answer("DELETE", "/v1/order/1").status(), 409);
}

TEST_F(RestApi, an_order_carries_its_instructions_to_the_engine_and_back) {
    EXPECT_FALSE(world.ask(
        first, "POST", "/v1/order", {},
        R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"10","price":"1","timeInForce":"gtd",
                               "expireDate":"2026-03-31","postOnly":true})"));
    const auto resting = world.ring.take<codec::NewOrder>();
    EXPECT_EQ(resting.time_in_force, model::TimeInForce::gtd);
    EXPECT_EQ(resting.expire_date, 20260331u);
    EXPECT_EQ(resting.instructions, static_cast<std::uint8_t>(model::Instruction::post_only));
    EXPECT_EQ(resting.min_quantity, model::Quantity{0});
    world.writer.write(accepted_event(resting, 1));
    const Reply reply = world.answer("POST", "/v1/order");
    EXPECT_EQ(reply.text("/timeInForce"), "gtd");
    EXPECT_EQ(reply.text("/expireDate"), "2026-03-31");
    EXPECT_TRUE(reply.flag("/postOnly"));
    EXPECT_FALSE(world.ask(
        first, "POST", "/v1/order", {},
        R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"10","price":"1","timeInForce":"ioc","minQuantity":"4"})"));
    const auto taking = world.ring.take<codec::NewOrder>();
    EXPECT_EQ(taking.min_quantity, model::Quantity{4});
    EXPECT_EQ(taking.expire_date, 0u);
    EXPECT_EQ(taking.instructions, 0u);
    world.writer.write(accepted_event(taking, 2), false);
    codec::OrderCancelled cancelled{};
    cancelled.order_id = model::OrderId{2}, cancelled.account = model::AccountId{1},
    cancelled.instrument = model::InstrumentId{1};
    cancelled.quantity = model::Quantity{10},
    cancelled.hold_released = accepted_event(taking, 2).hold;
    cancelled.reason = model::CancelReason::minimum_quantity;
    world.writer.write(cancelled);
    const Reply unfilled = world.answer("POST", "/v1/order");
    EXPECT_EQ(unfilled.status(), 201);
    EXPECT_EQ(unfilled.text("/cancelReason"), "minimum_quantity");
    EXPECT_TRUE(unfilled.is_null("/expireDate"));
    EXPECT_FALSE(unfilled.flag("/postOnly"));
}

TEST_F(RestApi, amends_price_and_total_quantity) {
    enter(first, limit_buy, 1);
    const auto amend = [this](std::string_view body) {
        EXPECT_FALSE(world.ask(first, "PATCH", "/v1/order/1", {}, body));
        return world.ring.take<codec::AmendOrder>();
    };
    const auto less = amend(R"({"quantity":"6"})");
    EXPECT_EQ(less.order_id, model::OrderId{1});
    EXPECT_EQ(less.account, model::AccountId{1});
    EXPECT_EQ(less.price, model::no_price);
    EXPECT_EQ(less.quantity, model::Quantity{6});
    codec::OrderReduced reduced{};
    reduced.request_id = less.request_id, reduced.order_id = less.order_id,
    reduced.account = less.account;
    reduced.instrument = model::InstrumentId{1}, reduced.reduced_by = model::Quantity{4},
    reduced.remaining = model::Quantity{6};
    reduced.hold_released = *model::notional(model::Price{1'005'000}, model::Quantity{4});
    world.writer.write(reduced);
    Reply reply = world.answer("PATCH", "/v1/order/1");
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.text("/quantity"), "6");
    EXPECT_EQ(reply.text("/status"), "new");

    const auto dearer = amend(R"({"price":"101"})");
    EXPECT_EQ(dearer.price, model::Price{1'010'000});
    EXPECT_EQ(dearer.quantity, model::Quantity{6}) << "the total as it is";
    codec::OrderReplaced replaced{};
    replaced.request_id = dearer.request_id, replaced.order_id = dearer.order_id,
    replaced.account = dearer.account;
    replaced.instrument = model::InstrumentId{1}, replaced.price = dearer.price,
    replaced.remaining = model::Quantity{6};
    replaced.hold = *model::notional(dearer.price, replaced.remaining);
    world.writer.write(replaced);
    reply = world.answer("PATCH", "/v1/order/1");
    EXPECT_EQ(reply.text("/price"), "101");
    EXPECT_EQ(world.ask(first, "GET", "/v1/account")->text("/cash/0/held"), "606");

    const auto nothing_left = amend(R"({"quantity":"1","price":"102"})");
    codec::OrderCancelled cancelled{};
    cancelled.request_id = nothing_left.request_id, cancelled.order_id = nothing_left.order_id,
    cancelled.account = nothing_left.account;
    cancelled.instrument = model::InstrumentId{1}, cancelled.quantity = model::Quantity{6},
    cancelled.hold_released = replaced.hold;
    cancelled.reason = model::CancelReason::reduced_to_zero;
    world.writer.write(cancelled);
    EXPECT_EQ(world.answer("PATCH", "/v1/order/1").text("/cancelReason"), "reduced_to_zero");

    codec::CommandRejected closed{};
    closed.request_id = amend(R"({"price":"9"})").request_id;
    closed.command_template = codec::AmendOrder::template_id,
    closed.reason = model::RejectReason::order_closed;
    world.writer.write(closed);
    EXPECT_EQ(world.answer("PATCH", "/v1/order/1").status(), 409);
}

TEST_F(RestApi, an_amendment_of_another_s_order_is_one_of_none) {
    enter(first, limit_buy, 1);
    const Reply none = *world.ask(second, "PATCH", "/v1/order/77", {}, R"({"price":"1"})");
    EXPECT_EQ(none.status(), 404);
    EXPECT_EQ(world.ask(second, "PATCH", "/v1/order/1", {}, R"({"price":"1"})")->body(),
              none.body());
    EXPECT_EQ(
        world.ask(second, "PATCH", "/v1/order/0", {}, R"({"price":"1","quantity":"1"})")->status(),
        404);
    EXPECT_TRUE(world.ring.sent.empty());
    EXPECT_FALSE(world.ask(second, "PATCH", "/v1/order/1", {}, R"({"quantity":"1"})"));
    EXPECT_EQ(world.ring.take<codec::AmendOrder>().account, model::AccountId{2})
        << "the engine refuses it";
    EXPECT_EQ(world.ask(first, "PATCH", "/v1/order/x", {}, R"({"quantity":"1"})")->number("/code"),
              1107u);
    EXPECT_EQ(world.ask(first, "PATCH", "/v1/order/1", {}, "{}")->number("/code"), 1103u);
}

TEST_F(RestApi, mass_cancels_name_what_they_closed) {
    for (std::uint64_t id = 1; id <= 3; ++id)
        enter(second,
              R"({"symbol":"ACME","side":"sell","type":"limit","quantity":"1","price":"100"})", id);
    const auto finish = [this](const codec::MassCancel& command,
                               std::initializer_list<std::uint64_t> ids) {
        for (const std::uint64_t id : ids) {
            codec::OrderCancelled cancelled{};
            cancelled.request_id = command.request_id, cancelled.order_id = model::OrderId{id},
            cancelled.account = command.account;
            cancelled.instrument = model::InstrumentId{1}, cancelled.quantity = model::Quantity{1},
            cancelled.side = model::Side::sell;
            cancelled.reason = model::CancelReason::mass_cancel;
            world.writer.write(cancelled, false);
        }
        codec::MassCancelled done{};
        done.request_id = command.request_id, done.account = command.account,
        done.instrument = command.instrument;
        done.side = command.side, done.cancelled = static_cast<std::uint32_t>(ids.size());
        world.writer.write(done);
    };
    codec::MassCancel anothers{};
    anothers.account = model::AccountId{2};
    finish(anothers, {1});  // sent by another gateway
    EXPECT_FALSE(world.ask(second, "DELETE", "/v1/orders", "symbol=ACME&side=sell"));
    auto command = world.ring.take<codec::MassCancel>();
    EXPECT_EQ(command.account, model::AccountId{2});
    EXPECT_EQ(command.instrument, model::InstrumentId{1});
    EXPECT_EQ(command.side, model::SideSelection::sell);
    finish(command, {3, 2});
    Reply reply = world.answer("DELETE", "/v1/orders");
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.body(), R"({"cancelled":2,"orders":["3","2"]})");
    EXPECT_EQ(world.ask(second, "GET", "/v1/order/2")->text("/cancelReason"), "mass_cancel");

    EXPECT_FALSE(world.ask(world.operations(), "DELETE", "/v1/operator/accounts/2/orders"));
    command = world.ring.take<codec::MassCancel>();
    EXPECT_EQ(command.account, model::AccountId{2});
    EXPECT_EQ(command.instrument, model::InstrumentId{0});
    EXPECT_EQ(command.side, model::SideSelection::both);
    finish(command, {});
    EXPECT_EQ(world.answer("DELETE", "/v1/operator/accounts/2/orders").body(),
              R"({"cancelled":0,"orders":[]})");

    EXPECT_EQ(world.ask(second, "DELETE", "/v1/orders", "symbol=NONE")->status(), 404);
    EXPECT_EQ(world.ask(second, "DELETE", "/v1/orders", "side=both")->number("/code"), 1107u);
    EXPECT_EQ(world.ask(second, "DELETE", "/v1/orders", "symbl=ACME")->number("/code"), 1107u)
        << "not everything for a slip of the pen";
    EXPECT_EQ(world.ask(world.operations(), "DELETE", "/v1/operator/accounts/9/orders")->status(),
              404);
    EXPECT_TRUE(world.ring.sent.empty());
}

TEST_F(RestApi, a_mass_cancel_of_very_many_names_the_first_thousand) {
    constexpr std::uint64_t count = 1'005;
    codec::NewOrder order{};
    order.account = model::AccountId{2}, order.instrument = model::InstrumentId{1},
    order.side = model::Side::sell;
    order.price = model::Price{1'000'000}, order.quantity = model::Quantity{1};
    world.writer.write(shares_event(2, 1, count));
    for (std::uint64_t id = 1; id <= count; ++id) world.writer.write(accepted_event(order, id));
    EXPECT_FALSE(world.ask(second, "DELETE", "/v1/orders"));
    codec::OrderCancelled cancelled{};
    cancelled.request_id = world.ring.take<codec::MassCancel>().request_id,
    cancelled.account = order.account;
    cancelled.instrument = order.instrument, cancelled.quantity = order.quantity,
    cancelled.side = order.side;
    cancelled.reason = model::CancelReason::mass_cancel;
    for (std::uint64_t id = 1; id <= count; ++id) {
        cancelled.order_id = model::OrderId{id};
        world.writer.write(cancelled, false);
    }
    codec::MassCancelled done{};
    done.account = order.account, done.cancelled = count;
    world.writer.write(done);
    const Reply reply = world.answer("DELETE", "/v1/orders");
    EXPECT_EQ(reply.number("/cancelled"), count);
    EXPECT_EQ(reply.text("/orders/999"), "1000");
    EXPECT_FALSE(reply.has("/orders/1000"));
}

TEST_F(RestApi, an_operator_sets_self_trade_prevention) {
    const session::Key ops = world.operations();
    const std::string path = "/v1/operator/accounts/1/selfTradePrevention";
    EXPECT_EQ(world.ask(first, "GET", "/v1/account")->text("/selfTradePrevention/mode"), "none");
    const std::pair<const char*, model::SelfTradePrevention> modes[] = {
        {"cancel_newest", model::SelfTradePrevention::cancel_newest},
        {"cancel_oldest", model::SelfTradePrevention::cancel_oldest},
        {"cancel_both", model::SelfTradePrevention::cancel_both},
        {"decrement", model::SelfTradePrevention::decrement}};
    for (const auto& [word, mode] : modes) {
        EXPECT_FALSE(world.ask(ops, "PUT", path, {},
                               R"({"group":4294967295,"mode":")" + std::string(word) + "\"}"));
        const auto command = world.ring.take<codec::SetSelfTradePrevention>();
        EXPECT_EQ(command.mode, mode);
        EXPECT_EQ(command.group, UINT32_MAX);
        EXPECT_EQ(command.account, model::AccountId{1});
        auto updated = account_event(1, "alpha");
        updated.request_id = command.request_id, updated.self_trade_group = command.group,
        updated.self_trade_prevention = command.mode;
        world.writer.write(updated);
        const Reply reply = world.answer("PUT", path);
        EXPECT_EQ(reply.text("/selfTradePrevention/mode"), word);
        EXPECT_EQ(reply.number("/selfTradePrevention/group"), UINT32_MAX);
    }
    EXPECT_FALSE(world.ask(ops, "PUT", path, {}, R"({"mode":"none"})"));
    const auto off = world.ring.take<codec::SetSelfTradePrevention>();
    EXPECT_EQ(off.mode, model::SelfTradePrevention::none);
    EXPECT_EQ(off.group, 0u);
    EXPECT_EQ(world.ask(ops, "PUT", path, {}, R"({"group":1})")->number("/code"), 1103u);
    EXPECT_EQ(world.ask(ops, "PUT", path, {}, R"({"group":"1","mode":"none"})")->number("/code"),
              1104u);
    EXPECT_EQ(
        world.ask(ops, "PUT", path, {}, R"({"group":1,"mode":"cancelNewest"})")->number("/code"),
        1106u);
    EXPECT_EQ(world
                  .ask(ops, "PUT", "/v1/operator/accounts/9/selfTradePrevention", {},
                       R"({"mode":"none"})")
                  ->status(),
              404);
}

TEST_F(RestApi, lists_orders_page_by_page) {
    for (std::uint64_t id = 1; id <= 5; ++id)
        enter(first, R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"1","price":"1"})",
              id);
    const Reply page = *world.ask(first, "GET", "/v1/orders", "limit=2&symbol=ACME");
    EXPECT_EQ(page.text("/orders/0/id"), "5");
    EXPECT_EQ(page.text("/nextCursor"), "4");
    const Reply last = *world.ask(first, "GET", "/v1/orders", "limit=3&cursor=4&status=open");
    EXPECT_EQ(last.text("/orders/2/id"), "1");
    EXPECT_TRUE(last.is_null("/nextCursor"));
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "symbol=NONE")->status(), 404);
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "status=sleeping")->number("/code"), 1107u);
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "limit=2&limit=3")->number("/code"), 1107u);
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "colour=red")->number("/code"), 1107u);
}

TEST_F(RestApi, a_full_ring_is_a_503_and_nothing_waits) {
    world.ring.full = true;
    const Reply reply = *world.ask(first, "POST", "/v1/order", {}, limit_buy);
    EXPECT_EQ(reply.status(), 503);
    EXPECT_EQ(reply.number("/code"), 3201u);
    EXPECT_EQ(reply.header("Retry-After"), "1");
    EXPECT_EQ(world.api.waiting(), 0u);
}

TEST_F(RestApi, silence_of_the_exchange_is_a_503_and_a_late_answer_is_dropped) {
    EXPECT_FALSE(world.ask(first, "POST", "/v1/order", {}, limit_buy));
    world.clock.now_ns += 4'999'999'999;
    EXPECT_EQ(world.api.expire(), 0u);
    world.clock.now_ns += 1;
    EXPECT_EQ(world.api.expire(), 1u);
    EXPECT_EQ(world.answer("POST", "/v1/order").number("/code"), 3202u);
    world.completed.clear();
    world.writer.write(accepted_event(world.ring.take<codec::NewOrder>(), 1));
    EXPECT_TRUE(world.completed.empty());
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "clientOrderId=a-1")->text("/orders/0/id"),
              "1");
}

TEST_F(RestApi, roles_are_kept_apart) {
    EXPECT_EQ(world.ask("GET", "/v1/account")->status(), 401);
    EXPECT_EQ(world.ask(first, "PUT", "/v1/operator/fees", {}, R"({"makerPpm":1,"takerPpm":2})")
                  ->number("/code"),
              3005u);
    EXPECT_EQ(world.ask(world.operations(), "GET", "/v1/account")->number("/code"), 3005u);
    for (const RouteInfo& route : Api::routes())
        if (route.access != Access::everyone) {
            std::string path(route.path);
            if (const auto open = path.find('{'); open != std::string::npos)
                path.replace(open, path.find('}') + 1 - open, "1");
            EXPECT_EQ(world.ask(route.method, path)->status(), 401) << path;
        }
    EXPECT_TRUE(world.ring.sent.empty());
}

TEST_F(RestApi, an_operator_lists_funds_and_halts) {
    const session::Key ops = world.operations();
    EXPECT_FALSE(world.ask(
        ops, "POST", "/v1/operator/instruments", {},
        R"({"symbol":"NEW","currency":"USD","tickSize":"0.01","lotSize":"1","referencePrice":"10","collarPpm":50000})"));
    const auto listing = world.ring.take<codec::ConfigureInstrument>();
    EXPECT_EQ(listing.tick_size, model::Price{100});
    EXPECT_EQ(listing.max_order_value, model::unlimited_money);
    auto listed = instrument_event(2, "NEW");
    listed.request_id = listing.request_id;
    world.writer.write(listed);
    EXPECT_EQ(world.answer("POST", "/v1/operator/instruments").status(), 201);

    EXPECT_FALSE(
        world.ask(ops, "PUT", "/v1/operator/instruments/NEW", {}, R"({"maxOrderQuantity":"5"})"));
    const auto change = world.ring.take<codec::ConfigureInstrument>();
    EXPECT_EQ(change.instrument, model::InstrumentId{2});
    EXPECT_EQ(change.tick_size, model::Price{100});
    EXPECT_EQ(change.max_order_quantity, model::Quantity{5});

    EXPECT_FALSE(world.ask(ops, "POST", "/v1/operator/instruments/NEW/halt"));
    EXPECT_EQ(world.ring.take<codec::SetInstrumentState>().reason, model::HaltReason::operational);
    EXPECT_EQ(world.ask(ops, "POST", "/v1/operator/instruments/NONE/halt")->status(), 404);

    EXPECT_FALSE(world.ask(ops, "POST", "/v1/operator/accounts/1/deposits", {},
                           R"({"currency":"USD","amount":"-12.5","reference":"w-1"})"));
    const auto cash = world.ring.take<codec::MoveCash>();
    EXPECT_EQ(cash.amount, model::Money{-125'000});
    auto moved = cash_event(1, -125'000);
    moved.request_id = cash.request_id;
    world.writer.write(moved);
    EXPECT_EQ(world.answer("POST", "/v1/operator/accounts/1/deposits").text("/amount"), "-12.5");
    EXPECT_EQ(world.ask(ops, "GET", "/v1/operator/accounts/1")->text("/cash/0/total"), "9987.5");

    EXPECT_FALSE(world.ask(ops, "POST", "/v1/operator/accounts/2/deposits", {},
                           R"({"symbol":"ACME","quantity":"-3","reference":"w-2"})"));
    EXPECT_EQ(world.ring.take<codec::MoveShares>().quantity, -3);
    EXPECT_EQ(world
                  .ask(ops, "POST", "/v1/operator/accounts/9/deposits", {},
                       R"({"symbol":"ACME","quantity":"3","reference":"x"})")
                  ->status(),
              404);
    EXPECT_EQ(world
                  .ask(ops, "POST", "/v1/operator/accounts/2/deposits", {},
                       R"({"symbol":"ACME","quantity":"3"})")
                  ->number("/code"),
              1103u);

    EXPECT_FALSE(world.ask(ops, "PUT", "/v1/operator/accounts/1/limits", {},
                           R"({"maxOpenOrders":3,"maxOrderValue":null})"));
    const auto limits = world.ring.take<codec::SetAccountLimits>();
    EXPECT_EQ(limits.max_open_orders, 3u);
    EXPECT_EQ(limits.max_daily_quantity, model::unlimited_quantity);
    EXPECT_FALSE(
        world.ask(ops, "PUT", "/v1/operator/accounts/1/state", {}, R"({"state":"suspended"})"));
    EXPECT_EQ(world.ring.take<codec::SetAccountState>().state, model::AccountState::suspended);
    EXPECT_FALSE(world.ask(ops, "POST", "/v1/operator/accounts", {}, R"({"reference":"gamma"})"));
    EXPECT_EQ(world.ring.take<codec::OpenAccount>().reference.view(), "gamma");
    EXPECT_FALSE(
        world.ask(ops, "PUT", "/v1/operator/fees", {}, R"({"makerPpm":10,"takerPpm":20})"));
    EXPECT_EQ(world.ring.take<codec::SetFees>().taker, model::FeeRate{20});
    EXPECT_EQ(world.ask(ops, "GET", "/v1/operator/accounts", "limit=1")->text("/nextCursor"), "1");
}

TEST_F(RestApi, a_created_key_signs_for_its_account) {
    const Reply created = *world.ask(world.operations(), "POST", "/v1/operator/accounts/2/keys");
    EXPECT_EQ(created.status(), 201);
    const session::Key* key = world.keys->find(created.text("/keyId"));
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(session::hex(key->secret), created.text("/secret"));
    EXPECT_EQ(world.ask(*key, "GET", "/v1/account")->text("/reference"), "beta");
}

TEST_F(RestApi, too_many_orders_are_429_while_cancels_still_pass) {
    World small({.orders = {1, 2}, .cancels = {1, 2}, .queries = {1, 2}, .addresses = {1, 2}});
    small.writer.write(instrument_event(1, "ACME"));
    small.writer.write(account_event(1, "alpha"));
    const session::Key key = small.trader(1);
    EXPECT_FALSE(small.ask(key, "POST", "/v1/order", {}, limit_buy));
    EXPECT_FALSE(small.ask(key, "POST", "/v1/order", {}, limit_buy));
    const Reply limited = *small.ask(key, "POST", "/v1/order", {}, limit_buy);
    EXPECT_EQ(limited.status(), 429);
    EXPECT_EQ(limited.number("/code"), 3101u);
    EXPECT_EQ(limited.header("Retry-After"), "1");
    EXPECT_EQ(small.ask(key, "PATCH", "/v1/order/1", {}, R"({"quantity":"1"})")->status(), 429);
    EXPECT_FALSE(small.ask(key, "DELETE", "/v1/order/1"));
    EXPECT_FALSE(small.ask(key, "DELETE", "/v1/orders"));
    EXPECT_EQ(small.ask(key, "DELETE", "/v1/orders")->status(), 429);
    small.clock.now_ns += 1'000'000'000;
    EXPECT_FALSE(small.ask(key, "POST", "/v1/order", {}, limit_buy));
    EXPECT_EQ(small.ask("GET", "/v1/time")->status(), 200);
    EXPECT_EQ(small.ask("GET", "/v1/time")->status(), 200);
    EXPECT_EQ(small.ask("GET", "/v1/time")->status(), 429);
}

TEST_F(RestApi, every_file_of_the_web_page_is_served_under_its_name) {
    EXPECT_NE(world.ask("GET", "/")->body().find("<html"), std::string::npos);
    for (const auto& file : std::filesystem::directory_iterator(BW_SOURCE_DIR "/web")) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(in), {});
        EXPECT_EQ(world.ask("GET", "/" + file.path().filename().string())->body(), content)
            << file.path();
    }
}

codec::StorageStateSet storage_event(bool scarce) {
    codec::StorageStateSet event{};
    event.scarce = scarce ? 1 : 0;
    return event;
}

TEST_F(RestApi, while_storage_is_scarce_entries_are_refused_at_the_border) {
    enter(first, limit_buy, 1);
    world.writer.write(storage_event(true));
    EXPECT_EQ(world.ask("GET", "/v1/status")->text("/storage/state"), "scarce");
    const std::size_t sent = world.ring.sent.size();
    for (const auto& [method, path, body] :
         {std::tuple{"POST", "/v1/order",
                     R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"1","price":"1"})"},
          std::tuple{"PATCH", "/v1/order/1", R"({"price":"100"})"},
          std::tuple{"PATCH", "/v1/order/1", R"({"quantity":"11"})"}}) {
        const Reply reply = *world.ask(first, method, path, {}, body);
        EXPECT_EQ(reply.status(), 503) << method << body;
        EXPECT_EQ(reply.number("/code"), 2601u);
        EXPECT_EQ(reply.header("Retry-After"), "5");
    }
    EXPECT_EQ(world.ring.sent.size(), sent) << "none of it takes room in the logs";

    world.writer.write(storage_event(false));
    EXPECT_EQ(world.ask("GET", "/v1/status")->text("/storage/state"), "ample");
    EXPECT_FALSE(world.ask(first, "PATCH", "/v1/order/1", {}, R"({"quantity":"11"})"));
}

TEST_F(RestApi, while_storage_is_scarce_what_needs_none_goes_on) {
    enter(first, limit_buy, 1);
    world.writer.write(storage_event(true));
    for (const auto& [method, path, body] :
         {std::tuple{"DELETE", "/v1/order/1", ""}, std::tuple{"DELETE", "/v1/orders", ""},
          std::tuple{"PATCH", "/v1/order/1", R"({"quantity":"9","price":"100.5"})"},
          std::tuple{"POST", "/v1/order", limit_buy.data()}})  // again: the engine knows the answer
        EXPECT_FALSE(world.ask(first, method, path, {}, body)) << method << path << body;
    EXPECT_EQ(world.ask(first, "GET", "/v1/order/1")->status(), 200);
}

/// It was on its way when the state changed.
TEST_F(RestApi, a_refusal_of_the_engine_for_want_of_room_reads_the_same) {
    EXPECT_FALSE(world.ask(first, "POST", "/v1/order", {}, limit_buy));
    const auto command = world.ring.take<codec::NewOrder>();
    codec::CommandRejected rejected{};
    rejected.request_id = command.request_id;
    rejected.account = command.account, rejected.instrument = command.instrument;
    rejected.command_template = codec::NewOrder::template_id;
    rejected.reason = model::RejectReason::storage_scarce;
    rejected.client_order_id = command.client_order_id;
    world.writer.write(rejected);
    const Reply reply = world.answer("POST", "/v1/order");
    EXPECT_EQ(reply.status(), 503);
    EXPECT_EQ(reply.number("/code"), 2601u);
    EXPECT_EQ(reply.header("Retry-After"), "5");
}

TEST_F(RestApi, the_public_pages_answer) {
    EXPECT_EQ(world.ask("GET", "/v1/instruments")->text("/instruments/0/symbol"), "ACME");
    const Reply status = *world.ask("GET", "/v1/status");
    EXPECT_EQ(status.text("/durability"), "sync");
    EXPECT_EQ(status.text("/survives"), "loss of power");
    EXPECT_EQ(status.text("/storage/state"), "ample");
    EXPECT_EQ(status.text("/storage/commandBytesLeft"), "1000");
    EXPECT_EQ(status.text("/storage/eventBytesLeft"), "2000");
    EXPECT_EQ(status.text("/sequences/events"), "5");
    EXPECT_EQ(status.number("/counts/accounts"), 2u);
    EXPECT_EQ(world.ask("GET", "/v1/time")->text("/time"), "2026-01-01T00:00:02.000000000Z");
    EXPECT_EQ(world.ask("GET", "/openapi.yaml")->body().substr(0, 8), "openapi:");
    EXPECT_EQ(world.ask("GET", "/openapi.json")->text("/openapi"), "3.1.0");
    EXPECT_EQ(world.ask("GET", "/openapi.json")
                  ->text("/paths/~1marketdata~1candles/get/parameters/1/schema/enum/6"),
              "1M");
    EXPECT_EQ(world.ask("GET", "/../etc/passwd")->number("/code"), 1111u);
    const Reply wrong_method = *world.ask("PATCH", "/v1/order");
    EXPECT_EQ(wrong_method.status(), 405);
    EXPECT_EQ(wrong_method.header("Allow"), "POST");
    EXPECT_EQ(world.ask("GET", "/marketdata/trades")->number("/code"), 1107u);
    EXPECT_EQ(world.ask("GET", "/marketdata/trades", "symbol=NONE")->number("/code"), 2001u);
    EXPECT_EQ(world.ask("GET", "/marketdata/candles", "symbol=ACME&resolution=2m")->number("/code"),
              1107u);
}

}  // namespace
}  // namespace bw::gateway::rest::testing
