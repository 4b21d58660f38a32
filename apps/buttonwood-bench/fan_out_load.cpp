#include "buttonwood-bench/fan_out_load.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "bench/measure.hpp"

namespace bw::apps {
namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::uint64_t patience_ns = 10 * ns_per_s;
constexpr std::uint64_t quiet_ns = 200'000'000;  // nothing more is under way
constexpr std::uint64_t idle_ns = 10'000'000;    // between looks at the clock in a closed loop

}  // namespace

base::Result<std::unique_ptr<FanOutLoad>> FanOutLoad::connect(const Ports& ports, unsigned clients,
                                                              Sources orders) {
    std::unique_ptr<FanOutLoad> load(new FanOutLoad(clients));
    load->epoll_ = epoll_create1(EPOLL_CLOEXEC);
    prctl(PR_SET_TIMERSLACK, 1);  // a paced run sleeps until the next order is due
    for (unsigned i = 0; i < clients; ++i) {
        auto connection = WebSocketClient::connect(ports.market);
        if (!connection) return std::unexpected(connection.error());
        load->clients_.push_back({std::move(*connection)});
    }
    for (auto& source : orders) {
        auto connection = HttpConnection::connect(ports.orders);
        if (!connection) return std::unexpected(connection.error());
        load->traders_.push_back({std::move(*connection), std::move(source)});
    }
    std::uint64_t index = 0;
    base::Result<void> watched;
    for (const Client& client : load->clients_)
        if (watched) watched = load->watch(client.connection.socket().descriptor(), index++);
    for (const Trader& trader : load->traders_)
        if (watched) watched = load->watch(trader.connection.socket().descriptor(), index++);
    if (!watched) return std::unexpected(watched.error());
    return load;
}

FanOutLoad::~FanOutLoad() {
    if (epoll_ >= 0) close(epoll_);
}

base::Result<void> FanOutLoad::watch(int descriptor, std::uint64_t index) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0) return {};
    return base::error(fmt::format("cannot watch a socket: {}", std::strerror(errno)));
}

base::Result<void> FanOutLoad::subscribe(std::string_view channel, std::string_view symbol) {
    for (Client& client : clients_)
        if (!client.connection.subscribe(channel, symbol))
            return base::error("the exchange does not take a subscription");
    while (subscribed_ < clients_.size()) {
        const auto received = receive(patience_ns);
        if (!received) return std::unexpected(received.error());
        if (!*received) return base::error("the exchange sends no snapshot");
    }
    return {};
}

base::Result<FanOutResult> FanOutLoad::run(double seconds, double rate) {
    result_ = {};
    spread_.restart();
    sent_ = 0;
    begin_ns_ = last_frame_ns_ = bench::monotonic_ns();
    const auto end_ns = begin_ns_ + static_cast<std::uint64_t>(seconds * 1e9);
    while (bench::monotonic_ns() < end_ns) {
        const auto received = receive(send_orders(end_ns, rate));
        if (!received) return std::unexpected(received.error());
    }
    while (true) {
        const auto received = receive(quiet_ns);
        if (!received) return std::unexpected(received.error());
        if (!*received) break;
    }
    result_.elapsed_ns = std::max<std::uint64_t>(1, last_frame_ns_ - begin_ns_);
    result_.spread_ns = spread_.spread_ns();
    return result_;
}

std::uint64_t FanOutLoad::send_orders(std::uint64_t end_ns, double rate) {
    const std::uint64_t now = bench::monotonic_ns();
    const auto due_ns = [&] {
        return begin_ns_ + static_cast<std::uint64_t>(static_cast<double>(sent_) * 1e9 / rate);
    };
    for (Trader& trader : traders_) {
        if (trader.waits || (rate > 0 && due_ns() > now)) continue;
        if (!trader.connection.socket().send(trader.source->next(bench::realtime_ms()))) continue;
        trader.waits = true;
        ++sent_;
    }
    if (rate <= 0) return idle_ns;
    const std::uint64_t next = std::min(end_ns, due_ns());
    return next > now ? next - now : idle_ns;  // all wait for answers
}

base::Result<bool> FanOutLoad::receive(std::uint64_t timeout_ns) {
    std::array<epoll_event, 256> events;
    const timespec timeout{static_cast<time_t>(timeout_ns / ns_per_s),
                           static_cast<long>(timeout_ns % ns_per_s)};
    const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
        const std::size_t index = events[static_cast<std::size_t>(i)].data.u64;
        const auto taken = index < clients_.size() ? take_frames(index)
                                                   : take_answer(traders_[index - clients_.size()]);
        if (!taken) return std::unexpected(taken.error());
    }
    return count != 0;
}

base::Result<void> FanOutLoad::take_frames(std::size_t index) {
    Client& client = clients_[index];
    const bool open = client.connection.receive();
    const std::uint64_t now = bench::monotonic_ns();
    while (const auto frame = client.connection.next()) {
        const auto head = bench::public_head(frame->payload);
        if (!head) {
            if (frame->payload.starts_with(R"({"type":"error")"))
                return base::error(fmt::format("a client was sent {}", frame->payload));
            continue;
        }
        subscribed_ += client.sequence == 0 ? 1 : 0;
        result_.sequence_gaps += head->sequence == client.sequence + 1 ? 0 : 1;
        client.sequence = head->sequence;
        ++result_.frames;
        result_.bytes += frame->bytes;
        spread_.arrived(index, head->event_sequence, now);
        last_frame_ns_ = now;
    }
    if (open && !client.connection.failed()) return {};
    return base::error("the exchange closed the WebSocket of a client");
}

base::Result<void> FanOutLoad::take_answer(Trader& trader) {
    if (!trader.connection.receive() || trader.connection.answers().broken())
        return base::error("the exchange closed the connection of a trader");
    const auto answer = trader.connection.answers().next();
    if (!answer) return {};
    trader.waits = false;
    ++(answer->good() ? result_.orders : result_.orders_refused);
    return {};
}

}  // namespace bw::apps
