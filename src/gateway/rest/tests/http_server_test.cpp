// The server on raw sockets: correct, careless and hostile clients.
#include "gateway/rest/http_server.hpp"
#include "access/signature.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "gateway/rest/tests/world.hpp"
#include "net/tests/socket_client.hpp"

namespace bw::gateway::rest::testing {
namespace {

using Steady = std::chrono::steady_clock;

using Client = net::testing::SocketClient;

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + 1))
        ++count;
    return count;
}

constexpr std::string_view get_time = "GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n";

constexpr std::string_view upgrade = net::testing::websocket_upgrade;

class HttpServerTest : public ::testing::Test {
 protected:
    static HttpServerOptions quick() {
        HttpServerOptions options;
        options.address = "127.0.0.1";
        options.port = 0;
        options.loop.header_timeout_ms = 150;
        options.loop.body_timeout_ms = 150;
        options.loop.idle_timeout_ms = 400;
        options.loop.connections_max = 4;
        options.loop.connections_reserved = 0;
        return options;
    }

    HttpServerTest() { EXPECT_TRUE(server.listen()); }

    template <class Done>
    bool run_until(Client& client, Done done) {
        const auto end = Steady::now() + std::chrono::seconds(10);
        while (Steady::now() < end) {
            server.do_work();
            client.turn();
            if (done()) return true;
        }
        return false;
    }
    bool answers(Client& client, std::string_view text) {
        return run_until(client, [&] { return client.received.find(text) != std::string::npos; });
    }
    bool closes(Client& client) {
        return run_until(client, [&] { return client.closed; });
    }

    /// One request, one refusal with this status and code, then the end of the connection.
    void expect_refused(std::string_view bytes, int status, int code) {
        Client client(server.port());
        client.send(bytes);
        EXPECT_TRUE(closes(client)) << bytes.substr(0, 100);
        EXPECT_TRUE(client.received.starts_with("HTTP/1.1 " + std::to_string(status)))
            << bytes.substr(0, 100) << " -> " << client.received;
        EXPECT_NE(client.received.find("\"code\":" + std::to_string(code)), std::string::npos)
            << client.received;
        EXPECT_EQ(count_of(client.received, "HTTP/1.1 "), 1u)
            << "a second answer: " << client.received;
    }

    World world;
    websocket::Hub hub{{world.models.market(), &world.models.reports(), *world.authenticator,
                        world.ring, world.clock}};
    HttpServer server{world.gate, world.api, hub, quick()};
};

TEST_F(HttpServerTest, keeps_the_connection_and_answers_pipelined_requests_in_order) {
    Client client(server.port());
    client.send(get_time);
    ASSERT_TRUE(answers(client, "epochNs"));
    client.send(std::string(get_time) +
                "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: "
                "x\r\nConnection: close\r\n\r\n");
    ASSERT_TRUE(closes(client));
    EXPECT_EQ(count_of(client.received, "HTTP/1.1 200"), 3u);
    EXPECT_EQ(count_of(client.received, "HTTP/1.1 404"), 1u);
    EXPECT_LT(client.received.rfind("durability"), client.received.find("HTTP/1.1 404"));
}

TEST_F(HttpServerTest, an_order_is_answered_after_its_events) {
    world.writer.write(instrument_event(1, "ACME"));
    world.writer.write(account_event(1, "alpha"));
    world.writer.write(cash_event(1, 10'000'000));
    const access::Key key = world.trader(1);
    const std::string body =
        R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"1","price":"100"})";
    const std::string timestamp = std::to_string(world.clock.realtime_ns() / 1'000'000);
    const std::string signature = access::sign(
        {"POST", "/v1/order", "", body, key.id.view(), timestamp, "1", {}}, key.secret);
    world.api.set_on_complete(nullptr);
    HttpServer own(world.gate, world.api, hub, quick());
    ASSERT_TRUE(own.listen());
    Client client(own.port());
    client.send("POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nBW-KEY: " +
                key.id.str() + "\r\nBW-TIMESTAMP: " + timestamp +
                "\r\nBW-NONCE: 1\r\nBW-SIGNATURE: " + signature + "\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body + std::string(get_time));
    const auto end = Steady::now() + std::chrono::seconds(10);
    while (world.ring.sent.empty() && Steady::now() < end) own.do_work(), client.turn();
    ASSERT_FALSE(world.ring.sent.empty());
    EXPECT_EQ(client.received, "");  // the pipelined request waits, too
    world.writer.write(accepted_event(world.ring.take<codec::NewOrder>(), 1));
    while (client.received.find("epochNs") == std::string::npos && Steady::now() < end)
        own.do_work(), client.turn();
    EXPECT_TRUE(client.received.starts_with("HTTP/1.1 201")) << client.received;
    EXPECT_EQ(count_of(client.received, "HTTP/1.1 200"), 1u);
}

