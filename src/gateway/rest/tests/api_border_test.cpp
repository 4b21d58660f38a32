// Roles, rate limits, a busy or silent exchange, scarce storage; routes for operators and the
// public.
#include "gateway/rest/tests/rest_api.hpp"

#include <fstream>

namespace bw::gateway::rest::testing {
namespace {

TEST_F(RestApi, an_operator_sets_self_trade_prevention) {
    const access::Key ops = world.operations();
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

TEST_F(RestApi, a_full_ring_is_a_503_and_nothing_waits) {
    world.ring.full = true;
    const Reply reply = *world.ask(first, "POST", "/v1/order", {}, limit_buy);
    EXPECT_EQ(reply.status(), 503);
    EXPECT_EQ(reply.number("/code"), 3201u);
    EXPECT_EQ(reply.header("Retry-After"), "1");
    EXPECT_EQ(world.api.waiting(), 0u);
}

TEST_F(RestApi, no_answer_in_time_is_a_503_and_a_late_answer_is_dropped) {
    EXPECT_FALSE(world.ask(first, "POST", "/v1/order", {}, limit_buy));
    world.clock.now_ns += 4'999'999'999;
    EXPECT_EQ(world.api.expire(), 0u);
    world.clock.now_ns += 1;
    EXPECT_EQ(world.api.expire(), 1u);
    const Reply silence = world.answer("POST", "/v1/order");
    EXPECT_EQ(silence.number("/code"), 3202u);
    EXPECT_EQ(silence.header("Cache-Control"), "no-store");
    EXPECT_NE(silence.header("RateLimit"), "");
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

TEST_F(RestApi, an_operator_lists_changes_and_halts_an_instrument) {
    const access::Key ops = world.operations();
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
}

TEST_F(RestApi, an_operator_moves_cash_and_shares) {
    const access::Key ops = world.operations();
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
}

TEST_F(RestApi, an_operator_opens_and_limits_accounts_and_sets_fees) {
    const access::Key ops = world.operations();
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
    constexpr const char* path = "/v1/operator/accounts/2/keys";
    EXPECT_FALSE(world.ask(world.operations(), "POST", path));
    EXPECT_EQ(world.api.waiting(), 1u);
    EXPECT_EQ(world.api.answer_created_keys(), 0u);
    EXPECT_EQ(world.key_writer.do_work(), 1u);
    EXPECT_EQ(world.api.answer_created_keys(), 1u);
    const Reply created = world.answer("POST", path);
    EXPECT_EQ(world.api.waiting(), 0u);
    EXPECT_EQ(created.status(), 201);
    EXPECT_EQ(created.header("Cache-Control"), "no-store");
    EXPECT_EQ(created.header("RateLimit"), "limit=400, remaining=399, reset=1");
    const access::Key* key = world.keys->find(created.text("/keyId"));
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(access::hex(key->secret), created.text("/secret"));
    EXPECT_EQ(world.ask(*key, "GET", "/v1/account")->text("/reference"), "beta");
}

TEST_F(RestApi, an_order_is_answered_while_a_key_is_being_written) {
    const access::Key key = world.trader(1);
    EXPECT_FALSE(world.ask(world.operations(), "POST", "/v1/operator/accounts/2/keys"));
    const Token of_key = world.token;
    EXPECT_EQ(enter(key, limit_buy, 5).status(), 201);
    EXPECT_FALSE(world.completed.contains(of_key));
    EXPECT_EQ(world.ask(key, "GET", "/v1/account")->status(), 200);
    world.key_writer.do_work();
    world.api.answer_created_keys();
    EXPECT_EQ(world.completed.at(of_key).status, 201);
}

TEST_F(RestApi, keys_that_cannot_be_stored_or_not_in_time_are_503) {
    constexpr const char* path = "/v1/operator/accounts/2/keys";
    const access::Key operations = world.operations();
    EXPECT_FALSE(world.ask(operations, "POST", path));
    world.clock.now_ns += 5'000'000'000;
    EXPECT_EQ(world.api.expire(), 1u);
    EXPECT_EQ(world.answer("POST", path).number("/code"), 3202u);
    world.key_writer.do_work();
    EXPECT_EQ(world.api.answer_created_keys(), 1u) << "nobody waits for it any more";

    EXPECT_FALSE(world.ask(operations, "POST", path));
    world.api.abandon(world.token);
    EXPECT_EQ(world.api.waiting(), 0u);
    world.key_writer.do_work();
    EXPECT_EQ(world.api.answer_created_keys(), 1u);
    EXPECT_FALSE(world.completed.contains(world.token));

    std::filesystem::remove(world.directory.path() / "access.db");
    EXPECT_FALSE(world.ask(operations, "POST", path));
    world.key_writer.do_work();
    world.api.answer_created_keys();
    const Reply failed = world.answer("POST", path);
    EXPECT_EQ(failed.status(), 503);
    EXPECT_EQ(failed.number("/code"), 3204u);
}

TEST_F(RestApi, too_many_waiting_keys_are_503_at_once) {
    constexpr const char* path = "/v1/operator/accounts/2/keys";
    const access::Key operations = world.operations();
    for (std::size_t i = 0; i < access::KeyWriter::waiting_max; ++i)
        EXPECT_FALSE(world.ask(operations, "POST", path));
    const Reply busy = *world.ask(operations, "POST", path);
    EXPECT_EQ(busy.number("/code"), 3201u);
    EXPECT_EQ(busy.header("Retry-After"), "1");
    EXPECT_EQ(world.key_writer.do_work(), access::KeyWriter::waiting_max);
    EXPECT_EQ(world.api.answer_created_keys(), access::KeyWriter::waiting_max);
    EXPECT_FALSE(world.ask(operations, "POST", path));
}

TEST_F(RestApi, answers_to_a_key_are_not_to_be_cached) {
    const access::Key key = world.trader(1);
    EXPECT_EQ(world.ask(key, "GET", "/v1/account")->header("Cache-Control"), "no-store");
    EXPECT_EQ(world.ask(key, "GET", "/v1/order/77")->header("Cache-Control"), "no-store");
    EXPECT_EQ(world.ask(key, "GET", "/v1/operator/fees")->header("Cache-Control"), "no-store");
    EXPECT_EQ(world.ask("GET", "/v1/account")->header("Cache-Control"), "no-store");
    EXPECT_EQ(world.ask("GET", "/v1/time")->header("Cache-Control"), "");
}

TEST_F(RestApi, head_is_answered_like_get_and_signed_as_head) {
    EXPECT_EQ(world.ask("HEAD", "/v1/time")->status(), 200);
    EXPECT_EQ(world.ask("HEAD", "/")->status(), 200);
    EXPECT_EQ(world.ask("HEAD", "/nothing")->status(), 404);
    EXPECT_EQ(world.ask("HEAD", "/v1/account")->status(), 401);
    EXPECT_EQ(world.ask(first, "HEAD", "/v1/account")->status(), 200);
    const Reply posted_only = *world.ask("HEAD", "/v1/order");
    EXPECT_EQ(posted_only.status(), 405);
    EXPECT_EQ(posted_only.header("Allow"), "POST");
    EXPECT_EQ(world.ask("POST", "/v1/time")->header("Allow"), "GET, HEAD");
}

TEST_F(RestApi, a_client_order_id_in_the_query_must_be_well_formed) {
    for (const char* query : {"clientOrderId=", "clientOrderId=a%20b", "clientOrderId=%C3%A4"})
        EXPECT_EQ(world.ask(first, "GET", "/v1/orders", query)->number("/code"), 1107u) << query;
    EXPECT_EQ(world.ask(first, "GET", "/v1/orders", "clientOrderId=none")->status(), 200);
}

TEST_F(RestApi, what_an_answer_repeats_of_a_request_is_short_and_utf8) {
    std::string name = "x";
    for (int i = 0; i < 40; ++i) name += "%F0%9D%95%BF";  // four bytes each, U+1D57F
    const Reply answer = *world.ask("GET", "/v1/instruments", name + "=1");
    EXPECT_EQ(answer.number("/code"), 1107u);
    EXPECT_EQ(answer.text("/field").size(), 61u) << "x and fifteen whole characters";
    EXPECT_TRUE(simdjson::validate_utf8(answer.body()));

    for (const char* path : {"/v1/order/%ff", "/v1/order/%F0%9D%95"})
        EXPECT_EQ(world.ask(first, "GET", path)->number("/code"), 1107u) << path;
    for (const char* query : {"%ff=1", "symbol=%F0%9D%95", "symbol=%C0%80"}) {
        const Reply refused = *world.ask("GET", "/marketdata/trades", query);
        EXPECT_EQ(refused.number("/code"), 1107u) << query;
        EXPECT_TRUE(simdjson::validate_utf8(refused.body())) << query;
    }
    const Reply body = *world.ask(first, "POST", "/v1/order", "",
                                  R"({")" + std::string(63, 'x') + "\u00e4" + R"(":1})");
    EXPECT_EQ(body.number("/code"), 1102u);
    EXPECT_EQ(body.text("/field").size(), 63u);
    EXPECT_TRUE(simdjson::validate_utf8(body.body()));
}

TEST_F(RestApi, too_many_orders_are_429_while_cancels_still_pass) {
    World small({.orders = {1, 2}, .cancels = {1, 2}, .queries = {1, 2}, .addresses = {1, 2}});
    small.writer.write(instrument_event(1, "ACME"));
    small.writer.write(account_event(1, "alpha"));
    const access::Key key = small.trader(1);
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

TEST_F(RestApi, a_connection_that_is_not_signed_in_pays_before_its_signature_is_checked) {
    World small({.addresses = {1, 2}});
    small.writer.write(account_event(1, "alpha"));
    const access::Key key = small.trader(1);
    access::Key wrong = key;
    wrong.secret[0] ^= std::byte{1};
    bool stranger = false;
    small.signed_in = &stranger;
    EXPECT_EQ(small.ask(wrong, "GET", "/v1/account")->status(), 401);
    EXPECT_EQ(small.ask(wrong, "GET", "/v1/account")->status(), 401);
    EXPECT_FALSE(stranger);
    EXPECT_EQ(small.ask(key, "GET", "/v1/account")->status(), 429);

    bool trader = true;  // of the same address, which has nothing left
    small.signed_in = &trader;
    EXPECT_EQ(small.ask(key, "GET", "/v1/account")->status(), 200);
    EXPECT_EQ(small.ask(wrong, "GET", "/v1/account")->status(), 429);
    EXPECT_FALSE(trader) << "one wrong signature, and the connection pays again";

    small.signed_in = &stranger;
    small.clock.now_ns += 1'000'000'000;
    EXPECT_EQ(small.ask(key, "GET", "/v1/account")->status(), 200);
    EXPECT_TRUE(stranger);
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

TEST_F(RestApi, while_storage_is_scarce_new_orders_are_refused_before_the_ring) {
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
    EXPECT_EQ(world.ring.sent.size(), sent) << "none of them needs room in the logs";

    world.writer.write(storage_event(false));
    EXPECT_EQ(world.ask("GET", "/v1/status")->text("/storage/state"), "ample");
    EXPECT_FALSE(world.ask(first, "PATCH", "/v1/order/1", {}, R"({"quantity":"11"})"));
}

TEST_F(RestApi, while_storage_is_scarce_cancels_and_reductions_are_accepted) {
    enter(first, limit_buy, 1);
    world.writer.write(storage_event(true));
    for (const auto& [method, path, body] :
         {std::tuple{"DELETE", "/v1/order/1", ""}, std::tuple{"DELETE", "/v1/orders", ""},
          std::tuple{"PATCH", "/v1/order/1", R"({"quantity":"9","price":"100.5"})"},
          std::tuple{"POST", "/v1/order",
                     limit_buy.data()}})  // a repetition: the engine answers it
        EXPECT_FALSE(world.ask(first, method, path, {}, body)) << method << path << body;
    EXPECT_EQ(world.ask(first, "GET", "/v1/order/1")->status(), 200);
}

/// The order was in the ring when storage became scarce.
TEST_F(RestApi, a_refusal_of_the_engine_for_scarce_storage_has_the_same_answer) {
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
    EXPECT_NE(world.ask("GET", "/openapi.json")->body().find(R"("minimum":-100000)"),
              std::string::npos);
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
