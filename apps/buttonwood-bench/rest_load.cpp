#include "buttonwood-bench/rest_load.hpp"

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

constexpr std::uint64_t patience_ns = 10'000'000'000;

timespec duration(std::uint64_t ns) {
    return {static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
}

std::uint64_t to_ns(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

}  // namespace

base::Result<std::unique_ptr<RestLoad>> RestLoad::connect(std::uint16_t port, Sources sources) {
    std::unique_ptr<RestLoad> load(new RestLoad);
    load->epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (load->epoll_ < 0)
        return base::error(fmt::format("cannot make an epoll: {}", std::strerror(errno)));
    prctl(PR_SET_TIMERSLACK, 1);  // the open loop sleeps until the next request is due
    for (auto& source : sources) {
        auto connection = HttpConnection::connect(port);
        if (!connection) return std::unexpected(connection.error());
        load->callers_.push_back({std::move(*connection), std::move(source), {}});
    }
    for (std::size_t i = 0; i < load->callers_.size(); ++i) {
        epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
        const int descriptor = load->callers_[i].connection.socket().descriptor();
        if (epoll_ctl(load->epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
            return base::error(fmt::format("cannot watch a socket: {}", std::strerror(errno)));
    }
    return load;
}

RestLoad::~RestLoad() {
    if (epoll_ >= 0) close(epoll_);
}

base::Result<LoadResult> RestLoad::closed_loop(double seconds, unsigned depth) {
    begin();
    const std::uint64_t end_ns = begin_ns_ + to_ns(seconds);
    for (Caller& caller : callers_) send(caller, depth, bench::monotonic_ns());
    while (unanswered_ > 0) {
        const auto waited = wait(patience_ns, [&](Caller& caller, unsigned answers) {
            if (last_answer_ns_ < end_ns) send(caller, answers, last_answer_ns_);
        });
        if (!waited) return std::unexpected(waited.error());
    }
    return result();
}

base::Result<LoadResult> RestLoad::open_loop(double seconds, double rate) {
    begin();
    const std::uint64_t end_ns = begin_ns_ + to_ns(seconds);
    const double interval_ns = 1e9 / rate;
    std::vector<Caller*> free;
    for (Caller& caller : callers_)
        if (caller.connection.socket().open()) free.push_back(&caller);
    std::uint64_t sent = 0;
    const auto due_ns = [&] {
        return begin_ns_ + static_cast<std::uint64_t>(static_cast<double>(sent) * interval_ns);
    };
    while (true) {
        std::uint64_t now = bench::monotonic_ns();
        for (; !free.empty() && due_ns() <= now && due_ns() < end_ns; ++sent) {
            send(*free.back(), 1, due_ns());
            free.pop_back();
        }
        if (due_ns() >= end_ns && unanswered_ == 0) break;
        now = bench::monotonic_ns();
        const bool all_sent = due_ns() >= end_ns || free.empty();
        const std::uint64_t timeout = all_sent ? patience_ns : due_ns() - std::min(due_ns(), now);
        const auto waited =
            wait(timeout, [&](Caller& caller, unsigned) { free.push_back(&caller); });
        if (!waited && all_sent) return std::unexpected(waited.error());
    }
    return result();
}

void RestLoad::begin() {
    result_ = {};
    begin_ns_ = last_answer_ns_ = bench::monotonic_ns();
    begin_ms_ = bench::realtime_ms();
}

void RestLoad::send(Caller& caller, unsigned requests, std::uint64_t started_ns) {
    if (!caller.connection.socket().open()) return;
    const std::uint64_t now_ms = begin_ms_ + (bench::monotonic_ns() - begin_ns_) / 1'000'000;
    bool sent = true;
    if (requests == 1) {
        sent = caller.connection.socket().send(caller.source->next(now_ms));
    } else {
        batch_.clear();
        for (unsigned i = 0; i < requests; ++i) batch_ += caller.source->next(now_ms);
        sent = caller.connection.socket().send(batch_);
    }
    for (unsigned i = 0; i < requests; ++i) caller.started_ns.push_back(started_ns);
    unanswered_ += requests;
    if (!sent) lose(caller);
}

unsigned RestLoad::take_answers(Caller& caller) {
    if (!caller.connection.receive()) {
        lose(caller);
        return 0;
    }
    unsigned answers = 0;
    bool closes = false;
    while (!caller.started_ns.empty()) {
        const auto answer = caller.connection.answers().next();
        if (!answer) break;
        const std::uint64_t now = last_answer_ns_ = bench::monotonic_ns();
        if (answer->good()) result_.latency_ns.record(now - caller.started_ns.front());
        ++result_.statuses[answer->status];
        caller.started_ns.pop_front();
        caller.source->answered(*answer);
        --unanswered_;
        ++answers;
        closes = answer->closes;
    }
    if (closes || caller.connection.answers().broken()) lose(caller);
    return answers;
}

void RestLoad::lose(Caller& caller) {
    ++result_.connections_lost;
    unanswered_ -= caller.started_ns.size();
    caller.started_ns.clear();
    caller.connection.socket().close();  // which removes it from the epoll
}

template <class Answered>
base::Result<void> RestLoad::wait(std::uint64_t timeout_ns, Answered answered) {
    std::array<epoll_event, 64> events;
    const timespec timeout = duration(timeout_ns);
    const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
    if (count == 0) return base::error("the exchange does not answer");
    for (int i = 0; i < count; ++i) {
        Caller& caller = callers_[events[static_cast<std::size_t>(i)].data.u64];
        if (!caller.connection.socket().open()) continue;
        const unsigned answers = take_answers(caller);
        if (answers > 0 && caller.connection.socket().open()) answered(caller, answers);
    }
    return {};
}

base::Result<LoadResult> RestLoad::result() {
    const bool any_open = std::ranges::any_of(
        callers_, [](const Caller& caller) { return caller.connection.socket().open(); });
    if (!any_open) return base::error("the exchange closed all connections");
    result_.elapsed_ns = std::max<std::uint64_t>(1, last_answer_ns_ - begin_ns_);
    return result_;
}

}  // namespace bw::apps
