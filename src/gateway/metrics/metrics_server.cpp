#include "gateway/metrics/metrics_server.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "observe/prometheus.hpp"

namespace bw::gateway::metrics {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::size_t connections_max = 32;
constexpr std::uint32_t header_bytes_max = 8 * 1024;
constexpr auto patience = std::chrono::seconds(5);
constexpr auto accept_pause = std::chrono::milliseconds(100);

/// One request and its answer; then the connection closes.
class Visit final : public std::enable_shared_from_this<Visit> {
 public:
    Visit(tcp::socket socket, const MetricsServer::MakePage& make_page, std::size_t& visits)
        : stream_(std::move(socket)), make_page_(make_page), visits_(visits) {
        ++visits_;
        parser_.header_limit(header_bytes_max);
        parser_.body_limit(0);
    }
    ~Visit() { --visits_; }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    void start() {
        stream_.expires_after(patience);
        http::async_read_header(stream_, buffer_, parser_,
                                [self = shared_from_this()](Error error, std::size_t) {
                                    if (!error) self->answer();
                                });
    }

 private:
    void answer() {
        const auto& request = parser_.get();
        if (request.method() != http::verb::get && request.method() != http::verb::head)
            fill(http::status::method_not_allowed, "Only GET is known here.\n");
        else if (request.target() != "/metrics")
            fill(http::status::not_found, "The metrics are at /metrics.\n");
        else if (const auto page = make_page_())
            fill(http::status::ok, *page);
        else
            fill(http::status::service_unavailable, page.error().message + "\n");
        if (request.method() == http::verb::head) response_.body().clear();
        stream_.expires_after(patience);
        http::async_write(stream_, response_,
                          [self = shared_from_this()](Error, std::size_t) { self->close(); });
    }

    void fill(http::status status, std::string body) {
        response_.result(status);
        response_.set(http::field::content_type, status == http::status::ok
                                                     ? observe::prometheus_content_type
                                                     : "text/plain; charset=utf-8");
        response_.content_length(body.size());
        response_.keep_alive(false);
        response_.body() = std::move(body);
    }

    void close() {
        Error ignored;
        static_cast<void>(stream_.socket().shutdown(tcp::socket::shutdown_send, ignored));
    }

    beast::tcp_stream stream_;
    const MetricsServer::MakePage& make_page_;
    std::size_t& visits_;
    beast::flat_buffer buffer_{2 * header_bytes_max};
    http::request_parser<http::empty_body> parser_;
    http::response<http::string_body> response_;
};

}  // namespace

class MetricsServer::State {
 public:
    explicit State(MakePage make_page) : make_page_(std::move(make_page)) {}

    base::Result<void> open(const Listen& listen) {
        Error error;
        const auto failed = [&](const char* step) {
            return base::error(fmt::format("cannot {} {}:{} for metrics: {}", step, listen.address,
                                           listen.port, error.message()));
        };
        const auto address = asio::ip::make_address(listen.address, error);
        if (error) return failed("understand the address");
        const tcp::endpoint endpoint(address, listen.port);
        if (acceptor_.open(endpoint.protocol(), error)) return failed("open");
        if (acceptor_.set_option(asio::socket_base::reuse_address(true), error))
            return failed("prepare");
        if (acceptor_.bind(endpoint, error)) return failed("bind");
        if (acceptor_.listen(asio::socket_base::max_listen_connections, error))
            return failed("listen on");
        return {};
    }

    [[nodiscard]] std::uint16_t port() const {
        Error ignored;
        return acceptor_.local_endpoint(ignored).port();
    }

    void run(const std::stop_token& stop) {
        const std::stop_callback on_stop(stop, [this] { io_.stop(); });
        if (stop.stop_requested()) return;
        accept();
        io_.run();
    }

 private:
    void accept() {
        acceptor_.async_accept([this](Error error, tcp::socket socket) {
            if (!error && visits_ < connections_max)
                std::make_shared<Visit>(std::move(socket), make_page_, visits_)->start();
            if (error) return accept_later();  // out of descriptors: do not spin on it
            accept();
        });
    }

    void accept_later() {
        retry_.expires_after(accept_pause);
        retry_.async_wait([this](Error error) {
            if (!error) accept();
        });
    }

    MakePage make_page_;
    std::size_t visits_ = 0;
    asio::io_context io_{1};
    tcp::acceptor acceptor_{io_};
    asio::steady_timer retry_{io_};
};

MetricsServer::MetricsServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
MetricsServer::~MetricsServer() = default;

base::Result<std::unique_ptr<MetricsServer>> MetricsServer::listen(const Listen& listen,
                                                                   MakePage make_page) {
    auto state = std::make_unique<State>(std::move(make_page));
    if (auto opened = state->open(listen); !opened) return std::unexpected(opened.error());
    return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(state)));
}

std::uint16_t MetricsServer::port() const { return state_->port(); }
void MetricsServer::run(const std::stop_token& stop) { state_->run(stop); }

}  // namespace bw::gateway::metrics
