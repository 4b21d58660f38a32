// What the gateway says in its log, and what it never says.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "access/signature.hpp"
#include "gateway/rest/http_server.hpp"
#include "gateway/rest/tests/world.hpp"
#include "net/tests/socket_client.hpp"
#include "telemetry/log.hpp"

namespace bw::gateway::rest::testing {
namespace {

using Client = net::testing::SocketClient;

constexpr std::string_view trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string traceparent =
    "traceparent: 00-" + std::string(trace_id) + "-00f067aa0ba902b7-01\r\n";
constexpr std::string_view order =
    R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"1","price":"100"})";

HttpServerOptions options_with(std::uint64_t slow_ns) {
    HttpServerOptions options;
    options.address = "127.0.0.1";
    options.port = 0;
    options.loop.connections_max = 2;
    options.loop.connections_reserved = 0;
    options.slow_request_ns = slow_ns;
    return options;
}

class GatewayLogTest : public ::testing::Test {
 protected:
    GatewayLogTest() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
        from = ends[0], to = ends[1];
        log = std::make_unique<telemetry::Log>("gateway", to, wall);
        telemetry::use_log(log.get());
    }
    ~GatewayLogTest() override {
        telemetry::use_log(nullptr);
        ::close(from);
        ::close(to);
    }
    GatewayLogTest(const GatewayLogTest&) = delete;
    GatewayLogTest& operator=(const GatewayLogTest&) = delete;

    void serve(std::uint64_t slow_ns) {
        server = std::make_unique<HttpServer>(world.gate, world.api, hub, options_with(slow_ns));
        ASSERT_TRUE(server->listen());
    }
    /// Serves until the client has an answer, or the exchange a command.
    void turn_until_something(Client& client) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        const std::size_t before = client.received.size(), sent = world.ring.sent.size();
        while (client.received.size() == before && world.ring.sent.size() == sent &&
               !client.closed && std::chrono::steady_clock::now() < end)
            server->do_work(), client.turn();
    }
    std::string signed_request(const access::Key& key, const std::string& method,
                               const std::string& path, std::string_view body,
                               const std::string& headers) {
        const std::string timestamp = std::to_string(world.clock.realtime_ns() / 1'000'000);
        nonce = std::to_string(std::stoull(nonce) + 1);
        signature =
            access::sign({method, path, "", body, key.id.view(), timestamp, nonce, {}}, key.secret);
        return method + " " + path +
               " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nBW-KEY: " + key.id.str() +
               "\r\nBW-TIMESTAMP: " + timestamp + "\r\nBW-NONCE: " + nonce +
               "\r\nBW-SIGNATURE: " + signature + "\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
    }
    std::string written() {
        log->do_work();
        std::string text;
        std::array<char, 65'536> part{};
        for (ssize_t size = 0; (size = ::read(from, part.data(), part.size())) > 0;)
            text.append(part.data(), static_cast<std::size_t>(size));
        return text;
    }
    void expect_no_secret(const std::string& text, const access::Key& key) {
        EXPECT_FALSE(text.contains(signature));
        EXPECT_FALSE(text.contains(nonce));
        std::string secret;
        for (const std::byte byte : key.secret)
            secret += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
        EXPECT_FALSE(text.contains(secret));
        EXPECT_FALSE(text.contains("limit")) << "a body";
    }

    World world;
    websocket::Hub hub{{world.models.market(), &world.models.reports(), *world.authenticator,
                        world.ring, world.clock}};
    platform::SystemClock wall;
    int from = -1, to = -1;
    std::unique_ptr<telemetry::Log> log;
    std::unique_ptr<HttpServer> server;
    std::string nonce = "7318349394477056", signature;
};

TEST_F(GatewayLogTest, a_slow_request_is_said_with_who_what_and_the_trace) {
    world.writer.write(instrument_event(1, "ACME"));
    world.writer.write(account_event(1, "alpha"));
    world.writer.write(cash_event(1, 10'000'000));
    const access::Key key = world.trader(1);
    serve(0);
    Client client(server->port());
    client.send(signed_request(key, "POST", "/v1/order", order, traceparent));
    turn_until_something(client);
    ASSERT_FALSE(world.ring.sent.empty());
    EXPECT_EQ(written(), "") << "before it is answered";
    const auto command = world.ring.take<codec::NewOrder>();
    world.writer.write(accepted_event(command, 1));
    turn_until_something(client);
    const std::string text = written();
    EXPECT_TRUE(text.contains(R"("event":"request_slow")")) << text;
    EXPECT_TRUE(text.contains(R"("method":"POST","route":"/v1/order","status":201)")) << text;
    EXPECT_TRUE(text.contains("\"request_id\":\"" + std::to_string(command.request_id.value())));
    EXPECT_TRUE(text.contains(R"("account":"1","key_id":")" + key.id.str() + "\"")) << text;
    EXPECT_TRUE(text.contains("\"sequence\":")) << text;
    EXPECT_TRUE(text.contains(R"("address":"127.0.0.1")")) << text;
    EXPECT_TRUE(text.contains("\"trace_id\":\"" + std::string(trace_id) + "\"")) << text;
    EXPECT_TRUE(text.contains(R"("span_id":"00f067aa0ba902b7")")) << text;
    EXPECT_FALSE(text.contains("operator"));
    expect_no_secret(text, key);
}

