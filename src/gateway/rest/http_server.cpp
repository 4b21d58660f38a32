#include "gateway/rest/http_server.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>
#include <unordered_map>

#include "gateway/rest/address_table.hpp"
#include "gateway/rest/problem.hpp"
#include "gateway/rest/request_class.hpp"
#include "gateway/rest/websocket_session.hpp"
#include "platform/clock.hpp"

namespace bw::gateway::rest {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

class Connection;

/// The functions of the server that a connection calls.
class Server {
 public:
    virtual ~Server() = default;
    virtual Token next_token() = 0;
    virtual void wait_for(Token token, const std::shared_ptr<Connection>& connection) = 0;
    virtual void give_up(Token token) = 0;
    /// The WebSocket takes the connection's place. -1: it failed after has_room_for_websocket()
    /// reserved one.
    virtual void upgrade(Connection* connection, int socket, bool is_v6,
                         const UpgradeRequest& request) = 0;
    virtual bool has_room_for_websocket() = 0;
    virtual void gone(Connection* connection) = 0;

    AddressTable addresses;
    Api* api = nullptr;
    HttpServerOptions options;
    bool stopping = false;

 protected:
    explicit Server(const HttpServerOptions& the_options)
        : addresses({.connections_max = the_options.connections_per_address_max,
                     .refusals_per_second = the_options.refusals_per_second}),
          options(the_options) {}
};

const platform::SystemClock steady;  // of timeouts and budgets; no command sees it

std::string address_of(const tcp::socket& socket) {
    Error error;
    const auto peer = socket.remote_endpoint(error);
    return error ? std::string() : peer.address().to_string();
}

std::string_view reason_of(unsigned status) {
    const auto text = http::obsolete_reason(static_cast<http::status>(status));
    return {text.data(), text.size()};
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string render(const Response& response, bool keep_alive, bool without_body) {
    std::string out = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nX-Content-Type-Options: "
        "nosniff\r\n",
        response.status, reason_of(response.status), response.content_type, response.body.size());
    for (const auto& [name, value] : response.headers)
        out += fmt::format("{}: {}\r\n", name, value);
    out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (!without_body) out += response.body;
    return out;
}

/// One HTTP connection:  idle ─► header ─► body ─► handled ─► answered ─► (paused) ─► idle …
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
    Connection(tcp::socket socket, std::string remote, Server& server)
        : socket_(std::move(socket)),
          timer_(socket_.get_executor()),
          server_(server),
          remote_(std::move(remote)) {
        Error ignored;
        static_cast<void>(socket_.set_option(tcp::no_delay(true), ignored));
    }

    void begin() { next_after(server_.addresses.pause_of_new(remote_, steady.monotonic_ns())); }
    [[nodiscard]] const std::string& remote() const { return remote_; }

    /// Waits for the next request.
    void next() {
        if (server_.stopping) return close();
        class_ = observe::RequestClass::other;
        begun_ = {};
        parser_.emplace();
        parser_->header_limit(server_.options.header_bytes_max);
        parser_->body_limit(server_.options.body_bytes_max);
        if (buffer_.size() > 0) return read_header();
        idle_ = true;
        arm(server_.options.idle_timeout_ms);
        socket_.async_read_some(buffer_.prepare(4096),
                                [self = shared_from_this()](Error error, std::size_t size) {
                                    self->idle_ = false;
                                    if (error) return self->close();
                                    self->buffer_.commit(size);
                                    self->read_header();
                                });
    }

    void respond(const Response& response) {
        const bool keep = keep_alive_ && !server_.stopping;
        token_ = 0;
        count(response.status);
        out_ = render(response, keep, head_);
        const bool refused = response.status == 429 && !signed_in_;
        const std::uint64_t pause_ns =
            refused ? server_.addresses.refuse(remote_, steady.monotonic_ns()) : 0;
        arm(server_.options.write_timeout_ms);
        asio::async_write(socket_, asio::buffer(out_),
                          [self = shared_from_this(), keep, pause_ns](Error error, std::size_t) {
                              if (error) return self->close();
                              if (keep)
                                  self->next_after(pause_ns);
                              else
                                  self->linger();
                          });
    }

