// RoomServer: the thread of a room. It takes requests to the Api and WebSocket messages to the Hub,
// and their answers back to the I/O threads.
//
// An agent: do_work() takes a bounded time and never blocks. The Api's completions must come on the
// same thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "gateway/rest/api.hpp"
#include "gateway/rest/front.hpp"
#include "gateway/rest/gateway_log.hpp"
#include "gateway/rest/rooms.hpp"
#include "gateway/rest/websocket_clients.hpp"
#include "gateway/websocket/hub.hpp"
#include "observe/metrics.hpp"

namespace bw::gateway::rest {

using Fronts = std::vector<std::unique_ptr<Front>>;

struct RoomOptions {
    Room room = Room::trading;
    /// of the work for requests, and of that for frames, in one do_work()
    std::uint64_t turn_ns = 250'000;
    std::uint64_t slow_request_ns = 100'000'000;  ///< an answer after it is said in the log
    observe::GatewayMetrics* metrics = nullptr;   ///< nullptr: nothing is counted
};

class RoomServer {
 public:
    /// Sets the completion function of `api`. Requires: all references outlive it; there is no
    /// other server of this room.
    RoomServer(Api& api, websocket::Hub& hub, const Fronts& fronts, const RoomOptions& options);
    ~RoomServer();
    RoomServer(const RoomServer&) = delete;
    RoomServer& operator=(const RoomServer&) = delete;

    /// One turn. Returns the amount of work done.
    std::size_t do_work();

 private:
    /// A request until it is answered.
    struct Waiting {
        observe::RequestClass request_class;
        std::uint64_t begun_ns;
        RequestFacts facts;
    };

    std::size_t take_from_clients();
    void take(FromClient& message);
    void handle(const FromClient& message);
    void completed(Token token, Response response, std::uint64_t sequence);
    void count(observe::RequestClass request_class, const Answered& answered);

    Api& api_;
    const Fronts& fronts_;
    RoomOptions options_;
    WebsocketClients clients_;
    std::unordered_map<Token, Waiting> waiting_;
    std::size_t next_front_ = 0;
};

}  // namespace bw::gateway::rest
