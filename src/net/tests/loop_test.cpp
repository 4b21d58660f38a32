// Loops on real sockets, plain and encrypted, with a handler that echoes.
#include "net/loop.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <thread>

#include "net/tests/socket_client.hpp"
#include "net/websocket.hpp"

namespace bw::net {
namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Answers a request with its path and body; "/later" when the test says so. Echoes messages.
class Echo final : public Handler {
 public:
    bool can_take(const Peer&) override { return has_room; }
    void on_request(const Peer& peer, const HttpRequest& request) override {
        ++requests;
        if (request.path == "/trusted") loop->set_trusted(peer.connection, true);
        if (request.path == "/later") {
            waiting.push_back(peer.connection);
            return;
        }
        HttpResponse response;
        response.status = request.path == "/refused" ? 429 : 200;
        response.body = request.path == "/large"
                            ? std::string(large_bytes, 'x')
                            : std::string(request.path) + std::string(request.body);
        loop->respond(peer.connection, response);
    }
    std::optional<HttpResponse> on_upgrade(const Peer&, const HttpRequest&) override {
        return std::nullopt;
    }
    void on_open(const Peer& peer) override { websockets.push_back(peer.connection); }
    void on_message(const Peer& peer, std::string_view text) override {
        loop->send(peer.connection, text_frame(text));
    }
    void on_drained(const Peer&, std::uint64_t bytes_total) override { drained = bytes_total; }
    void on_closed(const Peer& peer) override { closed.insert(peer.connection); }
    HttpResponse refusal(HttpFault fault, const std::string& detail) override {
        return {.status = status_of(fault),
                .content_type = "text/plain",
                .body = detail,
                .headers = {}};
    }
    void end_turn() override {}

    static constexpr std::size_t large_bytes = 8u << 20;
    Loop* loop = nullptr;
    bool has_room = true;
    std::size_t requests = 0;
    std::uint64_t drained = 0;
    std::vector<ConnectionId> waiting;
    std::vector<ConnectionId> websockets;
    std::set<ConnectionId> closed;
};

using Client = testing::SocketClient;

std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

constexpr std::string_view upgrade = testing::websocket_upgrade;

class LoopTest : public ::testing::Test {
 protected:
    void open(const LoopOptions& options = {}, TlsCertificate* certificate = nullptr) {
        auto opened = Listener::open("127.0.0.1", 0, {});
        ASSERT_TRUE(opened) << opened.error().message;
        listener = std::move(*opened);
        auto started = Loop::open(3, {echo, listener, certificate, &rules}, options);
        ASSERT_TRUE(started) << started.error().message;
        loop = std::move(*started);
        echo.loop = loop.get();
    }
    /// Runs the loop; `turn` once in each of its turns.
    bool run_until(const std::function<void()>& turn, const std::function<bool()>& done) {
        for (const auto end = Steady::now() + 10s; Steady::now() < end;) {
            loop->do_work();
            turn();
            if (done()) return true;
        }
        return false;
    }
    bool gets(Client& client, const std::function<bool()>& done) {
        return run_until([&] { client.write(), client.read(); }, done);
    }
    bool gets(Client& client, std::string_view text) {
        return gets(client, [&] { return client.received.contains(text); });
    }