    void count(std::uint16_t status) {
        observe::GatewayMetrics* metrics = server_.options.metrics;
        if (metrics == nullptr) return;
        metrics->count_request(class_, status);
        if (begun_ == std::chrono::steady_clock::time_point{}) return;
        const auto took = std::chrono::steady_clock::now() - begun_;
        metrics->request_time[static_cast<std::size_t>(class_)].record(
            static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count()));
    }

    void stop_if_idle() {
        if (idle_) close();
    }

 private:
    /// Leaves the connection unread for `pause_ns`; what the peer sends stays in the kernel.
    void next_after(std::uint64_t pause_ns) {
        if (pause_ns == 0) return next();
        idle_ = true;
        timer_.expires_after(std::chrono::nanoseconds(pause_ns));
        timer_.async_wait([self = shared_from_this()](Error error) {
            if (error || !self->idle_) return;
            self->idle_ = false;
            self->next();
        });
    }

    void read_header() {
        arm(server_.options.header_timeout_ms);
        http::async_read_header(socket_, buffer_, *parser_,
                                [self = shared_from_this()](Error error, std::size_t) {
                                    if (error) return self->failed(error);
                                    self->header_read();
                                });
    }

    void header_read() {
        const auto& header = parser_->get();
        head_ = header.method() == http::verb::head;
        if (const auto wrong = header_fault()) return refuse(ApiCode::malformed_http, *wrong);
        if (beast::websocket::is_upgrade(header) && path() == "/ws") return upgrade();
        if (const auto length = parser_->content_length();
            length && *length > server_.options.body_bytes_max)
            return refuse(ApiCode::body_too_large, body_limit_text());
        if (beast::iequals(header[http::field::expect], "100-continue")) return send_continue();
        read_body();
    }

    /// Headers that the parser accepts although receivers could interpret them differently.
    [[nodiscard]] std::optional<std::string> header_fault() const {
        const auto& header = parser_->get();
        const auto encodings = header.equal_range(http::field::transfer_encoding);
        const auto count = std::distance(encodings.first, encodings.second);
        if (count > 1 || (count == 1 && !beast::iequals(encodings.first->value(), "chunked")))
            return "The only Transfer-Encoding is chunked.";
        if (count == 1 && (header.count(http::field::content_length) > 0 || header.version() < 11))
            return "Transfer-Encoding does not go with Content-Length or HTTP/1.0.";
        const auto hosts = header.count(http::field::host);
        if (hosts > 1 || (hosts == 0 && header.version() >= 11))
            return "Exactly one Host header is needed.";
        if (view(header[http::field::host]).find_first_of(" \t,") != std::string_view::npos)
            return "The Host header is malformed.";
        if (!header.target().starts_with('/')) return "The target must be a path.";
        return std::nullopt;
    }

    void send_continue() {
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        arm(server_.options.write_timeout_ms);
        asio::async_write(socket_, asio::buffer(go_on),
                          [self = shared_from_this()](Error error, std::size_t) {
                              if (error) return self->close();
                              self->read_body();
                          });
    }

    void read_body() {
        arm(server_.options.body_timeout_ms);
        http::async_read(socket_, buffer_, *parser_,
                         [self = shared_from_this()](Error error, std::size_t) {
                             if (error) return self->failed(error);
                             self->handle();
                         });
    }

    void handle() {
        timer_.cancel();
        const auto& message = parser_->get();
        class_ = class_of(view(message.method_string()), path());
        begun_ = std::chrono::steady_clock::now();
        keep_alive_ = message.keep_alive() && !head_;
        const std::string_view target = view(message.target());
        const std::size_t mark = target.find('?');
        Request request;
        request.method = view(message.method_string());
        request.path = path();
        request.query =
            mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
        request.body = message.body();
        request.content_type = view(message[http::field::content_type]);
        request.remote_address = remote_;
        request.signed_in = &signed_in_;
        request.key_id = once("BW-KEY");
        request.timestamp_ms = once("BW-TIMESTAMP");
        request.nonce = once("BW-NONCE");
        request.signature = once("BW-SIGNATURE");
        token_ = server_.next_token();
        server_.wait_for(token_, shared_from_this());
        if (auto response = server_.api->handle(request, token_)) {
            server_.give_up(token_);
            respond(*response);
        }
    }

    [[nodiscard]] std::string_view path() const {
        const std::string_view target = view(parser_->get().target());
        return target.substr(0, target.find('?'));
    }

    /// The value of a header; empty when it is absent or given more than once.
    [[nodiscard]] std::string_view once(const char* name) const {
        const auto& message = parser_->get();
        return message.count(name) == 1 ? view(message[name]) : std::string_view();
    }

    void upgrade() {
        // A client may not send frames before it has our 101.
        if (buffer_.size() > 0)
            return refuse(ApiCode::malformed_http,
                          "Frames may only be sent after the answer to the upgrade request.");
        if (!server_.has_room_for_websocket())
            return refuse(ApiCode::too_many_connections, "There are too many WebSocket clients.");
        UpgradeRequest request;
        request.target = view(parser_->get().target());
        for (const auto& field : parser_->get())
            request.headers.emplace_back(std::string(field.name_string()),
                                         std::string(field.value()));
        timer_.cancel();
        Error error;
        const bool is_v6 = socket_.local_endpoint(error).protocol() == tcp::v6();
        const int socket = error ? -1 : socket_.release(error);
        server_.upgrade(this, error ? -1 : socket, is_v6, request);
    }

    [[nodiscard]] std::string body_limit_text() const {
        return fmt::format("The body may have {} bytes at most.", server_.options.body_bytes_max);
    }

    void failed(Error error) {
        if (timed_out_)
            return refuse(ApiCode::request_too_slow, "The request took too long to arrive.");
        if (error == http::error::header_limit)
            return refuse(ApiCode::headers_too_large, "The header is too large.");
        if (error == http::error::body_limit)
            return refuse(ApiCode::body_too_large, body_limit_text());
        if (error == http::error::buffer_overflow)
            return refuse(ApiCode::headers_too_large, "The request is too large.");
        if (error == http::error::end_of_stream || error == http::error::partial_message)
            return close();
        if (error.category() == http::make_error_code(http::error::end_of_stream).category())
            return refuse(
                ApiCode::malformed_http,
                fmt::format("This is not a well-formed HTTP request: {}.", error.message()));
        close();
    }

    /// Answers and closes: after a malformed request, the beginning of the next one is unknown.
    void refuse(ApiCode code, std::string detail) {
        keep_alive_ = false;
        timed_out_ = false;
        respond(to_response(problem(code, std::move(detail))));
    }

    /// Ends the output and discards input for a while before the close: unread input would cause a
    /// reset, and the peer might lose the answer.
    void linger() {
        Error ignored;
        static_cast<void>(socket_.shutdown(tcp::socket::shutdown_send, ignored));
        buffer_.consume(buffer_.size());
        timed_out_ = false;
        arm(1'000);
        discard();
    }

    void discard() {
        socket_.async_read_some(
            buffer_.prepare(16 * 1024), [self = shared_from_this()](Error error, std::size_t size) {
                self->discarded_ += size;
                if (error || self->timed_out_ || self->discarded_ > 4 * 1024 * 1024)
                    return self->close();
                self->discard();
            });
    }

    void arm(std::uint32_t milliseconds) {
        timer_.expires_after(std::chrono::milliseconds(milliseconds));
        timer_.async_wait([weak = weak_from_this()](Error error) {
            const auto self = weak.lock();
            if (error || !self || self->timer_.expiry() > std::chrono::steady_clock::now()) return;
            self->timed_out_ = true;
            Error ignored;
            static_cast<void>(self->socket_.cancel(ignored));
        });
    }

    void close() {
        idle_ = false;
        timer_.cancel();
        Error ignored;
        static_cast<void>(socket_.close(ignored));
        server_.gone(this);
    }

    tcp::socket socket_;
    asio::steady_timer timer_;
    Server& server_;
    std::string remote_;
    beast::flat_buffer buffer_{128 * 1024};
    std::optional<http::request_parser<http::string_body>> parser_;
    std::string out_;
    Token token_ = 0;
    std::size_t discarded_ = 0;
    observe::RequestClass class_ = observe::RequestClass::other;
    std::chrono::steady_clock::time_point begun_;  ///< when the current request was complete
    bool signed_in_ = false;                       ///< its newest signature was right
    bool keep_alive_ = false;
    bool head_ = false;
    bool idle_ = false;
    bool timed_out_ = false;
};

}  // namespace

