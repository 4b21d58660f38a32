#include "simulation/stream_client.hpp"

#include <fmt/format.h>

#include <utility>

#include "gateway/common/api_code.hpp"
#include "gateway/websocket/protocol.hpp"
#include "simulation/json_member.hpp"
#include "simulation/rest_client.hpp"

namespace bw::simulation {
namespace {

using gateway::websocket::ErrorCode;

constexpr std::uint64_t millisecond_ns = second_ns / 1'000;
constexpr std::uint64_t patience_ns = 4 * second_ns;
constexpr std::uint16_t too_slow = gateway::websocket::close_slow_reader;

std::uint64_t code(ErrorCode which) { return static_cast<std::uint64_t>(which); }

}  // namespace

StreamClient::StreamClient(RunContext& context, SimNetwork& network, const SimClock& clock,
                           std::uint32_t number, std::uint32_t services)
    : context_(context),
      network_(network),
      clock_(clock),
      number_(number),
      services_(services),
      random_(base::mix64(context.options.seed * 1'019 + number)),
      symbol_(fmt::format("SYM{}", 1 + random_.below(context.options.instruments))),
      depth_(random_.below(2) == 0 ? 100 : 1 + random_.below(5)) {}

std::string StreamClient::key_id() const { return fmt::format("s{}", number_); }

bool StreamClient::follows() const {
    return streams_[0].confirmed && streams_[1].confirmed && book_here_;
}

// --- The connection ---

void StreamClient::act(bool serving) {
    const std::uint64_t now_ns = clock_.monotonic_ns();
    if (connection_ != 0 && !open_ && now_ns >= deadline_ns_) {
        network_.close_by_client(connection_);
        lost();
    }
    if (now_ns < next_ns_) return;
    if (connection_ == 0) {
        connection_ = network_.connect(number_, *this,
                                       static_cast<std::size_t>(random_.below(services_)), true);
        deadline_ns_ = now_ns + patience_ns;
        return;
    }
    if (!open_) return;
    if (serving && random_.below(200) == 0) {
        network_.close_by_client(connection_);
        return lost();
    }
    if (!authenticated_) return authenticate();
    subscribe();
}

void StreamClient::opened(ConnectionNumber connection) {
    if (connection == connection_) open_ = true;
}

void StreamClient::closed(ConnectionNumber connection) {
    if (connection == connection_) lost();
}

void StreamClient::lost() {
    connection_ = 0;
    open_ = authenticating_ = authenticated_ = book_asked_ = book_here_ = false;
    for (Stream& stream : streams_) stream.asked = stream.confirmed = false;
    next_ns_ = clock_.monotonic_ns() + random_.below(20 * millisecond_ns);
}

void StreamClient::send(std::string text) {
    network_.send_to_server(connection_,
                            {.kind = NetworkMessage::Kind::text, .text = std::move(text)});
}

void StreamClient::authenticate() {
    if (authenticating_) return;
    authenticating_ = true;
    NetworkMessage message{.method = "WS", .path = "/ws"};
    sign_request(message, key_id(), ++nonce_, clock_);
    send(fmt::format(
        R"({{"op":"authenticate","keyId":"{}","timestamp":"{}","nonce":"{}","signature":"{}"}})",
        message.key_id, message.timestamp_ms, message.nonce, message.signature));
}

void StreamClient::subscribe() {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        Stream& stream = streams_[i];
        if (std::exchange(stream.asked, true)) continue;
        const std::string from =
            stream.next == 0 ? "" : fmt::format(R"(,"fromSequence":{})", stream.next);
        send(fmt::format(R"({{"op":"subscribe","channel":"{}"{}}})",
                         i == 0 ? "orders" : "executions", from));
    }
    if (std::exchange(book_asked_, true)) return;
    if (cancels_on_disconnect()) send(R"({"op":"cancel_on_disconnect","enabled":true})");
    send(fmt::format(R"({{"op":"subscribe","channel":"l2","symbol":"{}","depth":{}}})", symbol_,
                     depth_));
    send(fmt::format(R"({{"op":"subscribe","channel":"trades","symbol":"{}"}})", symbol_));
}

// --- What comes ---

void StreamClient::received(ConnectionNumber connection, NetworkMessage message) {
    if (connection != connection_) violated("client {} hears of a connection it left", key_id());
    if (message.kind == NetworkMessage::Kind::close) {
        was_too_slow_ |= message.status == too_slow;
        return;
    }
    const std::string_view frame = message.text;
    const std::string_view type = json_member(frame, "type");
    if (type == "authenticated") {
        authenticated_ = true;
        const std::uint64_t account = json_number(frame, "account");
        if (account_ != 0 && account != account_) streams_ = {};
        account_ = account;
    } else if (type == "error") {
        refused(frame, message);
    } else if (type == "subscribed") {
        confirmed(frame, message);
    } else if (type == "report") {
        reported(frame, message);
    } else if (json_member(frame, "channel") == "l2") {
        book_changed(frame, message);
    }
}

void StreamClient::confirmed(std::string_view frame, const NetworkMessage& message) {
    const std::string_view channel = json_member(frame, "channel");
    if (channel != "orders" && channel != "executions") return;
    Stream& stream = streams_[channel == "orders" ? 0 : 1];
    const std::uint64_t from = json_number(frame, "fromSequence");
    if (stream.next != 0 && from != stream.next)
        violated("client {} asked for reports from {} and gets {}", key_id(), stream.next, frame);
    if (stream.next > 1 && was_too_slow_)
        context_.situations.met(Situation::slow_consumer_cut_and_resumed);
    if (stream.next > 1 && stream.lives != 0 && stream.lives != context_.lives)
        context_.situations.met(Situation::stream_resumed_after_a_restart);
    was_too_slow_ = false;
    stream.next = from;
    stream.lives = context_.lives;
    stream.generation = message.generation;
    stream.confirmed = true;
}

/// Reports that are not kept any more, or of a history that was lost: from the beginning of what
/// there is. Reports that this gateway has not read yet: later.
void StreamClient::refused(std::string_view frame, const NetworkMessage& message) {
    const std::uint64_t given = json_number(frame, "code");
    next_ns_ = clock_.monotonic_ns() + (authenticated_ ? 5 * millisecond_ns : patience_ns);
    const bool too_far = given == code(ErrorCode::sequence_not_reached);
    if (given == code(ErrorCode::sequence_too_old) || too_far) {
        for (Stream& stream : streams_) {
            if (stream.confirmed || !stream.asked) continue;
            if (!too_far || message.generation != stream.generation) stream.next = 0;
        }
        network_.close_by_client(connection_);
        return lost();
    }
    if (given == code(ErrorCode::unknown_symbol))
        book_asked_ = false;
    else if (!authenticated_)
        authenticating_ = false;
    else if (given != code(ErrorCode::already_subscribed))
        violated("client {} is refused: {}", key_id(), frame);
}

void StreamClient::reported(std::string_view frame, const NetworkMessage& message) {
    Stream& stream = streams_[json_member(frame, "channel") == "orders" ? 0 : 1];
    const std::uint64_t sequence = json_number(frame, "sequence");
    if (!stream.confirmed || sequence != stream.next)
        violated("client {} waits for report {} and gets {}", key_id(), stream.next, frame);
    ++stream.next;
    stream.lives = context_.lives;
    stream.generation = message.generation;
}

void StreamClient::book_changed(std::string_view frame, const NetworkMessage& message) {
    if (json_member(frame, "type") == "snapshot") {
        book_ = {};
        book_sequence_ = 0;
        book_here_ = true;
    }
    if (json_number(frame, "previousSequence") != book_sequence_)
        violated("client {} has frame {} of the book and gets {}", key_id(), book_sequence_, frame);
    book_sequence_ = json_number(frame, "sequence");
    change(book_.bids, json_member(frame, "bids"));
    change(book_.asks, json_member(frame, "asks"));
    if (book_.hash() != message.book)
        violated("client {} has another book than the gateway after {}", key_id(), frame);
}

}  // namespace bw::simulation