    Echo echo;
    Listener listener;
    AccessRules rules;
    std::unique_ptr<Loop> loop;
};

TEST_F(LoopTest, answers_pipelined_requests_in_order) {
    open();
    Client client(listener.port());
    for (int i = 0; i < 100; ++i) client.send(get("/" + std::to_string(i)));
    ASSERT_TRUE(gets(client, "\r\n\r\n/99"));
    std::size_t at = 0;
    for (int i = 0; i < 100; ++i) {
        at = client.received.find("\r\n\r\n/" + std::to_string(i), at);
        ASSERT_NE(at, std::string::npos) << i;
    }
}

TEST_F(LoopTest, waits_for_an_answer_before_the_next_request) {
    open();
    Client client(listener.port());
    client.send(get("/later") + get("/second"));
    ASSERT_TRUE(gets(client, [&] { return echo.waiting.size() == 1; }));
    for (int i = 0; i < 50; ++i) loop->do_work(), client.read();
    EXPECT_EQ(echo.requests, 1u);
    loop->respond(echo.waiting[0], {.body = "first", .headers = {}});
    ASSERT_TRUE(gets(client, "/second"));
    EXPECT_LT(client.received.find("first"), client.received.find("/second"));
}

TEST_F(LoopTest, an_answer_leaves_although_the_one_behind_it_does_not_come) {
    open();
    Client client(listener.port());
    client.send(get("/first") + get("/later") + get("/last"));
    EXPECT_TRUE(gets(client, "/first"));
    ASSERT_EQ(echo.waiting.size(), 1u);
    EXPECT_FALSE(client.received.contains("/last"));
    loop->respond(echo.waiting[0],
                  {.status = 200, .content_type = "text/plain", .body = "second", .headers = {}});
    EXPECT_TRUE(gets(client, "/last"));
    EXPECT_LT(client.received.find("second"), client.received.find("/last"));
}

TEST_F(LoopTest, a_trusted_client_does_not_wait_behind_the_crowd_nor_the_crowd_for_ever) {
    LoopOptions options;
    options.turn_ns = 0;  // one connection in each turn
    open(options);
    Client trusted(listener.port());
    trusted.send(get("/trusted"));
    ASSERT_TRUE(gets(trusted, "/trusted"));
    std::vector<std::unique_ptr<Client>> crowd;
    for (int i = 0; i < 40; ++i) {
        crowd.push_back(std::make_unique<Client>(listener.port()));
        crowd.back()->send(get("/crowd"));
        ASSERT_TRUE(gets(*crowd.back(), "/crowd"));
    }
    for (const auto& client : crowd) client->send(get("/again")), client->write();
    loop->do_work();  // it has seen that all are ready
    const std::size_t before = echo.requests;
    for (int i = 0; i < 8; ++i) trusted.send(get("/again"));
    trusted.write();
    const auto answers = [&] {
        trusted.read();
        std::size_t count = 0;
        for (std::size_t at = 0;
             (at = trusted.received.find("/again", at + 1)) != std::string::npos;)
            ++count;
        return count;
    };
    for (int turn = 0; turn < 12 && answers() < 8; ++turn) loop->do_work();
    EXPECT_EQ(answers(), 8u);
    EXPECT_LE(echo.requests - before, 8u + 12u);
    ASSERT_TRUE(run_until(
        [&] {
            for (const auto& client : crowd) client->read();
        },
        [&] {
            return std::ranges::all_of(
                crowd, [](const auto& client) { return client->received.contains("/again"); });
        }));
}

TEST_F(LoopTest, an_answer_to_a_connection_that_left_is_dropped) {
    open();
    Client client(listener.port());
    client.send(get("/later"));
    ASSERT_TRUE(gets(client, [&] { return echo.waiting.size() == 1; }));
    client.leave();
    // A request that waits is answered even if the client sends nothing more: the loop sees the end
    // when it reads.
    loop->respond(echo.waiting[0], {.body = "x", .headers = {}});
    ASSERT_TRUE(run_until([] {}, [&] { return loop->connections() == 0; }));
    Client next(listener.port());
    next.send(get("/next"));
    loop->respond(echo.waiting[0], {.body = "stale", .headers = {}});
    ASSERT_TRUE(gets(next, "/next"));
    EXPECT_FALSE(next.received.contains("stale")) << "the slot was used again";
}

TEST_F(LoopTest, a_client_that_does_not_read_is_not_read_either) {
    open();
    Client client(listener.port());
    for (int i = 0; i < 5; ++i) client.send(get("/large"));
    for (int i = 0; i < 2'000; ++i) loop->do_work(), client.write();
    EXPECT_EQ(echo.requests, 1u) << "8 MiB wait: no further request is taken";
    ASSERT_TRUE(gets(client, [&] { return client.received.size() > 5 * Echo::large_bytes; }));
    EXPECT_EQ(echo.requests, 5u);
}

TEST_F(LoopTest, strangers_are_not_read_while_the_buffers_are_full_and_trusted_clients_are) {
    open({.buffered_bytes_max = 1 << 20});
    Client trusted(listener.port()), stranger(listener.port()), slow(listener.port());
    trusted.send(get("/trusted"));
    ASSERT_TRUE(gets(trusted, "/trusted"));
    slow.send(get("/large"));
    ASSERT_TRUE(run_until([&] { slow.write(); }, [&] { return echo.requests == 2; }));
    stranger.send(get("/stranger"));
    for (int i = 0; i < 200; ++i) loop->do_work(), stranger.write(), stranger.read();
    EXPECT_EQ(echo.requests, 2u);
    trusted.send(get("/again"));
    ASSERT_TRUE(gets(trusted, "/again"));
    ASSERT_TRUE(gets(slow, [&] { return slow.received.size() > Echo::large_bytes; }));
    ASSERT_TRUE(gets(stranger, "/stranger"));
}

TEST_F(LoopTest, a_part_of_the_connections_is_kept_for_trusted_clients) {
    open({.connections_max = 4, .connections_reserved = 2});
    Client one(listener.port()), two(listener.port());
    one.send(get("/trusted"));
    ASSERT_TRUE(gets(one, "/trusted"));
    two.send(get("/two"));
    ASSERT_TRUE(gets(two, "/two"));
    Client three(listener.port()), four(listener.port());
    three.send(get("/three"));
    ASSERT_TRUE(gets(three, "/three")) << "one of the others is trusted";
    ASSERT_TRUE(gets(four, [&] { return four.closed; }));
    EXPECT_TRUE(four.received.starts_with("HTTP/1.1 503")) << four.received;
    EXPECT_EQ(loop->metrics().turned_away.value(), 1u);
    EXPECT_EQ(loop->metrics().trusted.value(), 1u);
}

TEST_F(LoopTest, a_denied_address_is_cut_off_and_an_allowed_one_has_no_budget) {
    LoopOptions options;
    options.addresses = {.connections_max = 1, .refusals_per_second = 1};
    open(options);
    rules.replace(*AccessList::parse("allow 127.0.0.1", "rules"));
    Client one(listener.port()), two(listener.port());
    two.send(get("/refused") + get("/refused") + get("/after"));
    ASSERT_TRUE(gets(two, "/after")) << "two connections, and no pause after a 429";
    rules.replace(*AccessList::parse("deny 127.0.0.0/8", "rules"));
    ASSERT_TRUE(gets(two, [&] { return two.closed; }));
    Client three(listener.port());
    ASSERT_TRUE(gets(three, [&] { return three.closed; }));
    EXPECT_EQ(three.received, "");
    EXPECT_EQ(loop->connections(), 0u);
    rules.replace({});
    Client four(listener.port());
    four.send(get("/again"));
    EXPECT_TRUE(gets(four, "/again"));
}

TEST_F(LoopTest, nothing_is_read_while_the_handler_has_no_room) {
    open();
    echo.has_room = false;
    Client client(listener.port());
    client.send(get("/a"));
    for (int i = 0; i < 100; ++i) loop->do_work(), client.write();
    EXPECT_EQ(echo.requests, 0u);
    echo.has_room = true;
    EXPECT_TRUE(gets(client, "/a"));
}

TEST_F(LoopTest, a_client_that_ends_its_output_still_gets_its_answer) {
    open();
    Client client(listener.port());
    client.send(get("/half"));
    client.write();
    ::shutdown(client.fd(), SHUT_WR);
    ASSERT_TRUE(gets(client, "/half"));
    ASSERT_TRUE(gets(client, [&] { return client.closed; }));
    EXPECT_EQ(loop->connections(), 0u);
}

TEST_F(LoopTest, many_clients_come_and_go_and_nothing_stays) {
    open();
    for (int round = 0; round < 20; ++round) {
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 50; ++i) {
            clients.push_back(std::make_unique<Client>(listener.port()));
            clients.back()->send(i % 3 == 0   ? upgrade
                                 : i % 3 == 1 ? get("/later")
                                              : get("/x").substr(0, 9));
        }
        const auto turn = [&] {
            for (const auto& client : clients) client->write(), client->read();
        };
        ASSERT_TRUE(run_until(turn, [&] { return loop->connections() == 50; }));
        for (int i = 0; i < 5; ++i) loop->do_work(), turn();
        for (const ConnectionId id : echo.waiting)
            loop->respond(id, {.body = "late", .headers = {}});
        echo.waiting.clear();
        clients.clear();
        ASSERT_TRUE(run_until([] {},
                              [&] {
                                  for (const ConnectionId id : echo.waiting)
                                      loop->respond(id, {.body = "late", .headers = {}});
                                  return loop->connections() == 0;
                              }));
    }
    EXPECT_EQ(loop->metrics().accepted.value(), 1'000u);
    EXPECT_EQ(loop->metrics().buffered_bytes.value(), 0u);
    EXPECT_EQ(loop->metrics().websockets.value(), 0u);
    EXPECT_EQ(loop->metrics().addresses.value(), 0u);
}

TEST_F(LoopTest, a_loop_that_sleeps_wakes_for_a_client_a_time_out_and_a_call) {
    open({.idle_timeout_ms = 50});
    const auto slept = [&](const std::function<void()>& waker) {
        while (loop->do_work() > 0) {
        }
        std::thread other(waker);
        const auto begin = Steady::now();
        loop->wait(20'000'000'000, [] { return true; });
        other.join();
        return Steady::now() - begin;
    };
    std::optional<Client> client;
    EXPECT_LT(slept([&] { client.emplace(listener.port()); }), 10s);
    EXPECT_LT(slept([] {}), 10s) << "the idle connection is due";
    ASSERT_TRUE(gets(*client, [&] { return client->closed; }));
    EXPECT_LT(slept([&] {
                  std::this_thread::sleep_for(20ms);
                  loop->wake();
              }),
              10s);
}

TEST_F(LoopTest, frames_for_a_client_that_does_not_read_are_reported_when_the_kernel_has_them) {
    open();
    Client client(listener.port());
    client.send(upgrade);
    ASSERT_TRUE(gets(client, "101 Switching"));
    const SharedBytes frame = text_frame(std::string(1 << 20, 'x'));
    for (int i = 0; i < 8; ++i) loop->send(echo.websockets.at(0), frame);
    for (int i = 0; i < 200; ++i) loop->do_work();
    EXPECT_LT(echo.drained, 8 * frame->size());
    client.received.clear();
    ASSERT_TRUE(gets(client, [&] { return echo.drained == 8 * frame->size(); }));
    ASSERT_TRUE(gets(client, [&] { return client.received.size() == 8 * frame->size(); }));
    client.leave();
    ASSERT_TRUE(run_until([] {}, [&] { return echo.closed.contains(echo.websockets[0]); }));
}

TEST_F(LoopTest, a_silent_websocket_client_gets_a_ping_and_is_closed) {
    open({.websocket_idle_ms = 100});
    Client client(listener.port());
    client.send(upgrade);
    ASSERT_TRUE(gets(client, std::string_view("\x89\0", 2)));
    ASSERT_TRUE(gets(client, [&] { return client.closed; }));
}

TEST_F(LoopTest, a_stopped_listener_refuses_connections) {
    open();
    Client before(listener.port());
    before.send(get("/before"));
    ASSERT_TRUE(gets(before, "/before"));
    listener.stop();
    loop->stop();
    ASSERT_TRUE(gets(before, [&] { return before.closed; }));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(listener.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const Socket late(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(::connect(late.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address), -1);
    EXPECT_EQ(errno, ECONNREFUSED);
}

// --- TLS

/// A self-signed certificate for localhost, written to two files.
class Certificate {
 public:
    explicit Certificate(std::string name)
        : folder_(std::filesystem::temp_directory_path() / std::move(name)) {
        std::filesystem::create_directories(folder_);
        EVP_PKEY* key = ::EVP_EC_gen("P-256");
        X509* certificate = ::X509_new();
        ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), 1);
        ::X509_gmtime_adj(::X509_getm_notBefore(certificate), -60);
        ::X509_gmtime_adj(::X509_getm_notAfter(certificate), 3'600);
        ::X509_set_pubkey(certificate, key);
        X509_NAME* subject = ::X509_get_subject_name(certificate);
        ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                                     0);
        ::X509_set_issuer_name(certificate, subject);
        ::X509_sign(certificate, key, ::EVP_sha256());
        FILE* file = std::fopen(files().certificate.c_str(), "w");
        ::PEM_write_X509(file, certificate);
        std::fclose(file);
        file = std::fopen(files().key.c_str(), "w");
        ::PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
        ::chmod(files().key.c_str(), 0600);
        ::X509_free(certificate);
        ::EVP_PKEY_free(key);
    }
    ~Certificate() { std::filesystem::remove_all(folder_); }
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    [[nodiscard]] TlsFiles files() const {
        return {folder_ / "certificate.pem", folder_ / "key.pem"};
    }

 private:
    std::filesystem::path folder_;
};

/// OpenSSL's client on a non-blocking socket.
class TlsClient {
 public:
    explicit TlsClient(std::uint16_t port, int version_max = TLS1_3_VERSION)
        : socket_(port), context_(::SSL_CTX_new(::TLS_client_method())), ssl_(::SSL_new(context_)) {
        std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a socket that is closed
        ::SSL_set_max_proto_version(ssl_, version_max);
        ::SSL_set_fd(ssl_, socket_.fd());
        ::SSL_set_connect_state(ssl_);
    }
    ~TlsClient() {
        ::SSL_free(ssl_);
        ::SSL_CTX_free(context_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    void turn() {
        char buffer[65'536];
        const int got = ::SSL_read(ssl_, buffer, sizeof buffer);
        if (got > 0) received.append(buffer, static_cast<std::size_t>(got));
        const int why = got > 0 ? SSL_ERROR_NONE : ::SSL_get_error(ssl_, got);
        failed = failed || why == SSL_ERROR_SSL || why == SSL_ERROR_SYSCALL;
        ended = ended || why == SSL_ERROR_ZERO_RETURN;
        if (::SSL_is_init_finished(ssl_) != 0 && !unsent.empty()) {
            const int sent = ::SSL_write(ssl_, unsent.data(), static_cast<int>(unsent.size()));
            if (sent > 0) unsent.erase(0, static_cast<std::size_t>(sent));
        }
    }
    [[nodiscard]] std::string serial_and_end() const {
        X509* certificate = ::SSL_get1_peer_certificate(ssl_);
        if (certificate == nullptr) return {};
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        ::X509_digest(certificate, ::EVP_sha256(), digest, &size);
        ::X509_free(certificate);
        return {reinterpret_cast<const char*>(digest), size};
    }
    [[nodiscard]] const char* version() const { return ::SSL_get_version(ssl_); }

    std::string unsent;
    std::string received;
    bool failed = false;
    bool ended = false;

 private:
    Client socket_;
    SSL_CTX* context_;
    SSL* ssl_;
};

class TlsLoopTest : public LoopTest {
 protected:
    bool gets(TlsClient& client, std::string_view text) {
        return run_until([&] { client.turn(); }, [&] { return client.received.contains(text); });
    }
    Certificate first{"bw_net_first_" + std::to_string(::getpid())};
    TlsCertificate certificate;
};

TEST_F(TlsLoopTest, serves_large_answers_and_websockets_by_tls_1_3) {
    ASSERT_TRUE(certificate.load(first.files()));
    open({}, &certificate);
    TlsClient client(listener.port());
    client.unsent = get("/large") + get("/after");
    ASSERT_TRUE(gets(client, "/after"));
    EXPECT_GT(client.received.size(), Echo::large_bytes);
    EXPECT_STREQ(client.version(), "TLSv1.3");
    TlsClient websocket(listener.port());
    websocket.unsent = upgrade;
    ASSERT_TRUE(gets(websocket, "101 Switching"));
    websocket.unsent = std::string("\x81\x82\0\0\0\0hi", 8);
    ASSERT_TRUE(gets(websocket, "\x81\x02hi"));
}

TEST_F(TlsLoopTest, refuses_an_older_version_and_plain_text) {
    ASSERT_TRUE(certificate.load(first.files()));
    open({}, &certificate);
    TlsClient old(listener.port(), TLS1_2_VERSION);
    ASSERT_TRUE(run_until([&] { old.turn(); }, [&] { return old.failed; }));
    Client plain(listener.port());
    plain.send(get("/x"));
    ASSERT_TRUE(run_until([&] { plain.write(), plain.read(); }, [&] { return plain.closed; }));
    EXPECT_EQ(echo.requests, 0u);
    EXPECT_EQ(loop->metrics().handshakes_failed.value(), 2u);
}

TEST_F(TlsLoopTest, an_address_without_handshakes_left_waits_or_is_refused) {
    ASSERT_TRUE(certificate.load(first.files()));
    LoopOptions options;
    options.addresses.handshakes_per_second = 10;
    options.addresses.handshakes_burst = 1;
    options.handshake_timeout_ms = 150;
    open(options, &certificate);
    TlsClient served(listener.port()), waits(listener.port()), refused(listener.port());
    const auto begin = Steady::now();
    served.unsent = get("/served"), waits.unsent = get("/waits");
    EXPECT_TRUE(run_until([&] { served.turn(), waits.turn(), refused.turn(); },
                          [&] {
                              return served.received.contains("/served") &&
                                     waits.received.contains("/waits") && refused.failed;
                          }));
    EXPECT_GE(Steady::now() - begin, 50ms);
    EXPECT_EQ(loop->metrics().turned_away.value(), 1u);
}

TEST_F(TlsLoopTest, a_handshake_that_does_not_come_is_cut_off) {
    ASSERT_TRUE(certificate.load(first.files()));
    open({.handshake_timeout_ms = 50}, &certificate);
    Client silent(listener.port());
    ASSERT_TRUE(run_until([&] { silent.read(); }, [&] { return silent.closed; }));
}

TEST_F(TlsLoopTest, a_new_certificate_serves_new_connections_and_old_ones_go_on) {
    ASSERT_TRUE(certificate.load(first.files()));
    open({}, &certificate);
    TlsClient before(listener.port());
    before.unsent = get("/before");
    ASSERT_TRUE(gets(before, "/before"));
    const Certificate second{"bw_net_second_" + std::to_string(::getpid())};
    ASSERT_TRUE(certificate.load(second.files()));
    TlsClient after(listener.port());
    after.unsent = get("/after");
    ASSERT_TRUE(gets(after, "/after"));
    EXPECT_NE(before.serial_and_end(), after.serial_and_end());
    before.unsent = get("/still");
    EXPECT_TRUE(gets(before, "/still"));
}

TEST_F(TlsLoopTest, files_that_do_not_serve_are_refused_and_the_certificate_stays) {
    ASSERT_TRUE(certificate.load(first.files()));
    const auto in_force = certificate.context();
    const Certificate other{"bw_net_other_" + std::to_string(::getpid())};
    const auto refused = [&](const TlsFiles& files, std::string_view why) {
        const auto loaded = certificate.load(files);
        return !loaded && loaded.error().message.contains(why);
    };
    EXPECT_TRUE(refused({first.files().certificate, other.files().key}, "cannot use the TLS key"));
    EXPECT_TRUE(
        refused({"/nothing", first.files().key}, "cannot use the TLS certificate /nothing"));
    EXPECT_TRUE(
        refused({first.files().certificate, "/nothing"}, "cannot read the TLS key /nothing"));
    ::chmod(other.files().key.c_str(), 0644);
    EXPECT_TRUE(refused(other.files(), "chmod 600"));
    EXPECT_EQ(certificate.context(), in_force);
    EXPECT_GT(in_force->expires_s(), 0);
}

}  // namespace
}  // namespace bw::net