TEST_F(HttpServerTest, a_slow_header_gets_408) {
    Client client(server.port());
    client.send("GET /v1/time HTTP/1.1\r\nHo");
    ASSERT_TRUE(closes(client));
    EXPECT_TRUE(client.received.starts_with("HTTP/1.1 408")) << client.received;
}

TEST_F(HttpServerTest, a_slow_body_gets_408) {
    expect_refused("POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{", 408, 1113);
}

TEST_F(HttpServerTest, an_idle_connection_is_closed_without_an_answer) {
    Client client(server.port());
    ASSERT_TRUE(closes(client));
    EXPECT_EQ(client.received, "");
}

TEST_F(HttpServerTest, a_request_that_is_too_large_is_refused_before_it_is_read) {
    expect_refused(
        "GET /v1/time HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431,
        1109);
    expect_refused("GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431, 1109);
    expect_refused("POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", 413,
                   1108);
    expect_refused("POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n" +
                       std::string(1'048'576, 'x'),
                   413, 1108);
    expect_refused(
        "POST /v1/order HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" +
            std::string(70'000, 'x') + "\r\n0\r\n\r\n",
        413, 1108);
}

TEST_F(HttpServerTest, headers_that_make_the_end_of_a_request_ambiguous_are_refused) {
    const std::string smuggled = "0\r\n\r\nGET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::string head = "POST /v1/order HTTP/1.1\r\nHost: x\r\n";
    for (const char* headers :
         {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
          "Transfer-Encoding : chunked\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 5x\r\n",
          "Content-Length: 99999999999999999999\r\n"})
        expect_refused(head + headers + "\r\n" + smuggled, 400, 1100);
}

TEST_F(HttpServerTest, bad_chunks_are_refused) {
    const std::string head =
        "POST /v1/order HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const char* chunks : {"zz\r\nabc\r\n0\r\n\r\n", "-1\r\nabc\r\n0\r\n\r\n",
                               "3\r\nabcXX0\r\n\r\n", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"})
        expect_refused(head + chunks, 400, 1100);
}

TEST_F(HttpServerTest, malformed_http_is_refused) {
    expect_refused("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400, 1100);
    expect_refused("HELLO\r\n\r\n", 400, 1100);
    expect_refused("GET /v1/time HTTP/2.0\r\nHost: x\r\n\r\n", 400, 1100);
    expect_refused("GET /v1/time HTTP/1.1\r\n\r\n", 400, 1100);
    expect_refused("GET /v1/time HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, 1100);
    expect_refused("GET ftp://x/v1/time HTTP/1.1\r\nHost: x\r\n\r\n", 400, 1100);
    expect_refused("GET /v1/time HTTP/1.1\r\nHost: a@b/c?d\r\n\r\n", 400, 1100);
    expect_refused("GET /v1/time HTTP/1.1\r\nHost: x\r\nA\x01: y\r\n\r\n", 400, 1100);
    expect_refused("GET /v1/time HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", 400, 1100);
    expect_refused("GET /v1/time HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n", 400, 1100);
}

TEST_F(HttpServerTest, a_connection_above_the_limit_gets_503_until_one_closes) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<Client>(server.port()));
        clients.back()->send(get_time);
        ASSERT_TRUE(answers(*clients.back(), "epochNs"));
    }
    Client extra(server.port());
    ASSERT_TRUE(closes(extra));
    EXPECT_TRUE(extra.received.starts_with("HTTP/1.1 503")) << extra.received;
    clients.clear();
    ASSERT_TRUE(run_until(extra, [&] { return server.connections() == 0; }));
    Client next(server.port());
    next.send(get_time);
    EXPECT_TRUE(answers(next, "epochNs"));
}

TEST_F(HttpServerTest, an_address_above_its_limit_of_connections_gets_503) {
    HttpServerOptions options = quick();
    options.loop.addresses.connections_max = 1;
    HttpServer narrow(world.gate, world.api, hub, options);
    ASSERT_TRUE(narrow.listen());
    const auto serve = [&](Client& client, auto done) {
        const auto end = Steady::now() + std::chrono::seconds(10);
        while (!done() && Steady::now() < end) narrow.do_work(), client.turn();
        return done();
    };
    {
        Client first(narrow.port());
        first.send(get_time);
        ASSERT_TRUE(serve(first, [&] { return first.received.contains("epochNs"); }));
        Client second(narrow.port());
        ASSERT_TRUE(serve(second, [&] { return second.closed; }));
        EXPECT_TRUE(second.received.starts_with("HTTP/1.1 503")) << second.received;
        first.send(upgrade);
        ASSERT_TRUE(serve(first, [&] { return first.received.contains("101 Switching"); }));
        Client third(narrow.port());
        ASSERT_TRUE(serve(third, [&] { return third.closed; })) << "a WebSocket keeps the place";
    }
    Client later(narrow.port());
    ASSERT_TRUE(serve(later, [&] { return later.closed || narrow.connections() == 0; }));
    Client last(narrow.port());
    last.send(get_time);
    EXPECT_TRUE(serve(last, [&] { return last.received.contains("epochNs"); }));
}

TEST_F(HttpServerTest, a_refused_connection_is_not_read_before_its_address_has_a_turn) {
    World small({.addresses = {1, 1}});
    websocket::Hub other_hub{{small.models.market(), &small.models.reports(), *small.authenticator,
                              small.ring, small.clock}};
    HttpServerOptions options = quick();
    options.loop.addresses.refusals_per_second = 5;
    HttpServer slow(small.gate, small.api, other_hub, options);
    ASSERT_TRUE(slow.listen());
    Client client(slow.port());
    for (int i = 0; i < 4; ++i) client.send(get_time);
    const auto started = Steady::now();
    const auto end = started + std::chrono::seconds(10);
    while (count_of(client.received, "HTTP/1.1 429") < 3 && Steady::now() < end)
        slow.do_work(), client.turn();
    EXPECT_EQ(count_of(client.received, "HTTP/1.1 200"), 1u) << client.received;
    EXPECT_EQ(count_of(client.received, "HTTP/1.1 429"), 3u);
    EXPECT_GE(Steady::now() - started, std::chrono::milliseconds(400)) << "two turns of 200 ms";
}

TEST_F(HttpServerTest, a_turn_ends_when_its_time_is_over_and_the_next_one_goes_on) {
    HttpServerOptions options = quick();
    options.turn_ns = options.loop.turn_ns = 0;
    options.loop.connections_max = 20;
    HttpServer busy(world.gate, world.api, hub, options);
    ASSERT_TRUE(busy.listen());
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<Client>(busy.port()));
        clients.back()->send(get_time);
    }
    const auto answered = [&] {
        return std::ranges::all_of(
            clients, [](const auto& client) { return client->received.contains("epochNs"); });
    };
    const auto end = Steady::now() + std::chrono::seconds(10);
    std::ptrdiff_t before = 0;
    while (!answered() && Steady::now() < end) {
        busy.do_work();
        for (const auto& client : clients) client->turn();
        const auto count = std::ranges::count_if(
            clients, [](const auto& client) { return client->received.contains("epochNs"); });
        EXPECT_LE(count, before + 1);
        before = count;
    }
    EXPECT_TRUE(answered());
}

