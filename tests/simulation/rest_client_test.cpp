// The REST client alone, before a server that gives the answers of the test: which later answers
// about an order are a violation, and which are not.
#include "simulation/rest_client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "gateway/common/api_code.hpp"
#include "simulation/json_member.hpp"
#include "simulation/violation.hpp"

namespace bw::simulation {
namespace {

using gateway::common::ApiCode;

constexpr std::uint32_t repeating = 3;  // the number of a client that repeats its orders
constexpr std::uint64_t answered_at = 100;

/// Keeps the request that it got last.
class Server final : public NetworkService {
 public:
    bool accepts(ConnectionNumber, bool) override { return true; }
    void opened(ConnectionNumber) override {}
    void received(ConnectionNumber from, NetworkMessage message) override {
        connection = from;
        request = std::move(message);
    }
    void closed(ConnectionNumber) override {}

    ConnectionNumber connection = 0;
    std::optional<NetworkMessage> request;
};

engine::Limits small_limits() {
    engine::Limits out;
    out.open_orders = out.price_level_groups = out.client_order_ids = 64;
    out.order_numbers = 256;
    out.instruments = out.accounts = out.positions = out.references = out.trades = 64;
    out.currencies = 4;
    return out;
}

NetworkMessage answer(std::uint16_t status, std::string text, std::uint64_t sequence) {
    return {.kind = NetworkMessage::Kind::response,
            .text = std::move(text),
            .status = status,
            .sequence = sequence};
}

NetworkMessage refusal(ApiCode code, std::uint64_t sequence) {
    return answer(503, fmt::format(R"({{"code":{}}})", static_cast<int>(code)), sequence);
}

NetworkMessage order_result(std::uint64_t id, std::uint64_t sequence) {
    return answer(200, fmt::format(R"({{"id":"{}","duplicate":true}})", id), sequence);
}

NetworkMessage query_result(std::uint64_t id, std::uint64_t sequence) {
    if (id == 0) return answer(200, R"({"orders":[]})", sequence);
    return answer(200, fmt::format(R"({{"orders":[{{"id":"{}","status":"new"}}]}})", id), sequence);
}

class RestClientTest : public testing::Test {
 protected:
    RestClientTest() {
        network.add_service(server);
        static_cast<void>(await(true));
        reply(order_result(75, answered_at));
    }

    void turn(bool serving) {
        client.act(serving);
        clock.advance(second_ns / 1'000);
        network.deliver();
    }
    NetworkMessage await(bool serving) {
        for (int i = 0; i < 10'000 && !server.request; ++i) turn(serving);
        return std::exchange(server.request, std::nullopt).value();
    }
    void reply(NetworkMessage message) {
        network.send_to_client(server.connection, std::move(message));
        for (int i = 0; i < 10; ++i) {
            clock.advance(second_ns / 1'000);
            network.deliver();
        }
    }
    /// The client sends its first order again.
    void repetition_answered(NetworkMessage message) {
        // The client may add orders while it is awaited: its first one is looked up afterwards.
        for (auto sent = await(true); sent.text != client.orders().front().body; sent = await(true))
            reply(refusal(ApiCode::rate_limited, answered_at));
        reply(std::move(message));
    }
    /// The client does not hear what became of the repetition, and queries the order.
    void query_answered(NetworkMessage message) {
        if (client.at_rest()) repetition_answered(refusal(ApiCode::no_answer, answered_at));
        ASSERT_EQ(await(false).query, "clientOrderId=" + client.orders().front().client_id);
        reply(std::move(message));
    }
    [[nodiscard]] std::uint64_t known_id() const { return client.orders().front().id; }

    SeedOptions options;
    SimClock clock{second_ns};
    Situations situations;
    Ledger ledger{small_limits(), false};
    RunContext context{options, ledger, situations};
    SimNetwork network{clock, situations, 1,
                       [](FaultClass, std::uint64_t, const char*) { return false; },
                       [](std::uint64_t, std::uint64_t) {}};
    Server server;
    RestClient client{context, network, clock, repeating, 1};
};

TEST_F(RestClientTest, keeps_the_newer_answer_when_a_gateway_has_read_less) {
    for (const std::uint64_t earlier : {6, 0}) {
        query_answered(query_result(earlier, answered_at - 1));
        EXPECT_EQ(known_id(), 75u);
        EXPECT_FALSE(client.at_rest()) << "it has to query again";
    }
    EXPECT_EQ(situations.count(Situation::query_answered_from_fewer_events), 2u);
    query_answered(query_result(75, answered_at + 1));
    EXPECT_EQ(known_id(), 75u);
    EXPECT_TRUE(client.at_rest());
}

TEST_F(RestClientTest, notices_another_order_or_none_in_an_answer_that_is_not_older) {
    EXPECT_THROW(query_answered(query_result(6, answered_at)), Violation);
    EXPECT_THROW(query_answered(query_result(0, answered_at)), Violation);
}

TEST_F(RestClientTest, notices_another_order_after_an_older_answer_named_the_same) {
    query_answered(query_result(75, answered_at - 10));
    EXPECT_THROW(query_answered(query_result(6, answered_at - 5)), Violation);
}

TEST_F(RestClientTest, notices_a_repeated_order_that_is_answered_with_another_or_earlier) {
    EXPECT_THROW(repetition_answered(order_result(6, answered_at + 1)), Violation);
    EXPECT_THROW(repetition_answered(order_result(75, answered_at - 1)), Violation);
    repetition_answered(order_result(75, answered_at + 1));
    EXPECT_EQ(known_id(), 75u);
}

}  // namespace
}  // namespace bw::simulation