TEST_F(GatewayLogTest, a_quick_good_request_is_not_said) {
    serve(3'600'000'000'000);
    Client client(server->port());
    client.send("GET /v1/time HTTP/1.1\r\nHost: x\r\n" + traceparent + "\r\n");
    turn_until_something(client);
    client.received.clear();
    client.send("GET /v1/orders HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until_something(client);
    EXPECT_TRUE(client.received.starts_with("HTTP/1.1 401"));
    EXPECT_EQ(written(), "");
}

TEST_F(GatewayLogTest, a_failed_one_is_and_its_query_is_not) {
    world.writer.write(account_event(1, "alpha"));
    const access::Key key = world.trader(1);
    world.writer.write(instrument_event(1, "ACME"));
    serve(3'600'000'000'000);
    world.ring.full = true;
    Client client(server->port());
    client.send(signed_request(key, "POST", "/v1/order", order, traceparent + traceparent));
    turn_until_something(client);
    EXPECT_TRUE(client.received.starts_with("HTTP/1.1 503")) << client.received;
    const std::string text = written();
    EXPECT_TRUE(text.contains(R"("level":"error")")) << text;
    EXPECT_TRUE(text.contains(R"("event":"request_failed")")) << text;
    EXPECT_TRUE(text.contains(R"("route":"/v1/order","status":503)")) << text;
    EXPECT_FALSE(text.contains("request_id")) << "nothing was sent";
    EXPECT_FALSE(text.contains("trace_id")) << "given twice";
    expect_no_secret(text, key);
}

TEST_F(GatewayLogTest, what_an_operator_did_is_said_with_who_and_the_sequence) {
    const access::Key key = world.operations();
    serve(3'600'000'000'000);
    Client client(server->port());
    client.send(signed_request(key, "POST", "/v1/operator/accounts", R"({"reference":"a"})",
                               "traceparent: 00-nonsense\r\n"));
    turn_until_something(client);
    const auto command = world.ring.take<codec::OpenAccount>();
    auto opened = account_event(1, "a");
    opened.request_id = command.request_id;
    world.writer.write(opened);
    turn_until_something(client);
    ASSERT_TRUE(client.received.starts_with("HTTP/1.1 201")) << client.received;
    const std::string text = written();
    EXPECT_TRUE(text.contains(R"("event":"operator_command")")) << text;
    EXPECT_TRUE(text.contains(R"("route":"/v1/operator/accounts","status":201)")) << text;
    EXPECT_TRUE(text.contains(R"("operator":1,"key_id":")" + key.id.str() + "\"")) << text;
    EXPECT_TRUE(text.contains("\"sequence\":1,")) << text;
    EXPECT_FALSE(text.contains("trace_id")) << "malformed";
    expect_no_secret(text, key);
    client.received.clear();
    client.send(signed_request(key, "GET", "/v1/operator/accounts", "", ""));
    turn_until_something(client);
    ASSERT_TRUE(client.received.starts_with("HTTP/1.1 200")) << client.received;
    EXPECT_EQ(written(), "") << "looking changes nothing";
}

TEST_F(GatewayLogTest, refused_connections_are_said_once_a_second) {
    RefusedConnections refused;
    refused.note(RefusedConnections::Reason::denied, 0);
    EXPECT_EQ(written(), "");
    refused.note(RefusedConnections::Reason::denied, 3);
    refused.note(RefusedConnections::Reason::denied, 5);
    refused.note(RefusedConnections::Reason::no_room, 1);
    const std::string text = written();
    EXPECT_TRUE(text.contains(R"("reason":"denied","count":3})")) << text;
    EXPECT_FALSE(text.contains(R"("count":2)")) << "within the same second";
    EXPECT_TRUE(text.contains(R"("reason":"no_room","count":1})")) << text;
}

}  // namespace
}  // namespace bw::gateway::rest::testing