TEST_F(HttpServerTest, the_answer_to_head_has_no_body_and_stop_closes_idle_connections) {
    Client head(server.port());
    head.send("HEAD /v1/time HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(closes(head));
    EXPECT_TRUE(head.received.starts_with("HTTP/1.1 200") && head.received.ends_with("\r\n\r\n"))
        << head.received;
    Client client(server.port());
    client.send(get_time);
    ASSERT_TRUE(answers(client, "epochNs"));
    server.stop();
    EXPECT_TRUE(closes(client));
    EXPECT_TRUE(run_until(client, [&] { return server.connections() == 0; }));
}

TEST_F(HttpServerTest, io_threads_serve_the_sockets_while_the_gateway_answers) {
    platform::WakeUp wake_up;
    HttpServerOptions options = quick();
    options.io_threads = 2;
    options.loop.connections_max = 40;
    options.wake_up = &wake_up;
    HttpServer threaded(world.gate, world.api, hub, options);
    ASSERT_TRUE(threaded.listen());
    std::vector<std::jthread> threads;
    for (unsigned number = 0; number < options.io_threads; ++number)
        threads.emplace_back([&threaded, number](const std::stop_token& stop) {
            while (!stop.stop_requested())
                if (threaded.do_io(number) == 0) threaded.wait_for_io(number, 10'000'000);
        });
    constexpr std::size_t requests = 20;
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<Client>(threaded.port()));
        for (std::size_t n = 0; n < requests; ++n) clients.back()->send(get_time);
    }
    const auto until = [&](auto done) {
        const auto end = Steady::now() + std::chrono::seconds(20);
        while (!done() && Steady::now() < end) {
            threaded.do_work();
            for (const auto& client : clients) client->turn();
        }
        return done();
    };
    EXPECT_TRUE(until([&] {
        return std::ranges::all_of(clients, [](const auto& client) {
            return count_of(client->received, "HTTP/1.1 200") == requests;
        });
    }));
    threaded.stop();
    EXPECT_TRUE(until([&] { return threaded.connections() == 0; }));
}

