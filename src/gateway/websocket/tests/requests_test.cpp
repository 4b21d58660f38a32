// Requests of clients, valid and invalid, and their replies.
#include <cstdio>
#include <fstream>

#include "gateway/websocket/protocol.hpp"
#include "gateway/websocket/tests/hub_fixture.hpp"

namespace bw::gateway::websocket {
namespace {

using testing::World;

struct Wrong {
    const char* text;
    std::uint64_t code;
};

class WrongRequest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongRequest, gets_an_error_and_keeps_the_connection) {
    World world;
    const auto id = *world.hub.connect();
    const auto reply = world.ask(id, GetParam().text);
    EXPECT_EQ(reply->type(), "error");
    EXPECT_EQ(reply->number("code"), GetParam().code) << reply->text();
    EXPECT_GT(reply->string("message").size(), 10u);
    EXPECT_FALSE(world.hub.must_close(id));
    EXPECT_EQ(world.ask(id, R"({"op":"ping"})")->type(), "pong");
}

INSTANTIATE_TEST_SUITE_P(
    Hub, WrongRequest,
    ::testing::Values(
        Wrong{"", 6001}, Wrong{"{", 6001}, Wrong{"[]", 6001}, Wrong{"\"ping\"", 6001},
        Wrong{"null", 6001}, Wrong{"{\"op\":\"ping\"} x", 6001}, Wrong{"{\"op\":\"\xff\"}", 6001},
        Wrong{R"({"id":[[[[[[1]]]]]],"op":"ping"})", 6001},
        Wrong{R"({"op":"ping","op":"ping"})", 6003}, Wrong{R"({"op":"ping","id":1,"id":1})", 6003},
        Wrong{R"({"op":"ping","extra":1})", 6004}, Wrong{R"({"op":"ping","symbol":"SYM1"})", 6004},
        Wrong{R"({"op":"subscribe","channel":"l1","symbol":"SYM1","depth":3})", 6004},
        Wrong{R"({"op":"unsubscribe","channel":"l2","symbol":"SYM1","depth":3})", 6004},
        Wrong{R"({"op":"subscribe","channel":"trades","symbol":"SYM1","fromSequence":3})", 6004},
        Wrong{"{}", 6005}, Wrong{R"({"op":"subscribe"})", 6005},
        Wrong{R"({"op":"subscribe","channel":"l1"})", 6005},
        Wrong{R"({"op":"subscribe","channel":"candles","symbol":"SYM1"})", 6005},
        Wrong{R"({"op":"authenticate","keyId":"key-1"})", 6005},
        Wrong{R"({"op":"ping","id":{}})", 6006}, Wrong{R"({"op":"ping","id":[]})", 6006},
        Wrong{R"({"op":"subscribe","channel":"l1","symbol":7})", 6006},
        Wrong{R"({"op":"subscribe","channel":"l1","symbol":""})", 6006},
        Wrong{R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":0})", 6006},
        Wrong{R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":101})", 6006},
        Wrong{R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":-1})", 6006},
        Wrong{R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":1.5})", 6006},
        Wrong{R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":"10"})", 6006},
        Wrong{
            R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":99999999999999999999999})",
            6001},
        Wrong{R"({"op":"subscribe","channel":"candles","symbol":"SYM1","resolution":"2m"})", 6006},
        Wrong{R"({"op":"fly"})", 6007}, Wrong{R"({"op":1})", 6007}, Wrong{R"({"op":null})", 6007},
        Wrong{R"({"op":"subscribe","channel":"l9","symbol":"SYM1"})", 6008},
        Wrong{R"({"op":"subscribe","channel":"l1","symbol":"NONE"})", 6009},
        Wrong{R"({"op":"subscribe","channel":"l2","symbol":"*"})", 6009},
        Wrong{R"({"op":"unsubscribe","channel":"l1","symbol":"SYM1"})", 6011},
        Wrong{R"({"op":"subscribe","channel":"orders"})", 6013},
        Wrong{R"({"op":"subscribe","channel":"executions"})", 6013},
        Wrong{
            R"({"op":"authenticate","keyId":"key-1","timestamp":"1","nonce":"1","signature":"bad"})",
            3002}));

TEST(Requests, a_long_one_is_refused_without_parsing) {
    World world;
    const auto id = *world.hub.connect();
    EXPECT_EQ(world.ask(id, std::string(5'000, ' '))->number("code"), 6002u);
    EXPECT_EQ(
        world.ask(id, R"({"op":"ping","id":")" + std::string(200, 'x') + "\"}")->number("code"),
        6006u);
}

TEST(Requests, the_id_is_in_the_reply_also_of_an_error) {
    World world;
    const auto id = *world.hub.connect();
    EXPECT_EQ(world.ask(id, R"({"op":"ping","id":"a\"b"})")->string("id"), "a\"b");
    EXPECT_EQ(world.ask(id, R"({"op":"ping","id":17})")->number("id"), 17u);
    EXPECT_EQ(world.ask(id, R"({"op":"fly","nonsense":1,"id":18})")->number("id"), 18u);
    EXPECT_FALSE(world.ask(id, R"({"op":"ping"})")->has("id"));
}

TEST(Requests, what_a_client_sent_is_escaped_in_the_reply) {
    World world;
    const auto id = *world.hub.connect();
    const auto reply =
        world.ask(id, R"({"op":"subscribe","channel":"l1","symbol":"\"\\\n\u00e9<script>"})");
    EXPECT_EQ(reply->number("code"), 6009u);
    EXPECT_EQ(reply->string("message"), "There is no instrument \"\"\\\né<script>\".");
    EXPECT_NE(reply->text().find(R"(\"\\\u000aé<script>)"), std::string::npos) << reply->text();
    const std::string long_name(3'000, 'x');
    EXPECT_LT(world.ask(id, R"({"op":"subscribe","channel":"l1","symbol":")" + long_name + R"("})")
                  ->text()
                  .size(),
              200u);
}

TEST(Requests, subscribing_twice_or_too_often_is_refused) {
    HubOptions options;
    options.subscriptions_max = 2;
    World world(1, 3, options);
    const auto id = *world.hub.connect();
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"l1","symbol":"SYM1"})")->type(),
              "subscribed");
    world.drain(id);
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"l1","symbol":"SYM1"})")->number("code"),
              6010u);
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"l1","symbol":"SYM2"})")->type(),
              "subscribed");
    world.drain(id);
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"l1","symbol":"SYM3"})")->number("code"),
              6012u);
    EXPECT_EQ(world.ask(id, R"({"op":"unsubscribe","channel":"l1","symbol":"SYM2"})")->type(),
              "unsubscribed");
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"l1","symbol":"SYM3"})")->type(),
              "subscribed");
}

