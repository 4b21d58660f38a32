#include "gateway/rest/websocket_session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket.hpp>
#include <optional>

#include "access/rate_limiter.hpp"
#include "gateway/websocket/protocol.hpp"
#include "platform/clock.hpp"

namespace bw::gateway::rest {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = beast::websocket;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr auto close_patience = std::chrono::seconds(2);
/// Pings and pongs of one client. Each ping is answered, so a client without a limit could keep the
/// thread busy.
constexpr access::Rate control_frames{.per_second = 5, .burst = 50};

const platform::SystemClock steady;  // of timeouts and budgets; no command sees it

class Session final : public WebsocketSession, public std::enable_shared_from_this<Session> {
 public:
    Session(tcp::socket socket, WebsocketParts parts)
        : parts_(std::move(parts)), stream_(std::move(socket)), patience_(parts_.io) {}

    void start(const UpgradeRequest& upgrade) {
        ws::stream_base::timeout timeouts{};
        timeouts.handshake_timeout = std::chrono::seconds(5);
        timeouts.idle_timeout = std::chrono::milliseconds(parts_.idle_ms);
        timeouts.keep_alive_pings = true;
        stream_.set_option(timeouts);
        stream_.read_message_max(parts_.frame_bytes_max);
        stream_.text(true);
        // After a close frame the library waits, without a limit, for the peer to close.
        stream_.control_callback([this](ws::frame_type kind, auto) {
            if (kind == ws::frame_type::close) return be_patient();
            if (!control_frames_.take(steady.monotonic_ns()).allowed) refuse_control_frames();
        });
        beast::http::request<beast::http::empty_body> request{beast::http::verb::get,
                                                              upgrade.target, 11};
        for (const auto& [name, value] : upgrade.headers) request.insert(name, value);
        stream_.async_accept(request,
                             [self = shared_from_this()](Error error) { self->accepted(error); });
    }

    void wake() override {
        if (!open_) return;
        if (!closing_) {
            if (const auto verdict = parts_.hub.must_close(parts_.id)) {
                if (parts_.metrics != nullptr && verdict->code == websocket::close_slow_reader)
                    parts_.metrics->slow_consumers.add();
                return close(verdict->code, verdict->reason);
            }
        }
        write_next();
    }

    void stop() override {
        if (open_)
            close(ws::close_code::going_away, "the exchange is closing");
        else
            hard_close();
    }

 private:
    void accepted(Error error) {
        if (error) return finish();
        open_ = true;
        read_next();
        wake();
    }

    void read_next() {
        stream_.async_read(buffer_, [self = shared_from_this()](Error error, std::size_t) {
            self->was_read(error);
        });
    }

    void was_read(Error error) {
        if (error) return finish();  // also after a completed close
        if (!stream_.got_text()) {
            close(ws::close_code::unknown_data, "text frames only");
        } else if (!closing_) {
            const auto bytes = buffer_.data();
            if (parts_.metrics != nullptr) parts_.metrics->websocket_messages.add();
            parts_.hub.on_text(parts_.id, {static_cast<const char*>(bytes.data()), bytes.size()});
        }
        buffer_.consume(buffer_.size());
        wake();
        read_next();
    }

    /// Takes the next frame from the hub only when the one before is written, so that updates for a
    /// slow reader are conflated.
    void write_next() {
        if (writing_ || closing_) return;
        auto frame = parts_.hub.next_frame(parts_.id);
        if (!frame) return;
        frame_ = std::move(*frame);
        if (parts_.metrics != nullptr) {
            parts_.metrics->websocket_frames.add();
            parts_.metrics->websocket_bytes.add(frame_.size());
        }
        writing_ = true;
        stream_.async_write(asio::buffer(frame_),
                            [self = shared_from_this()](Error error, std::size_t) {
                                self->writing_ = false;
                                if (error) return self->hard_close();
                                if (self->closing_) return self->send_close();
                                self->wake();
                            });
    }

    /// Later: a control callback may not use the stream.
    void refuse_control_frames() {
        asio::post(parts_.io, [self = shared_from_this()] {
            if (self->open_) self->close(ws::close_code::policy_error, "too many control frames");
        });
    }

    /// A close frame must not overtake a frame that is being written. A peer that does not read it
    /// in time is disconnected.
    void close(std::uint16_t code, const std::string& reason) {
        if (closing_) return;
        closing_ = ws::close_reason(code);
        closing_->reason.assign(reason.data(), std::min<std::size_t>(reason.size(), 120));
        be_patient();
        if (!writing_) send_close();
    }

    void be_patient() {
        patience_.expires_after(close_patience);
        patience_.async_wait([self = shared_from_this()](Error error) {
            if (!error) self->hard_close();
        });
    }

    void send_close() {
        stream_.async_close(*closing_, [self = shared_from_this()](Error) { self->hard_close(); });
    }

    void hard_close() {
        Error ignored;
        static_cast<void>(beast::get_lowest_layer(stream_).close(ignored));
    }

    void finish() {
        open_ = false;
        patience_.cancel();
        hard_close();
        if (auto on_closed = std::exchange(parts_.on_closed, nullptr)) on_closed(parts_.id);
    }

    WebsocketParts parts_;
    ws::stream<tcp::socket> stream_;
    asio::steady_timer patience_;
    beast::flat_buffer buffer_;
    std::string frame_;
    access::TokenBucket control_frames_{control_frames, steady.monotonic_ns()};
    bool open_ = false;
    bool writing_ = false;
    std::optional<ws::close_reason> closing_;
};

}  // namespace

std::shared_ptr<WebsocketSession> start_websocket(int socket, bool is_v6,
                                                  const UpgradeRequest& request,
                                                  WebsocketParts parts) {
    tcp::socket adopted(parts.io, is_v6 ? tcp::v6() : tcp::v4(), socket);
    auto session = std::make_shared<Session>(std::move(adopted), std::move(parts));
    session->start(request);
    return session;
}

}  // namespace bw::gateway::rest
