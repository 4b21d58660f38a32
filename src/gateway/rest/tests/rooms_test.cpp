// Two rooms behind one door: each path has its room, and a room that stands still holds up its own
// clients only.
#include <chrono>
#include <memory>
#include <vector>

#include "gateway/rest/http_server.hpp"
#include "gateway/rest/tests/world.hpp"
#include "net/tests/socket_client.hpp"

namespace bw::gateway::rest::testing {
namespace {

using Steady = std::chrono::steady_clock;
using Client = net::testing::SocketClient;

/// A masked text frame of a client, with a zero mask. Requires: at most 125 bytes.
std::string text_frame(std::string_view text) {
    return std::string("\x81") + static_cast<char>(0x80 | text.size()) + std::string(4, '\0') +
           std::string(text);
}

std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string upgrade(std::string_view path) {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

constexpr std::string_view subscribe = R"({"op":"subscribe","channel":"l1","symbol":"*"})";

class RoomsTest : public ::testing::Test {
 protected:
    static HttpServerOptions options(MarketDataPlace place) {
        HttpServerOptions out;
        out.address = "127.0.0.1";
        out.port = 0;
        out.market_data = place;
        out.loop.addresses.connections_max = 10'000;
        return out;
    }
    static ApiOptions without_market_data() {
        ApiOptions out;
        out.market_data = false;
        return out;
    }
    static websocket::HubOptions without_public_channels() {
        websocket::HubOptions out;
        out.public_channels = false;
        return out;
    }
    static websocket::HubParts parts(World& world) {
        return {world.models.market(), &world.models.reports(), *world.authenticator, world.ring,
                world.clock};
    }

    RoomsTest() {
        EXPECT_TRUE(server.listen());
        market_data = server.open_market_data(market.api, market_hub, nullptr);
    }

    /// Turns of the door and of the room for trading, and of that for market data if it `may` have
    /// them, until the client has received `text`.
    bool receives(Client& client, std::string_view text, bool market_data_may = true) {
        const auto end = Steady::now() + std::chrono::seconds(10);
        while (!client.received.contains(text) && Steady::now() < end) {
            client.turn();
            server.do_work();
            if (market_data_may) market_data->do_work();
        }
        return client.received.contains(text);
    }
    /// Some turns without the room for market data.
    void pass_turns(Client& client) {
        for (int i = 0; i < 50; ++i) client.turn(), server.do_work();
    }

    World trading{{}, without_market_data()}, market;
    websocket::Hub trading_hub{parts(trading), without_public_channels()};
    websocket::Hub market_hub{parts(market)};
    HttpServer server{trading.gate, trading.api, trading_hub, options(MarketDataPlace::apart)};
    std::unique_ptr<RoomServer> market_data;
};

TEST_F(RoomsTest, each_path_is_served_by_its_room) {
    for (const char* path : {"/marketdata/trades?symbol=NONE", "/v1/instruments", "/v1/time",
                             "/openapi.yaml", "/", "/nothing"}) {
        Client client(server.port());
        client.send(get(path));
        pass_turns(client);
        EXPECT_EQ(client.received, "") << path << " was answered by the wrong room";
        EXPECT_TRUE(receives(client, "HTTP/1.1 ")) << path;
    }
    for (const char* path : {"/v1/status", "/v1/orders", "/v1/operator/accounts", "/v1/nothing"}) {
        Client client(server.port());
        client.send(get(path));
        EXPECT_TRUE(receives(client, "HTTP/1.1 ", false)) << path;
    }
}

TEST_F(RoomsTest, one_connection_may_ask_both_and_is_answered_in_order) {
    Client client(server.port());
    client.send(get("/v1/time") + get("/v1/status") + get("/v1/time"));
    ASSERT_TRUE(receives(client, "durability"));
    ASSERT_TRUE(receives(client, "epochNs"));
    EXPECT_LT(client.received.find("epochNs"), client.received.find("durability"));
}

TEST_F(RoomsTest, public_channels_are_at_their_own_path) {
    Client traders(server.port());
    traders.send(upgrade("/ws"));
    ASSERT_TRUE(receives(traders, "101 Switching", false));
    traders.send(text_frame(subscribe));
    EXPECT_TRUE(receives(traders, "6008", false)) << traders.received;

    Client everybody(server.port());
    everybody.send(upgrade("/ws/market"));
    ASSERT_TRUE(receives(everybody, "101 Switching", false)) << "the door opens it";
    everybody.send(text_frame(subscribe));
    pass_turns(everybody);
    EXPECT_FALSE(everybody.received.contains("subscribed"));
    EXPECT_TRUE(receives(everybody, "subscribed")) << everybody.received;

    Client lost(server.port());
    lost.send(upgrade("/ws/other"));
    EXPECT_TRUE(receives(lost, "/ws/market", false)) << lost.received;
}

TEST_F(RoomsTest, a_room_that_is_full_refuses_its_own_clients_only) {
    // The messages of one client leave some places free, which requests take.
    Client talker(server.port());
    talker.send(upgrade("/ws/market"));
    ASSERT_TRUE(receives(talker, "101 Switching", false));
    for (int i = 0; i < 6'000; ++i) talker.send(text_frame(R"({"op":"ping"})"));
    pass_turns(talker);
    std::vector<std::unique_ptr<Client>> crowd;
    const auto refused = [&] { return !crowd.empty() && !crowd.back()->received.empty(); };
    for (int i = 0; i < 1'000 && !refused(); ++i) {
        crowd.push_back(std::make_unique<Client>(server.port()));
        crowd.back()->send(get("/v1/time"));
        for (int turn = 0; turn < 3; ++turn) crowd.back()->turn(), server.do_work();
    }
    Client one_more(server.port());
    one_more.send(get("/marketdata/trades?symbol=NONE"));
    ASSERT_TRUE(receives(one_more, "HTTP/1.1 ", false));
    EXPECT_TRUE(one_more.received.starts_with("HTTP/1.1 503")) << one_more.received;
    EXPECT_TRUE(one_more.received.contains("\"code\":3201"));
    EXPECT_TRUE(one_more.received.contains("Retry-After"));

    Client reader(server.port());
    reader.send(upgrade("/ws/market"));
    ASSERT_TRUE(receives(reader, "101 Switching", false));
    reader.send(text_frame(subscribe));
    pass_turns(reader);

    Client trader(server.port());
    trader.send(get("/v1/status"));
    EXPECT_TRUE(receives(trader, "HTTP/1.1 200", false)) << trader.received;
    Client private_reader(server.port());
    private_reader.send(upgrade("/ws"));
    ASSERT_TRUE(receives(private_reader, "101 Switching", false));
    private_reader.send(text_frame(R"({"op":"ping"})"));
    EXPECT_TRUE(receives(private_reader, "pong", false)) << private_reader.received;

    EXPECT_TRUE(receives(reader, "subscribed")) << "it is read when the room has room again";
    one_more.send(get("/marketdata/trades?symbol=NONE"));
    EXPECT_TRUE(receives(one_more, "HTTP/1.1 404")) << one_more.received;
}

TEST_F(RoomsTest, a_gateway_without_market_data_says_where_it_is) {
    HttpServer alone(trading.gate, trading.api, trading_hub, options(MarketDataPlace::elsewhere));
    ASSERT_TRUE(alone.listen());
    const auto asks = [&](const std::string& request, std::string_view answer) {
        Client client(alone.port());
        client.send(request);
        const auto end = Steady::now() + std::chrono::seconds(10);
        while (!client.received.contains(answer) && Steady::now() < end)
            client.turn(), alone.do_work();
        return client.received.contains(answer);
    };
    EXPECT_TRUE(asks(get("/marketdata/trades?symbol=ACME"), "process market-data"));
    EXPECT_TRUE(asks(upgrade("/ws/market"), "process market-data"));
    EXPECT_TRUE(asks(upgrade("/ws"), "101 Switching"));
    EXPECT_TRUE(asks(get("/v1/time"), "epochNs"));
}

}  // namespace
}  // namespace bw::gateway::rest::testing