TEST(Requests, authentication_signs_the_websocket_path_and_happens_once) {
    World world;
    const auto id = *world.hub.connect();
    const auto reply = world.ask(
        id,
        R"({"op":"authenticate","id":1,"keyId":"key-3","timestamp":1700000000000,"nonce":42,"signature":"good"})");
    EXPECT_EQ(reply->type(), "authenticated");
    EXPECT_EQ(reply->string("account"), "3");
    EXPECT_EQ(reply->string("role"), "trader");
    EXPECT_EQ(world.authenticator.last_method, "WS");
    EXPECT_EQ(world.authenticator.last_path, "/ws");
    EXPECT_EQ(world.authenticator.last_query_and_body, "");
    EXPECT_EQ(world.authenticator.last_nonce, "42");
    EXPECT_EQ(
        world
            .ask(
                id,
                R"({"op":"authenticate","keyId":"key-4","timestamp":"1","nonce":"2","signature":"good"})")
            ->number("code"),
        6017u);
}

TEST(Requests, operators_have_no_private_channels) {
    World world;
    const auto id = *world.hub.connect();
    EXPECT_TRUE(
        world
            .ask(
                id,
                R"({"op":"authenticate","keyId":"ops","timestamp":"1","nonce":"1","signature":"good"})")
            ->at("account")
            .is_null());
    EXPECT_EQ(world.ask(id, R"({"op":"subscribe","channel":"orders"})")->number("code"), 6014u);
}

TEST(Requests, too_many_errors_close_the_connection) {
    HubOptions options;
    options.errors_max = 5;
    World world(1, 1, options);
    const auto id = *world.hub.connect();
    for (int i = 0; i < 5; ++i) world.hub.on_text(id, "nonsense");
    EXPECT_FALSE(world.hub.must_close(id));
    world.hub.on_text(id, "nonsense");
    ASSERT_TRUE(world.hub.must_close(id));
    EXPECT_EQ(world.hub.must_close(id)->code, 4001);
    EXPECT_EQ(world.drain(id).size(), 6u);
}