/// The thread of the room stands still; it counts the refusals when it has a turn again.
TEST_F(HttpServerTest, what_the_gate_refuses_is_answered_without_the_room) {
    World small({.addresses = {1, 2}});
    websocket::Hub other_hub({small.models.market(), &small.models.reports(), *small.authenticator,
                              small.ring, small.clock});
    auto metrics = std::make_unique<observe::GatewayMetrics>();
    HttpServerOptions options = quick();
    options.io_threads = 1;
    options.metrics = metrics.get();
    HttpServer server_of_small(small.gate, small.api, other_hub, options);
    ASSERT_TRUE(server_of_small.listen());
    std::vector<std::unique_ptr<Client>> clients;
    const auto asks = [&](const std::string& request, std::string_view answer) {
        Client& client = *clients.emplace_back(std::make_unique<Client>(server_of_small.port()));
        client.send(request);
        const auto end = Steady::now() + std::chrono::seconds(10);
        while (!client.received.contains(answer) && Steady::now() < end) {
            client.turn();
            server_of_small.do_io(0);
        }
        return client.received.contains(answer);
    };
    const std::string wrongly_signed =
        "DELETE /v1/orders HTTP/1.1\r\nHost: x\r\nBW-KEY: k\r\nBW-TIMESTAMP: 1\r\nBW-NONCE: "
        "1\r\nBW-SIGNATURE: f00d\r\n\r\n";
    EXPECT_TRUE(asks(wrongly_signed, "HTTP/1.1 401"));
    EXPECT_TRUE(asks("GET /v1/account HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 401"));
    EXPECT_TRUE(asks(wrongly_signed, "HTTP/1.1 429"));
    EXPECT_EQ(metrics->rate_limited.value(), 0u);
    server_of_small.do_work();
    EXPECT_EQ(metrics->rate_limited.value(), 1u);
}

// --- WebSocket
// -------------------------------------------------------------------------------------------------

/// A masked client frame with a zero mask.
std::string frame(unsigned char opcode, const std::string& payload) {
    std::string out{static_cast<char>(0x80 | opcode)};
    if (payload.size() < 126) {
        out += static_cast<char>(0x80 | payload.size());
    } else {
        out += static_cast<char>(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            out += static_cast<char>((payload.size() >> shift) & 0xff);
    }
    return out + std::string(4, '\0') + payload;
}

TEST_F(HttpServerTest, a_websocket_client_is_handed_to_the_hub) {
    world.writer.write(instrument_event(1, "ACME"));
    Client client(server.port());
    client.send(upgrade);
    ASSERT_TRUE(answers(client, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    client.received.clear();
    client.send(frame(1, "{"));
    ASSERT_TRUE(run_until(client, [&] { return client.received.size() > 10; }));
    EXPECT_EQ(client.received.front(), '\x81');  // a text frame: the hub's refusal
    client.send(frame(9, "hi"));
    ASSERT_TRUE(answers(client, std::string("\x8a\x02hi")));
    client.send(frame(8, std::string("\x03\xe8", 2)));
    EXPECT_TRUE(closes(client));
    ASSERT_TRUE(run_until(client, [&] { return server.connections() == 0; }));
}

TEST_F(HttpServerTest, a_websocket_client_that_sends_too_much_or_binary_is_closed_with_a_reason) {
    Client large(server.port());
    large.send(upgrade);
    ASSERT_TRUE(answers(large, "101"));
    large.send(frame(1, std::string(70'000, 'x')));
    ASSERT_TRUE(closes(large));
    EXPECT_NE(large.received.find("\x03\xf1"), std::string::npos);  // 1009: message too big
    Client binary(server.port());
    binary.send(upgrade);
    ASSERT_TRUE(answers(binary, "101"));
    binary.send(frame(2, "x"));
    ASSERT_TRUE(answers(binary, "\x03\xeb"));  // 1003: data it cannot accept
}

TEST_F(HttpServerTest, a_websocket_client_that_pings_too_often_is_closed_with_a_reason) {
    Client client(server.port());
    client.send(upgrade);
    ASSERT_TRUE(answers(client, "101"));
    for (int i = 0; i < 50; ++i) client.send(frame(9, "x"));
    ASSERT_TRUE(answers(client, "\x8a\x01x"));  // a pong
    EXPECT_FALSE(client.received.contains("\x03\xf0"));
    for (int i = 0; i < 20; ++i) client.send(frame(9, "x"));
    ASSERT_TRUE(answers(client, "\x03\xf0"));  // 1008: policy
    EXPECT_LE(count_of(client.received, "\x8a\x01x"), 60u);
}

TEST_F(HttpServerTest, an_upgrade_at_another_path_is_not_found) {
    Client client(server.port());
    std::string elsewhere(upgrade);
    elsewhere.replace(4, 3, "/xx");
    client.send(elsewhere);
    EXPECT_TRUE(answers(client, "HTTP/1.1 404"));
}

}  // namespace
}  // namespace bw::gateway::rest::testing
