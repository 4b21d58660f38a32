// RestLoad: requests to the REST gateway on many keep-alive connections, from one thread with
// epoll. It shares the processors with the exchange, so it is cheap: one send and one receive per
// request, signed in place.
//
//    closed loop   each connection keeps `depth` requests unanswered: the next is sent when one is
//                  answered. Answers that arrive together are replaced by one send
//    open loop     a request is due every 1/rate seconds, and goes out on any connection that
//                  waits for no answer; if there is none, it goes out later. Its answer time counts
//                  from the time at which it was due, so late wake-ups of this thread count too
//
// Both send for a given time and then wait for the answers to everything sent.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/histogram.hpp"
#include "base/result.hpp"
#include "buttonwood-bench/http_connection.hpp"

namespace bw::apps {

/// What one connection sends.
class RequestSource {
 public:
    virtual ~RequestSource() = default;
    /// The next request, valid until the next call. `now_ms`: since the Unix epoch.
    [[nodiscard]] virtual std::string_view next(std::uint64_t now_ms) = 0;
    virtual void answered(const bench::HttpAnswer&) {}
};

using Sources = std::vector<std::unique_ptr<RequestSource>>;

struct LoadResult {
    std::map<unsigned, std::uint64_t> statuses;  ///< number of answers by HTTP status
    std::uint64_t connections_lost = 0;          ///< ended by the exchange, or malformed answers
    std::uint64_t elapsed_ns = 0;                ///< until the last answer
    base::Histogram latency_ns;                  ///< of answers with 2xx

    /// Answers with 2xx.
    [[nodiscard]] std::uint64_t good() const { return latency_ns.count(); }
    [[nodiscard]] std::uint64_t answers() const {
        std::uint64_t sum = 0;
        for (const auto& [status, count] : statuses) sum += count;
        return sum;
    }
    [[nodiscard]] double good_per_second() const {
        return static_cast<double>(good()) * 1e9 / static_cast<double>(elapsed_ns);
    }
};

class RestLoad {
 public:
    /// Connects once per source.
    [[nodiscard]] static base::Result<std::unique_ptr<RestLoad>> connect(std::uint16_t port,
                                                                         Sources sources);
    ~RestLoad();
    RestLoad(const RestLoad&) = delete;
    RestLoad& operator=(const RestLoad&) = delete;

    /// Error: no answer for 10 s, or no connection is left.
    [[nodiscard]] base::Result<LoadResult> closed_loop(double seconds, unsigned depth = 1);
    [[nodiscard]] base::Result<LoadResult> open_loop(double seconds, double rate);

 private:
    struct Caller {
        HttpConnection connection;
        std::unique_ptr<RequestSource> source;
        std::deque<std::uint64_t> started_ns;  ///< of the requests that are not answered
    };

    RestLoad() = default;
    void begin();
    /// `started_ns`: the time from which the answer time counts.
    void send(Caller& caller, unsigned requests, std::uint64_t started_ns);
    /// Takes the answers that have arrived for `caller`. Returns how many.
    unsigned take_answers(Caller& caller);
    void lose(Caller& caller);
    /// Calls `answered(caller, count)` for each connection with answers. Waits for at most
    /// `timeout_ns` for the first.
    template <class Answered>
    base::Result<void> wait(std::uint64_t timeout_ns, Answered answered);
    [[nodiscard]] base::Result<LoadResult> result();

    int epoll_ = -1;
    std::vector<Caller> callers_;
    std::string batch_;  ///< requests of one send
    std::uint64_t begin_ns_ = 0;
    std::uint64_t begin_ms_ = 0;  ///< the same time since the Unix epoch
    std::uint64_t last_answer_ns_ = 0;
    std::uint64_t unanswered_ = 0;
    LoadResult result_;
};

}  // namespace bw::apps
