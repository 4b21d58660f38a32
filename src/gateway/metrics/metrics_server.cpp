#include "gateway/metrics/metrics_server.hpp"

#include "net/loop.hpp"
#include "observe/prometheus.hpp"

namespace bw::gateway::metrics {
namespace {

constexpr std::uint32_t patience_ms = 5'000;
constexpr std::uint64_t longest_sleep_ns = 1'000'000'000;

net::LoopOptions loop_options() {
    net::LoopOptions options;
    options.connections_max = 32;
    options.connections_reserved = 0;
    options.addresses.connections_max = options.connections_max;
    options.http = {.header_bytes_max = 8 * 1024, .body_bytes_max = 0};
    options.header_timeout_ms = options.body_timeout_ms = options.write_timeout_ms = patience_ms;
    return options;
}

net::HttpResponse text(std::uint16_t status, std::string body) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = std::move(body),
            .headers = {}};
}

}  // namespace

class MetricsServer::State final : public net::Handler {
 public:
    explicit State(MakePage make_page) : make_page_(std::move(make_page)) {}

    base::Result<void> open(const Listen& listen) {
        auto listener = net::Listener::open(listen.address, listen.port, {});
        if (!listener) return base::error(listener.error().message + " (for metrics)");
        listener_ = std::move(*listener);
        auto loop = net::Loop::open(0, {.handler = *this, .listener = listener_}, loop_options());
        if (!loop) return std::unexpected(loop.error());
        loop_ = std::move(*loop);
        return {};
    }

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

    void run(const std::stop_token& stop) {
        const std::stop_callback on_stop(stop, [this] { loop_->wake(); });
        while (!stop.stop_requested())
            if (loop_->do_work() == 0)
                loop_->wait(longest_sleep_ns, [&] { return !stop.stop_requested(); });
    }

 private:
    net::HttpResponse answer(const net::HttpRequest& request) {
        if (request.method != "GET" && request.method != "HEAD")
            return text(405, "Only GET is known here.\n");
        if (request.path != "/metrics") return text(404, "The metrics are at /metrics.\n");
        auto page = make_page_();
        if (!page) return text(503, page.error().message + "\n");
        net::HttpResponse response = text(200, std::move(*page));
        response.content_type = observe::prometheus_content_type;
        return response;
    }

    // net::Handler
    bool can_take(const net::Peer&) override { return true; }
    void on_request(const net::Peer& peer, const net::HttpRequest& request) override {
        loop_->respond(peer.connection, answer(request));
    }
    std::optional<net::HttpResponse> on_upgrade(const net::Peer&,
                                                const net::HttpRequest&) override {
        return text(404, "There is no WebSocket here.\n");
    }
    void on_open(const net::Peer&) override {}
    void on_message(const net::Peer&, std::string_view) override {}
    void on_drained(const net::Peer&, std::uint64_t) override {}
    void on_closed(const net::Peer&) override {}
    net::HttpResponse refusal(net::HttpFault fault, const std::string& detail) override {
        return text(net::status_of(fault), detail + "\n");
    }
    void end_turn() override {}

    MakePage make_page_;
    net::Listener listener_;
    std::unique_ptr<net::Loop> loop_;
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
