// Api: the REST API without a socket. Requests go in; answers come out at once, or later when the
// exchange has spoken.
//
//   handle(request, token) ─► Response                          (queries, refusals)
//                          └► nothing; command to the sequencer
//                               ├► apply(last event of it)      ─► on_complete(token, Response)
//                               └► expire(): no answer in time  ─► on_complete(token, 503)
//
// One thread. A Follower (views/projection/projection.hpp) behind the read models. Each token is
// answered exactly once, unless it is abandoned. Queries see every event applied so far; nothing
// here waits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/rest/message.hpp"
#include "gateway/session/authenticator.hpp"
#include "gateway/session/key_store.hpp"
#include "gateway/session/rate_limiter.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"
#include "sequencer/command_port.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::gateway::rest {

using Token = std::uint64_t;

struct ApiOptions {
    std::uint16_t gateway = 1;  ///< top 16 bits of this gateway's request ids
    /// until a waiting request is answered 503 (code 3202)
    std::uint64_t answer_timeout_ns = 5'000'000'000;
    session::Rate orders{200, 400};   ///< POST and PUT of one key
    session::Rate cancels{200, 400};  ///< DELETE of one key: cancels and mass cancels
    session::Rate queries{200, 400};  ///< GET of one key
    session::Rate addresses{500,
                            1'000};  ///< unsigned and wrongly signed requests of one remote address
    observe::GatewayMetrics* metrics = nullptr;  ///< what is counted; nullptr: nothing
};

/// What only the process knows; asked on GET /v1/status.
struct NodeStatus {
    std::string version;
    std::string durability;  ///< "sync" or "memory"
    std::uint64_t commands_appended = 0;
    std::uint64_t commands_committed = 0;
    std::string promise;             ///< what an answer survives in this mode
    std::uint64_t command_room = 0;  ///< bytes that the logs take whatever becomes of the disk
    std::uint64_t event_room = 0;
};

struct ApiParts {
    const views::ReadModels& models;  ///< of public data: the authenticator lets nobody in
    session::Authenticator& authenticator;
    session::KeyStore* keys;  ///< nullptr: the authenticator lets nobody in
    sequencer::CommandPort& commands;
    const platform::Clock& clock;
    std::function<NodeStatus()> status;
};

enum class Access : std::uint8_t { everyone, trader, operations };

/// One row of the router, as the test against openapi.yaml walks it.
struct RouteInfo {
    std::string_view method;
    std::string_view path;  ///< template, e.g. "/v1/order/{id}"
    Access access;
    std::span<const std::string_view> query;  ///< parameters it knows
    bool takes_body;
};

class Api {
 public:
    using Events = codec::AllEvents;
    using After = std::tuple<views::ReferenceData, views::Totals, views::Balances, views::Orders,
                             views::market::MarketData, views::ProposalBook>;

    Api(const ApiParts& parts, const ApiOptions& options = {});
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    using OnComplete = std::function<void(Token, Response)>;
    void set_on_complete(OnComplete on_complete);

    /// The answer, or nothing when it comes later through on_complete. Tokens of waiting requests
    /// are unique.
    [[nodiscard]] std::optional<Response> handle(const Request& request, Token token);
    /// The caller went away: its answer is dropped. The command, if sent, takes its course.
    void abandon(Token token);

    void apply(const views::RecordView& record, const views::AnyEvent& event);
    void end(const views::RecordView& record);
    /// Answers requests that waited too long; how many.
    std::size_t expire();
    /// Another core has come, and every event of the one before has been applied: what still waits
    /// was never taken, and is answered so. How many.
    std::size_t give_up_waiting();

    [[nodiscard]] std::size_t waiting() const;
    [[nodiscard]] static std::vector<RouteInfo> routes();

 private:
    friend struct RouteTable;
    class State;
    std::unique_ptr<State> state_;
};
static_assert(views::Follower<Api>);

}  // namespace bw::gateway::rest
