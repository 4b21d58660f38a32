// Routes for traders, from request to answer. The tests write the events of the engine.
#include "gateway/rest/tests/rest_api.hpp"

namespace bw::gateway::rest::testing {
namespace {

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

TEST_F(RestApi, trades_and_candles_come_in_pages) {
    constexpr std::string_view buy =
        R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"10","price":"100.5"})";
    for (std::uint64_t i = 1; i <= 3; ++i) {
        enter(second,
              R"({"symbol":"ACME","side":"sell","type":"limit","quantity":"4","price":"100"})",
              2 * i - 1);
        EXPECT_FALSE(world.ask(first, "POST", "/v1/order", {}, buy));
        world.writer.write(accepted_event(world.ring.take<codec::NewOrder>(), 2 * i), false);
        codec::TradeExecuted trade{};
        trade.match_number = model::MatchNumber{i};
        trade.maker_order = model::OrderId{2 * i - 1}, trade.taker_order = model::OrderId{2 * i};
        trade.price = model::Price{1'000'000}, trade.quantity = model::Quantity{4};
        trade.taker_remaining = model::Quantity{6};
        trade.buyer_hold_released = *model::notional(model::Price{1'005'000}, model::Quantity{4});
        trade.maker_account = model::AccountId{2}, trade.taker_account = model::AccountId{1};
        trade.instrument = model::InstrumentId{1};
        world.writer.write(trade);
        world.answer("POST", "/v1/order");
        world.writer.time_ns += 60'000'000'000;
    }
    const auto pages = [this](const std::string& path, const std::string& query) {
        std::size_t count = 0;
        std::string cursor;
        do {
            const Reply page =
                *world.ask("GET", path, query + (cursor.empty() ? "" : "&cursor=" + cursor));
            EXPECT_EQ(page.status(), 200);
            for (std::size_t i = 0; page.has("/" + path.substr(12) + "/" + std::to_string(i)); ++i)
                ++count;
            cursor = page.is_null("/nextCursor") ? "" : std::string(page.text("/nextCursor"));
        } while (!cursor.empty() && count < 10);
        return count;
    };
    for (const char* limit : {"1", "2", "3", "4"}) {
        const std::string query = "symbol=ACME&limit=" + std::string(limit);
        EXPECT_EQ(pages("/marketdata/trades", query), 3u) << limit;
        EXPECT_EQ(pages("/marketdata/candles", query + "&resolution=1m"), 3u) << limit;
    }
    EXPECT_TRUE(
        world.ask("GET", "/marketdata/trades", "symbol=ACME&limit=3")->is_null("/nextCursor"));
}

TEST_F(RestApi, a_cursor_belongs_to_the_instrument_not_to_its_symbol) {
    enter(first, limit_buy, 1);
    enter(first, limit_buy, 2);
    const std::string cursor{
        world.ask(first, "GET", "/v1/orders", "symbol=ACME&limit=1")->text("/nextCursor")};
    EXPECT_EQ(cursor, "2-1");
    const std::string rest = "limit=1&cursor=" + cursor;
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", rest)->status(), 409);
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "symbol=ACME&" + rest)->status(), 200);

    world.writer.write(instrument_event(1, "NEWCO"));
    world.writer.write(instrument_event(2, "ACME"));
    const Reply refused = *world.ask(first, "GET", "/v1/orders", "symbol=ACME&" + rest);
    EXPECT_EQ(refused.status(), 409);
    EXPECT_EQ(refused.number("/code"), 1114u);
    EXPECT_EQ(refused.text("/field"), "cursor");
    const Reply page = *world.ask(first, "GET", "/v1/orders", "symbol=NEWCO&" + rest);
    EXPECT_EQ(page.text("/orders/0/id"), "1");
    for (const char* wrong : {"x", "0", "2-", "2-0", "-1", "2-1-1"})
        EXPECT_EQ(
            world.ask(first, "GET", "/v1/orders", "symbol=NEWCO&cursor=" + std::string(wrong))
                ->status(),
            400)
            << wrong;
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
            .take<codec::CancelOrder>();  // the engine answers it like one for an unknown order
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

TEST_F(RestApi, an_amendment_of_another_account_is_answered_like_one_of_an_unknown_order) {
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

TEST_F(RestApi, a_mass_cancel_lists_the_orders_it_closed) {
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

TEST_F(RestApi, a_large_mass_cancel_lists_the_first_thousand_orders) {
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

TEST_F(RestApi, lists_orders_page_by_page) {
    for (std::uint64_t id = 1; id <= 5; ++id)
        enter(first, R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"1","price":"1"})",
              id);
    const Reply page = *world.ask(first, "GET", "/v1/orders", "limit=2&symbol=ACME");
    EXPECT_EQ(page.text("/orders/0/id"), "5");
    EXPECT_EQ(page.text("/nextCursor"), "4-1");
    const Reply last =
        *world.ask(first, "GET", "/v1/orders", "symbol=ACME&limit=3&cursor=4-1&status=open");
    EXPECT_EQ(last.text("/orders/2/id"), "1");
    EXPECT_TRUE(last.is_null("/nextCursor"));
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "symbol=NONE")->status(), 404);
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "status=sleeping")->number("/code"), 1107u);
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "limit=2&limit=3")->number("/code"), 1107u);
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "colour=red")->number("/code"), 1107u);
}

}  // namespace
}  // namespace bw::gateway::rest::testing
