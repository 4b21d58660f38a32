// FanOutLoad: many WebSocket clients of one channel, and a few connections that change the book
// meanwhile, from one thread with epoll.
//
//    paced         orders are due at a rate; an order goes out on a connection without an
//                  unanswered one
//    closed loop   each of these connections sends its next order when one is answered
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/histogram.hpp"
#include "base/result.hpp"
#include "bench/delivery_spread.hpp"
#include "buttonwood-bench/http_connection.hpp"
#include "buttonwood-bench/rest_load.hpp"
#include "buttonwood-bench/websocket_client.hpp"

namespace bw::apps {

struct FanOutResult {
    std::uint64_t frames = 0;  ///< updates and snapshots, over all clients
    std::uint64_t bytes = 0;   ///< of these, with frame headers
    std::uint64_t sequence_gaps = 0;
    std::uint64_t orders = 0;          ///< answered with 2xx
    std::uint64_t orders_refused = 0;  ///< answered with anything else
    std::uint64_t elapsed_ns = 0;      ///< until the last frame
    base::Histogram spread_ns;         ///< see DeliverySpread
};

class FanOutLoad {
 public:
    /// Connects `clients` WebSockets to `market_port`, and one connection for each source of
    /// orders to `order_port`.
    struct Ports {
        std::uint16_t market;
        std::uint16_t orders;
    };
    [[nodiscard]] static base::Result<std::unique_ptr<FanOutLoad>> connect(const Ports& ports,
                                                                           unsigned clients,
                                                                           Sources orders);
    ~FanOutLoad();
    FanOutLoad(const FanOutLoad&) = delete;
    FanOutLoad& operator=(const FanOutLoad&) = delete;

    /// Subscribes all clients and waits until each has its snapshot.
    [[nodiscard]] base::Result<void> subscribe(std::string_view channel, std::string_view symbol);
    /// Sends orders for `seconds`, then receives until no frame comes for 200 ms. `rate`: orders
    /// per second; 0: closed loop. Error: a connection ended.
    [[nodiscard]] base::Result<FanOutResult> run(double seconds, double rate);

 private:
    struct Client {
        WebSocketClient connection;
        std::uint64_t sequence = 0;  ///< of the last frame; 0: none yet
    };
    struct Trader {
        HttpConnection connection;
        std::unique_ptr<RequestSource> source;
        bool waits = false;  ///< for an answer
    };

    explicit FanOutLoad(unsigned clients) : spread_(clients) {}
    [[nodiscard]] base::Result<void> watch(int descriptor, std::uint64_t index);
    /// Sends the orders that may go out now. Returns the time until the next one is due.
    std::uint64_t send_orders(std::uint64_t end_ns, double rate);
    /// Handles what arrives. Returns whether anything did within the time.
    [[nodiscard]] base::Result<bool> receive(std::uint64_t timeout_ns);
    [[nodiscard]] base::Result<void> take_frames(std::size_t index);
    [[nodiscard]] base::Result<void> take_answer(Trader& trader);

    int epoll_ = -1;
    std::vector<Client> clients_;  ///< epoll indexes from 0
    std::vector<Trader> traders_;  ///< the indexes behind them
    bench::DeliverySpread spread_;
    std::size_t subscribed_ = 0;  ///< clients that have had a frame
    std::uint64_t begin_ns_ = 0;
    std::uint64_t last_frame_ns_ = 0;
    std::uint64_t sent_ = 0;
    FanOutResult result_;
};

}  // namespace bw::apps