class HttpServer::State final : public Server {
 public:
    State(Api& the_api, websocket::Hub& hub, const HttpServerOptions& the_options)
        : Server(the_options), hub_(hub), acceptor_(io_) {
        api = &the_api;
        api->set_on_complete(
            [this](Token token, const Response& response) { completed(token, response); });
    }

    ~State() override { api->set_on_complete(nullptr); }

    base::Result<void> listen() {
        Error error;
        const auto failed = [&](const char* step) {
            return base::error(
                fmt::format("cannot {} {}:{}: {}; is another program using the port?", step,
                            options.address, options.port, error.message()));
        };
        const auto address = asio::ip::make_address(options.address, error);
        if (error) return failed("parse the address");
        const tcp::endpoint endpoint(address, options.port);
        if (acceptor_.open(endpoint.protocol(), error)) return failed("open");
        if (acceptor_.set_option(asio::socket_base::reuse_address(true), error))
            return failed("prepare");
        if (acceptor_.bind(endpoint, error)) return failed("bind");
        if (acceptor_.listen(asio::socket_base::max_listen_connections, error))
            return failed("listen on");
        accept();
        return {};
    }

    [[nodiscard]] std::uint16_t port() const {
        Error ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    std::size_t do_work() {
        if (io_.stopped()) io_.restart();
        std::size_t done = serve_sockets();
        done += serve_websockets();
        done += api->expire();
        if (options.metrics != nullptr && done > 0) note_connections();
        return done;
    }

    void stop() {
        stopping = true;
        hub_.stop();
        Error ignored;
        static_cast<void>(acceptor_.close(ignored));
        const auto connections = connections_;
        for (const auto& [raw, connection] : connections) connection->stop_if_idle();
        const auto sessions = websockets_;
        for (const auto& [id, session] : sessions) session->stop();
    }

    [[nodiscard]] std::size_t connections() const {
        return connections_.size() + websockets_.size();
    }

    Token next_token() override { return ++last_token_; }
    void wait_for(Token token, const std::shared_ptr<Connection>& connection) override {
        waiting_.emplace(token, connection);
    }
    void give_up(Token token) override { waiting_.erase(token); }
    void gone(Connection* connection) override {
        const auto node = connections_.extract(connection);
        if (!node.empty()) addresses.disconnect(connection->remote(), steady.monotonic_ns());
    }

    bool has_room_for_websocket() override {
        reserved_ = hub_.connect();
        return reserved_.has_value();
    }

    void upgrade(Connection* connection, int socket, bool is_v6,
                 const UpgradeRequest& request) override {
        const websocket::ConnectionId id = *std::exchange(reserved_, std::nullopt);
        if (socket < 0) {  // the peer left meanwhile
            hub_.disconnect(id);
            return gone(connection);
        }
        const std::string remote = connection->remote();
        connections_.erase(connection);  // its place in `addresses` goes to the WebSocket
        const auto on_closed = [this, remote](websocket::ConnectionId closed) {
            hub_.disconnect(closed);
            websockets_.erase(closed);
            addresses.disconnect(remote, steady.monotonic_ns());
        };
        websockets_[id] = start_websocket(socket, is_v6, request,
                                          {io_, hub_, id, options.frame_bytes_max,
                                           options.websocket_idle_ms, on_closed, options.metrics});
    }

 private:
    /// What sockets have brought, until the turn is over: then events are read and answers expire
    /// before the next requests.
    std::size_t serve_sockets() {
        const std::uint64_t end_ns = steady.monotonic_ns() + options.turn_ns;
        std::size_t done = 0;
        while (io_.poll_one() > 0) {
            ++done;
            if (steady.monotonic_ns() >= end_ns) break;
        }
        return done;
    }

    /// Goes on where the turn before ended, so that each client has its turn.
    std::size_t serve_websockets() {
        const std::uint64_t end_ns = steady.monotonic_ns() + options.turn_ns;
        std::size_t done = 0;
        if (woken_ == waking_.size()) {
            waking_ = hub_.ready();
            woken_ = 0;
        }
        while (woken_ < waking_.size()) {
            const auto found = websockets_.find(waking_[woken_++]);
            if (found == websockets_.end()) continue;
            const auto session = found->second;  // kept alive while it works
            session->wake();
            ++done;
            if (steady.monotonic_ns() >= end_ns) break;
        }
        return done;
    }

    void accept() {
        acceptor_.async_accept([this](Error error, tcp::socket socket) {
            if (!acceptor_.is_open()) return;
            if (!error) welcome(std::move(socket));
            if (error) return accept_later();  // out of descriptors: do not spin on it
            accept();
        });
    }

    void accept_later() {
        retry_.expires_after(std::chrono::milliseconds(100));
        retry_.async_wait([this](Error error) {
            if (!error && acceptor_.is_open()) accept();
        });
    }

    void welcome(tcp::socket socket) {
        std::string remote = address_of(socket);
        const bool room = connections() < options.connections_max &&
                          addresses.connect(remote, steady.monotonic_ns());
        if (options.metrics != nullptr)
            (room ? options.metrics->connections_accepted : options.metrics->connections_refused)
                .add();
        if (!room) return turn_away(std::move(socket));
        const auto connection =
            std::make_shared<Connection>(std::move(socket), std::move(remote), *this);
        connections_.emplace(connection.get(), connection);
        connection->begin();
    }

    /// Best effort, without waiting: the answer fits into an empty socket buffer.
    static void turn_away(tcp::socket socket) {
        Response response = to_response(problem(
            ApiCode::too_many_connections, "There are too many connections; try again later."));
        response.headers.emplace_back("Retry-After", "1");
        Error ignored;
        static_cast<void>(socket.non_blocking(true, ignored));
        static_cast<void>(socket.write_some(asio::buffer(render(response, false, false)), ignored));
        static_cast<void>(socket.shutdown(tcp::socket::shutdown_send, ignored));
    }

    void note_connections() {
        options.metrics->http_connections.set(connections_.size());
        options.metrics->websocket_connections.set(websockets_.size());
        options.metrics->waiting_requests.set(api->waiting());
    }

    void completed(Token token, const Response& response) {
        const auto node = waiting_.extract(token);
        if (!node.empty()) node.mapped()->respond(response);
    }

    websocket::Hub& hub_;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer retry_{io_};
    std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
    std::unordered_map<Token, std::shared_ptr<Connection>> waiting_;
    std::unordered_map<websocket::ConnectionId, std::shared_ptr<WebsocketSession>> websockets_;
    std::optional<websocket::ConnectionId> reserved_;
    std::vector<websocket::ConnectionId> waking_;  ///< clients with frames; served up to woken_
    std::size_t woken_ = 0;
    Token last_token_ = 0;
};

HttpServer::HttpServer(Api& api, websocket::Hub& hub, const HttpServerOptions& options)
    : state_(std::make_unique<State>(api, hub, options)) {}
HttpServer::~HttpServer() = default;
base::Result<void> HttpServer::listen() { return state_->listen(); }
std::uint16_t HttpServer::port() const { return state_->port(); }
std::size_t HttpServer::do_work() { return state_->do_work(); }
void HttpServer::stop() { state_->stop(); }
std::size_t HttpServer::connections() const { return state_->connections(); }

}  // namespace bw::gateway::rest