TEST(Requests, errors_far_apart_do_not_close_the_connection) {
    HubOptions options;
    options.errors_max = 5;
    World world(1, 1, options);
    const auto id = *world.hub.connect();
    for (int i = 0; i < 100; ++i) {
        world.hub.on_text(id, "nonsense");
        world.clock.now_ns += 12'000'000'000;
    }
    EXPECT_FALSE(world.hub.must_close(id));
}

TEST(Requests, those_above_the_rate_are_refused) {
    HubOptions options;
    options.messages_per_second_max = 10;
    World world(1, 1, options);
    const auto id = *world.hub.connect();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(world.ask(id, R"({"op":"ping"})")->type(), "pong");
    EXPECT_EQ(world.ask(id, R"({"op":"ping"})")->number("code"), 6018u);
    world.clock.now_ns += 100'000'000;
    EXPECT_EQ(world.ask(id, R"({"op":"ping"})")->type(), "pong");
}

TEST(Requests, replies_that_are_not_read_close_the_connection) {
    HubOptions options;
    options.queue_bytes_max = 1'000;
    World world(1, 1, options);
    const auto id = *world.hub.connect();
    for (int i = 0; i < 50; ++i) world.hub.on_text(id, R"({"op":"ping"})");
    ASSERT_TRUE(world.hub.must_close(id));
    EXPECT_EQ(world.hub.must_close(id)->code, 4008);
}

TEST(Requests, a_full_hub_refuses_connections) {
    HubOptions options;
    options.connections_max = 2;
    World world(1, 1, options);
    const auto first = world.hub.connect();
    EXPECT_TRUE(first && world.hub.connect());
    EXPECT_FALSE(world.hub.connect());
    world.hub.disconnect(*first);
    EXPECT_TRUE(world.hub.connect());
}

TEST(Requests, those_of_a_closed_connection_are_ignored) {
    World world;
    const auto id = *world.hub.connect();
    world.hub.on_text(id, R"({"op":"subscribe","channel":"l1","symbol":"*"})");
    world.hub.disconnect(id);
    world.hub.on_text(id, R"({"op":"ping"})");
    world.run(50);
    EXPECT_FALSE(world.hub.next_frame(id));
    EXPECT_FALSE(world.hub.must_close(id));
    EXPECT_TRUE(world.hub.ready().empty());
}

TEST(Requests, the_documented_error_codes_are_the_ones_in_use) {
    std::ifstream file(std::string(BW_SOURCE_DIR) + "/protocol/websocket/asyncapi.yaml");
    std::map<unsigned, std::string> documented;
    for (std::string line; std::getline(file, line);) {
        unsigned code = 0;
        char name[64];
        if (std::sscanf(line.c_str(), " - {code: %u, name: %63[a-z_]", &code, name) == 2)
            documented[code] = name;
    }
    std::map<unsigned, std::string> used;
    for (const ErrorCode code : model::values_of<ErrorCode>())
        used[static_cast<unsigned>(code)] = model::name_of(code);
    EXPECT_EQ(documented, used);
}

/// Random changes of valid requests: each frame gets at least one frame in reply.
TEST(RequestsProperty, every_malformed_request_gets_a_reply) {
    std::mt19937_64 random(views::market::testing::announced_seed());
    const std::vector<std::string> good{
        R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":10,"id":1})",
        R"({"op":"ping","id":"x"})",
        R"({"op":"subscribe","channel":"candles","symbol":"SYM2","resolution":"1m"})",
        R"({"op":"authenticate","keyId":"key-1","timestamp":"1","nonce":"1","signature":"good"})",
        R"({"op":"subscribe","channel":"orders","fromSequence":1})",
        R"({"op":"unsubscribe","channel":"l2","symbol":"SYM1"})"};
    HubOptions options;
    options.errors_max = 1'000'000;
    options.messages_per_second_max = 1'000'000;
    World world(1, 2, options);
    const auto id = *world.hub.connect();
    for (int i = 0; i < 20'000; ++i) {
        std::string text = good[random() % good.size()];
        for (std::uint64_t changes = random() % 4; changes > 0; --changes) {
            const std::size_t at = random() % text.size();
            if (random() % 3 == 0)
                text.erase(at, 1 + random() % 5);
            else if (random() % 2 == 0)
                text.insert(at, 1, static_cast<char>(random()));
            else
                text[at] = static_cast<char>(random());
            if (text.empty()) text = "{";
        }
        world.hub.on_text(id, text);
        ASSERT_FALSE(world.drain(id).empty()) << text;
    }
    EXPECT_FALSE(world.hub.must_close(id));
}

}  // namespace
}  // namespace bw::gateway::websocket
