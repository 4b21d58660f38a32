#include "net/connection.hpp"

#include <algorithm>
#include <array>

#include "net/loop.hpp"

namespace bw::net {
namespace {

constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::size_t read_bytes_max = 16 * 1024;
/// A chunk of WebSocket frames is handled as a whole: fewer bytes bound what many tiny frames cost.
constexpr std::size_t frame_read_bytes_max = 4 * 1024;
constexpr unsigned requests_per_turn = 4;
/// Above it, a client that does not read its answers is not read either.
constexpr std::size_t unsent_bytes_max = 256 * 1024;
/// How long and how much a stranger's answers wait for those of the requests behind them.
constexpr std::uint64_t held_ns_max = 1'000'000;
constexpr std::size_t held_bytes_max = 16 * 1024;
constexpr std::size_t discarded_bytes_max = 4 * 1024 * 1024;
constexpr std::uint32_t linger_ms = 1'000;
constexpr std::uint32_t close_patience_ms = 2'000;
/// Pings and pongs of one client. Each ping is answered, so without a limit they could keep the
/// loop busy.
constexpr std::uint64_t control_frame_interval_ns = 200'000'000;  // 5 a second
constexpr std::uint64_t control_frames_burst = 50;
constexpr std::uint16_t too_many_requests = 429;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(Loop& loop, Peer peer, Stream stream, bool encrypted)
    : loop_(loop),
      peer_(peer),
      stream_(std::move(stream)),
      parser_(loop.options_.http),
      control_frames_(control_frame_interval_ns, control_frames_burst),
      phase_(encrypted ? Phase::handshake : Phase::reading) {}

Connection::~Connection() = default;

void Connection::begin(std::uint64_t pause_ns) {
    if (pause_ns > 0) paused_until_ns_ = loop_.now_ns_ + pause_ns;
    wait_ms(phase_ == Phase::handshake ? loop_.options_.handshake_timeout_ms
                                       : loop_.options_.idle_timeout_ms);
    deadline_ns_ += pause_ns;
}

void Connection::wait_ms(std::uint32_t milliseconds) {
    deadline_ns_ = loop_.now_ns_ + milliseconds * ns_per_ms;
}

std::uint64_t Connection::deadline_ns() const {
    std::uint64_t first = deadline_ns_;
    if (paused_until_ns_ != 0) first = std::min(first, paused_until_ns_);
    if (held_until_ns_ != 0) first = std::min(first, held_until_ns_);
    return first;
}

void Connection::note_readable(bool ended) {
    readable_ = true;
    peer_ended_ = peer_ended_ || ended;
}

// --- turns

void Connection::turn() {
    if (phase_ == Phase::handshake) shake_hands();
    if (reads()) read();
    if (holds_answers()) return;
    held_until_ns_ = 0;
    flush();
}

/// Answers to pipelined requests leave several in one write: while the next one is expected, the
/// ready ones wait for it. Those of trusted clients leave at once.
bool Connection::holds_answers() {
    if (phase_ != Phase::answering || peer_.trusted || output_.empty() || !writable_) return false;
    if (output_.size() >= held_bytes_max) return false;
    if (held_until_ns_ == 0) held_until_ns_ = loop_.now_ns_ + held_ns_max;
    return loop_.now_ns_ < held_until_ns_;
}

/// Whether bytes of the client would be taken now, if the loop and the handler have room.
bool Connection::reads() const {
    if (paused_until_ns_ != 0 || output_.size() > unsent_bytes_max) return false;
    if (!readable_ && !more_input_) return false;
    return phase_ == Phase::reading || phase_ == Phase::websocket || phase_ == Phase::lingering;
}

Connection::Want Connection::want() const {
    const bool unsent = !output_.empty() || stream_.has_unsent();
    const bool held = held_until_ns_ > loop_.now_ns_;
    if (writable_ && unsent && !held) return Want::turn;
    if (phase_ == Phase::handshake && readable_) return Want::turn;
    if (!reads()) return Want::news;
    return loop_.may_read(peer_) && loop_.handler_.can_take(peer_) ? Want::turn : Want::room;
}

void Connection::shake_hands() {
    if (paused_until_ns_ != 0) return;
    const Stream::State state = stream_.shake_hands();
    if (state == Stream::State::blocked) {
        readable_ = false;
    } else if (state == Stream::State::open) {
        phase_ = Phase::reading;
        wait_ms(loop_.options_.idle_timeout_ms);
    } else {
        loop_.metrics_.handshakes_failed.add();
        close();
    }
}

void Connection::read() {
    if (phase_ != Phase::lingering && (!loop_.may_read(peer_) || !loop_.handler_.can_take(peer_)))
        return;
    if (more_input_) {
        const std::string_view rest = parse(input_);
        input_.erase(0, input_.size() - rest.size());
        if (!reads() || more_input_) return;
    }
    if (!readable_) return;
    std::array<char, read_bytes_max> buffer;
    const std::size_t most = codec_ ? frame_read_bytes_max : buffer.size();
    const Stream::Result result = stream_.read(std::span(buffer).first(most));
    if (result.bytes > 0) received({buffer.data(), result.bytes});
    if (phase_ == Phase::closed) return;
    if (result.state == Stream::State::failed || result.state == Stream::State::finished)
        return close();
    // A short read means an empty socket, unless the end of the stream is already behind it.
    if (result.state == Stream::State::blocked && (result.bytes == 0 || !peer_ended_))
        readable_ = false;
}

void Connection::received(std::string_view bytes) {
    if (phase_ == Phase::lingering) {
        discarded_ += bytes.size();
        if (discarded_ > discarded_bytes_max) close();
    } else if (phase_ == Phase::websocket) {
        heard_ns_ = loop_.now_ns_;
        const bool was_closing = codec_->close_sent();
        codec_->feed(bytes, *this, output_);
        if (codec_->close_sent() && !was_closing) wait_ms(close_patience_ms);
    } else if (input_.empty()) {
        input_ = parse(bytes);
    } else {
        input_ += bytes;
        const std::string_view rest = parse(input_);
        input_.erase(0, input_.size() - rest.size());
    }
}

// --- HTTP

std::string_view Connection::parse(std::string_view bytes) {
    more_input_ = false;
    for (unsigned requests = 0; !bytes.empty() && phase_ == Phase::reading; ++requests) {
        more_input_ = requests == requests_per_turn || paused_until_ns_ != 0 ||
                      output_.size() > unsent_bytes_max;
        if (more_input_) return bytes;
        if (!std::exchange(in_request_, true)) wait_ms(loop_.options_.header_timeout_ms);
        std::size_t used = 0;
        const HttpParser::Status status = parser_.put(bytes, used);
        bytes.remove_prefix(used);
        if (status == HttpParser::Status::failed) {
            refuse(parser_.fault(), parser_.detail());
            return {};
        }
        if (parser_.takes_continue()) output_.add(std::string(go_on));
        if (status == HttpParser::Status::needs_more) {
            if (parser_.in_body() && !std::exchange(in_body_, true))
                wait_ms(loop_.options_.body_timeout_ms);
            return bytes;
        }
        handle(!bytes.empty());
    }
    more_input_ = !bytes.empty() && (phase_ == Phase::answering || phase_ == Phase::reading);
    return bytes;
}

void Connection::handle(bool more_bytes) {
    const HttpRequest& request = parser_.request();
    head_only_ = request.method == "HEAD";
    keep_alive_ = parser_.keep_alive();
    phase_ = Phase::answering;
    owes_answer_ = true;
    deadline_ns_ = never;
    if (is_websocket_request(request)) return upgrade(request, more_bytes);
    loop_.handler_.on_request(peer_, request);
}

void Connection::upgrade(const HttpRequest& request, bool more_bytes) {
    const auto refused = loop_.handler_.on_upgrade(peer_, request);
    if (refused) return respond(*refused);
    auto opening = handshake_answer(request);
    if (opening && more_bytes)
        opening = std::unexpected(
            HandshakeFault{HttpFault::malformed,
                           "Frames may only be sent after the answer to the upgrade request."});
    if (!opening) return refuse(opening.error().fault, opening.error().detail);
    owes_answer_ = false;
    codec_ = std::make_unique<WebsocketCodec>(loop_.options_.message_bytes_max);
    output_.add(std::move(*opening));
    phase_ = Phase::websocket;
    heard_ns_ = loop_.now_ns_;
    wait_ms(loop_.options_.websocket_idle_ms / 2);
    loop_.note_websocket();
    loop_.handler_.on_open(peer_);
}

void Connection::respond(const HttpResponse& response) {
    if (phase_ == Phase::answering) answer(response, keep_alive_ && !loop_.stopping_);
}

void Connection::answer(const HttpResponse& response, bool keep_open) {
    output_.add(
        rendered(response, keep_open ? AfterAnswer::keep_open : AfterAnswer::close, head_only_));
    owes_answer_ = false;
    in_request_ = in_body_ = head_only_ = false;
    parser_.restart();
    phase_ = keep_open ? Phase::reading : Phase::leaving;
    wait_ms(loop_.options_.write_timeout_ms);
    if (response.status == too_many_requests && !peer_.trusted && !peer_.unlimited) {
        paused_until_ns_ =
            loop_.now_ns_ + loop_.addresses_.refuse(peer_.address.subscriber(), loop_.now_ns_);
        loop_.metrics_.paused.add();
    }
}

/// Answers and closes: after a malformed request, the beginning of the next one is unknown.
void Connection::refuse(HttpFault fault, const std::string& detail) {
    loop_.metrics_.faults[static_cast<std::size_t>(fault)].add();
    answer(loop_.handler_.refusal(fault, detail), false);
}

// --- output

void Connection::flush() {
    if (phase_ == Phase::closed || !writable_) return;
    if (!output_.empty() || stream_.has_unsent()) {
        const Stream::Result result = output_.write_to(stream_);
        if (result.state == Stream::State::failed) return close();
        if (result.state == Stream::State::blocked) writable_ = false;
    }
    if (output_.empty() && !stream_.has_unsent()) flushed();
}

/// Everything so far is with the kernel.
void Connection::flushed() {
    switch (phase_) {
        case Phase::reading:
            if (!in_request_) wait_ms(loop_.options_.idle_timeout_ms);
            return;
        case Phase::leaving:
            // Unread input would cause a reset, and the client might lose the answer: end the
            // output, and discard input for a while.
            stream_.shut_output();
            input_.clear();
            more_input_ = false;
            phase_ = Phase::lingering;
            return wait_ms(linger_ms);
        case Phase::websocket:
            if (codec_->close_sent() && codec_->close_received()) return close();
            if (std::exchange(drained_bytes_, frame_bytes_) != frame_bytes_)
                loop_.handler_.on_drained(peer_, frame_bytes_);
            return;
        default: return;
    }
}

void Connection::close() {
    phase_ = Phase::closed;
    input_.clear();
    output_ = {};
    stream_.close();
}

// --- WebSocket

void Connection::send(SharedBytes frame) {
    if (phase_ != Phase::websocket || codec_->close_sent()) return;
    frame_bytes_ += frame->size();
    output_.add(std::move(frame));
}

void Connection::close_websocket(std::uint16_t code, std::string_view reason) {
    if (phase_ != Phase::websocket || codec_->close_sent()) return;
    codec_->close(code, reason, output_);
    wait_ms(close_patience_ms);
}

void Connection::on_text(std::string_view message) {
    if (!codec_->close_sent()) loop_.handler_.on_message(peer_, message);
}

void Connection::on_binary() {
    codec_->close(close_code::unsupported_data, "text frames only", output_);
}

void Connection::on_control() {
    if (!control_frames_.try_take(loop_.now_ns_))
        codec_->close(close_code::policy_violation, "too many control frames", output_);
}

// --- time

void Connection::expire() {
    if (paused_until_ns_ != 0 && paused_until_ns_ <= loop_.now_ns_) paused_until_ns_ = 0;
    if (deadline_ns_ > loop_.now_ns_) return;
    deadline_ns_ = never;
    if (phase_ == Phase::websocket) return expire_websocket();
    if (phase_ == Phase::reading && in_request_ && output_.empty())
        return refuse(HttpFault::too_slow, "The request took too long to arrive.");
    close();
}

void Connection::expire_websocket() {
    const std::uint64_t idle_ns = loop_.options_.websocket_idle_ms * ns_per_ms;
    const std::uint64_t silent_ns = loop_.now_ns_ - heard_ns_;
    if (codec_->close_sent() || silent_ns >= idle_ns) return close();
    if (silent_ns >= idle_ns / 2) {
        codec_->ping(output_);
        deadline_ns_ = heard_ns_ + idle_ns;
    } else {
        deadline_ns_ = heard_ns_ + idle_ns / 2;
    }
}

void Connection::stop() {
    if (phase_ == Phase::websocket)
        close_websocket(close_code::going_away, "the exchange is closing");
    else if (phase_ == Phase::handshake ||
             (phase_ == Phase::reading && !in_request_ && output_.empty()))
        close();
}

}  // namespace bw::net
