#include "net/loop.hpp"

#include <sys/socket.h>

#include <algorithm>

#include "net/connection.hpp"
#include "net/tls.hpp"
#include "platform/clock.hpp"

namespace bw::net {
namespace {

constexpr std::uint64_t listener_tag = ~std::uint64_t{0} - 1;
constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::uint64_t accept_again_ns = 100 * ns_per_ms;
/// How long connections that cannot be read wait before the handler is asked again.
constexpr std::uint64_t stalled_wait_ns = ns_per_ms;
constexpr unsigned accepts_per_turn = 8;
/// How long connections of an address that was denied may go on.
constexpr std::uint64_t rules_interval_ns = 100 * ns_per_ms;

constexpr unsigned slot_bits = 24;
constexpr unsigned use_bits = 32;
constexpr std::size_t slot_mask = (std::size_t{1} << slot_bits) - 1;

const platform::SystemClock steady;  // of time-outs and budgets; no command sees it

}  // namespace

base::Result<std::unique_ptr<Loop>> Loop::open(unsigned number, const LoopParts& parts,
                                               const LoopOptions& options) {
    std::unique_ptr<Loop> loop(new Loop(number, parts, options));
    if (auto opened = loop->poller_.open(); !opened) return std::unexpected(opened.error());
    loop->resume_accepting();
    return loop;
}

Loop::Loop(unsigned number, const LoopParts& parts, const LoopOptions& options)
    : number_(number),
      handler_(parts.handler),
      listener_(parts.listener),
      certificate_(parts.certificate),
      rules_(parts.rules),
      options_(options),
      addresses_(options.addresses),
      now_ns_(steady.monotonic_ns()) {}

Loop::~Loop() = default;

std::size_t Loop::do_work() {
    now_ns_ = steady.monotonic_ns();
    const std::uint64_t end_ns = now_ns_ + options_.turn_ns;
    retry_stalled();
    if (rules_ != nullptr && now_ns_ >= next_rules_ns_) follow_rules();
    std::size_t done = expire();
    take_news();
    if (listener_has_news_) done += accept_some();
    done += run_ready(end_ns);
    if (done > 0) {
        handler_.end_turn();
        metrics_.open.set(open_);
        metrics_.trusted.set(trusted_);
        metrics_.websockets.set(websockets_);
        metrics_.addresses.set(addresses_.addresses());
        metrics_.buffered_bytes.set(buffered_bytes_);
    }
    return done;
}

void Loop::sleep(std::uint64_t most_ns) {
    now_ns_ = steady.monotonic_ns();
    if (!deadlines_.empty())
        most_ns =
            std::min(most_ns, deadlines_.top().at_ns - std::min(now_ns_, deadlines_.top().at_ns));
    if (!stalled_.empty()) most_ns = std::min(most_ns, stalled_wait_ns);
    if (!accepting_ && !stopping_) most_ns = std::min(most_ns, accept_again_ns);
    if (!ready_.empty() || !ready_trusted_.empty()) most_ns = 0;
    // At least a nanosecond: it ends the sleep that begin_sleep() announced.
    note(poller_.poll(std::max<std::uint64_t>(most_ns, 1)));
}

void Loop::take_news() {
    if (!accepting_ && !stopping_ && now_ns_ >= accept_again_ns_) resume_accepting();
    note(poller_.poll(0));
}

void Loop::note(std::span<const Poller::Event> events) {
    for (const Poller::Event& event : events) {
        if (event.tag == listener_tag) {
            listener_has_news_ = true;
            continue;
        }
        Connection* connection = find(event.tag);
        if (connection == nullptr) continue;
        if (event.readable) connection->note_readable(event.ended);
        if (event.writable) connection->note_writable();
        if (connection->want() != Connection::Want::news) make_ready(*connection);
    }
}

/// Goes on where the turn before ended. A connection that can continue joins the end of its queue.
/// Those of trusted clients come first, but for every fourth turn: a trader does not wait behind a
/// thousand readers, and no number of traders stops them.
std::size_t Loop::run_ready(std::uint64_t end_ns) {
    std::size_t done = 0;
    std::size_t trusted_left = ready_trusted_.size(), left = ready_.size();
    while (trusted_left + left > 0) {
        const bool trusted = trusted_left > 0 && (left == 0 || done % 4 != 3);
        std::deque<ConnectionId>& queue = trusted ? ready_trusted_ : ready_;
        --(trusted ? trusted_left : left);
        Connection* connection = find(queue.front());
        queue.pop_front();
        if (connection == nullptr) continue;
        connection->is_queued = false;
        connection->turn();
        finish_turn(*connection);
        ++done;
        now_ns_ = steady.monotonic_ns();
        if (now_ns_ >= end_ns) break;
    }
    return done;
}

void Loop::finish_turn(Connection& connection) {
    if (connection.is_closed()) return release(connection);
    buffered_bytes_ += connection.buffered_bytes() - connection.counted_bytes;
    connection.counted_bytes = connection.buffered_bytes();
    watch_deadline(connection);
    if (connection.want() == Connection::Want::turn) {
        make_ready(connection);
    } else if (connection.want() == Connection::Want::room && !connection.is_queued) {
        connection.is_queued = true;
        stalled_.push_back(connection.peer().connection);
    }
}

void Loop::make_ready(Connection& connection) {
    if (connection.is_queued) return;
    connection.is_queued = true;
    (connection.peer().trusted ? ready_trusted_ : ready_).push_back(connection.peer().connection);
}

/// Looks at some of them in each turn, so that many do not make it long.
void Loop::retry_stalled() {
    constexpr std::size_t looks_max = 256;
    for (std::size_t left = std::min(stalled_.size(), looks_max); left > 0; --left) {
        const ConnectionId id = stalled_.front();
        stalled_.pop_front();
        Connection* connection = find(id);
        if (connection == nullptr) continue;
        if (connection->want() == Connection::Want::room) {
            stalled_.push_back(id);
        } else {
            connection->is_queued = false;
            make_ready(*connection);
        }
    }
}

// --- time

/// An entry among the deadlines is never later than the connection's deadline: expire() looks
/// again.
void Loop::watch_deadline(Connection& connection) {
    const std::uint64_t at_ns = connection.deadline_ns();
    if (at_ns >= connection.scheduled_ns) return;
    connection.scheduled_ns = at_ns;
    deadlines_.push({at_ns, connection.peer().connection});
}

std::size_t Loop::expire() {
    std::size_t done = 0;
    for (; !deadlines_.empty() && deadlines_.top().at_ns <= now_ns_ && done < 64; ++done) {
        const Deadline due = deadlines_.top();
        deadlines_.pop();
        Connection* connection = find(due.id);
        if (connection == nullptr || connection->scheduled_ns != due.at_ns) continue;
        connection->scheduled_ns = Connection::never;
        if (connection->deadline_ns() <= now_ns_) {
            connection->expire();
            make_ready(*connection);
        }
        watch_deadline(*connection);
    }
    return done;
}

// --- connections

std::size_t Loop::accept_some() {
    for (unsigned count = 0; count < accepts_per_turn; ++count) {
        Listener::Trouble trouble = Listener::Trouble::none;
        auto accepted = listener_.accept(trouble);
        if (!accepted) {
            listener_has_news_ = false;
            if (trouble == Listener::Trouble::no_descriptors) pause_accepting();
            return count;
        }
        welcome(std::move(*accepted));
    }
    return accepts_per_turn;
}

void Loop::welcome(Listener::Accepted accepted) {
    const std::size_t strangers_max =
        options_.connections_max -
        std::min(options_.connections_max, options_.connections_reserved);
    const Admission admission =
        rules_ == nullptr ? Admission::ordinary : rules_->list()->admission_of(accepted.peer);
    if (admission == Admission::denied) return metrics_.denied.add();
    const bool unlimited = admission == Admission::unlimited;
    const bool room = open_ < options_.connections_max && open_ - trusted_ < strangers_max &&
                      (unlimited || addresses_.connect(accepted.peer.subscriber(), now_ns_));
    const auto pause_ns =
        room && !unlimited ? pause_of(accepted.peer.subscriber()) : std::optional<std::uint64_t>(0);
    if (!room || !pause_ns) {
        if (!pause_ns) addresses_.disconnect(accepted.peer.subscriber(), now_ns_);
        metrics_.turned_away.add();
        return turn_away(std::move(accepted.socket));
    }
    const int fd = accepted.socket.fd();
    auto tls = certificate_ != nullptr ? certificate_->context()->session(fd) : nullptr;
    const ConnectionId id = take_slot();
    const Peer peer{.connection = id, .address = accepted.peer, .unlimited = unlimited};
    Slot& slot = slots_[id & slot_mask];
    ++open_;
    slot.connection = std::make_unique<Connection>(
        *this, peer, Stream(std::move(accepted.socket), std::move(tls)), certificate_ != nullptr);
    if (!poller_.add_connection(fd, id)) return release(*slot.connection);
    metrics_.accepted.add();
    slot.connection->begin(*pause_ns);
    finish_turn(*slot.connection);
}

/// How long a new connection of this address is left alone; nothing: too long.
std::optional<std::uint64_t> Loop::pause_of(const Address& address) {
    const std::uint64_t pause_ns = addresses_.pause_of_new(address, now_ns_);
    if (certificate_ == nullptr) return pause_ns;
    const auto handshake_ns = addresses_.pause_of_handshake(
        address, now_ns_, std::uint64_t{options_.handshake_timeout_ms} * 1'000'000);
    if (!handshake_ns) return std::nullopt;
    return std::max(pause_ns, *handshake_ns);
}

/// Best effort, without waiting: the answer fits into an empty socket buffer.
void Loop::turn_away(Socket socket) {
    if (certificate_ != nullptr) return;
    HttpResponse response = handler_.refusal(HttpFault::too_many_connections,
                                             "There are too many connections; try again later.");
    response.headers.emplace_back("Retry-After", "1");
    const std::string bytes = rendered(response, AfterAnswer::close, false);
    static_cast<void>(::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    socket.shut_output();
}

/// Closes the connections of addresses that were denied since. An `allow` counts for new
/// connections.
void Loop::follow_rules() {
    next_rules_ns_ = now_ns_ + rules_interval_ns;
    auto list = rules_->list();
    if (std::exchange(access_list_, list) == list) return;
    for (const Slot& slot : slots_) {
        if (!slot.connection) continue;
        if (list->admission_of(slot.connection->peer().address) != Admission::denied) continue;
        metrics_.denied.add();
        slot.connection->close();
        make_ready(*slot.connection);
    }
}

void Loop::pause_accepting() {
    poller_.remove(listener_.fd());
    accepting_ = false;
    accept_again_ns_ = now_ns_ + accept_again_ns;
}

void Loop::resume_accepting() {
    accepting_ = poller_.add_listener(listener_.fd(), listener_tag);
    if (!accepting_) accept_again_ns_ = now_ns_ + accept_again_ns;
}

ConnectionId Loop::take_slot() {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t index = free_slots_.back();
    free_slots_.pop_back();
    return (ConnectionId{number_} << (slot_bits + use_bits)) |
           (ConnectionId{slots_[index].use} << slot_bits) | index;
}

Connection* Loop::find(ConnectionId id) const {
    const std::size_t index = id & slot_mask;
    if (index >= slots_.size()) return nullptr;
    Connection* connection = slots_[index].connection.get();
    return connection != nullptr && connection->peer().connection == id ? connection : nullptr;
}

void Loop::release(Connection& connection) {
    const Peer peer = connection.peer();
    if (connection.is_owed_an_end()) handler_.on_closed(peer);
    if (connection.is_websocket()) --websockets_;
    if (peer.trusted) --trusted_;
    --open_;
    buffered_bytes_ -= connection.counted_bytes;
    if (!peer.unlimited) addresses_.disconnect(peer.address.subscriber(), now_ns_);
    const std::size_t index = peer.connection & slot_mask;
    slots_[index].connection.reset();
    ++slots_[index].use;
    free_slots_.push_back(static_cast<std::uint32_t>(index));
}

// --- for the handler

void Loop::respond(ConnectionId id, const HttpResponse& response) {
    if (Connection* connection = find(id)) {
        connection->respond(response);
        make_ready(*connection);
    }
}

void Loop::send(ConnectionId id, SharedBytes frame) {
    if (Connection* connection = find(id)) {
        connection->send(std::move(frame));
        make_ready(*connection);
    }
}

void Loop::close_websocket(ConnectionId id, std::uint16_t code, std::string_view reason) {
    if (Connection* connection = find(id)) {
        connection->close_websocket(code, reason);
        make_ready(*connection);
    }
}

void Loop::set_trusted(ConnectionId id, bool trusted) {
    Connection* connection = find(id);
    if (connection == nullptr || connection->peer().trusted == trusted) return;
    connection->set_trusted(trusted);
    trusted_ += trusted ? 1 : -1;
}

void Loop::stop() {
    stopping_ = true;
    if (std::exchange(accepting_, false)) poller_.remove(listener_.fd());
    listener_has_news_ = false;
    for (const Slot& slot : slots_) {
        if (!slot.connection) continue;
        slot.connection->stop();
        make_ready(*slot.connection);
    }
}

}  // namespace bw::net
