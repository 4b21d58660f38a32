// Api: the REST API without sockets. A query or a refusal is answered at once, a command after its
// last event, a new key when it is stored.
//
// A request has passed the Gate, on another thread perhaps; if not, handle() asks it first.
//
//   handle(request, token) ─► Response                          (queries, refusals)
//                          └► nothing; command to the sequencer
//                               ├► apply(last event of it)      ─► on_complete(token, Response)
//                               └► expire(): no event in time   ─► on_complete(token, 503)
//                          └► nothing; key to the KeyWriter
//                               └► answer_created_keys()        ─► on_complete(token, Response)
//
// One thread; no call blocks. A Follower (views/projection/projection.hpp) that applies each event
// after the read models. Each token is answered exactly once, unless it is abandoned. Queries see
// every event applied so far.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "access/key_writer.hpp"
#include "gateway/rest/gate.hpp"
#include "gateway/rest/message.hpp"
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
    bool market_data = true;                     ///< false: another room or process serves it
    observe::GatewayMetrics* metrics = nullptr;  ///< nullptr: nothing is counted
};

/// State of the node that no read model has; part of GET /v1/status.
struct NodeStatus {
    std::string version;
    std::string durability;  ///< "sync" or "memory"
    std::uint64_t commands_appended = 0;
    std::uint64_t commands_committed = 0;
    std::string promise;             ///< what an answer survives in this mode
    std::uint64_t command_room = 0;  ///< bytes that fit into the existing segments of the log
    std::uint64_t event_room = 0;    ///< likewise
};

struct ApiParts {
    const views::ReadModels& models;  ///< with public data only: the gate refuses all keys
    Gate& gate;
    access::KeyWriter* keys;  ///< nullptr: the gate refuses all keys
    sequencer::CommandPort& commands;
    const platform::Clock& clock;
    std::function<NodeStatus()> status;
};

/// A row of the router. A test compares all rows with openapi.yaml.
struct RouteInfo {
    std::string_view method;
    std::string_view path;  ///< template, e.g. "/v1/order/{id}"
    Access access;
    std::span<const std::string_view> query;  ///< parameters it accepts
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

    /// `sequence`: of the last event of the command; 0: the answer is to none.
    using OnComplete = std::function<void(Token, Response, std::uint64_t sequence)>;
    void set_on_complete(OnComplete on_complete);

    /// The answer, or nothing when it comes later through on_complete. Requires: no waiting request
    /// has this token.
    [[nodiscard]] std::optional<Response> handle(Request& request, Token token);
    /// The client has disconnected: its answer is dropped. A command that was sent still takes
    /// effect.
    void abandon(Token token);

    void apply(const views::RecordView& record, const views::AnyEvent& event);
    void end(const views::RecordView& record);
    /// Answers the requests for keys that are stored. Returns the number of keys.
    std::size_t answer_created_keys();
    /// Answers the requests whose deadline has passed with 503 (code 3202). Returns their number.
    std::size_t expire();
    /// Answers all waiting requests with 503 (code 3201). Returns their number. Requires: the node
    /// was replaced and every event of the old node is applied, so these commands never execute.
    std::size_t give_up_waiting();

    [[nodiscard]] std::size_t waiting() const;
    [[nodiscard]] static std::vector<RouteInfo> routes();
    /// The route of a request, without what the gate adds. Any thread.
    [[nodiscard]] static Pass find_route(std::string_view method, std::string_view path);

 private:
    friend struct RouteTable;
    class State;
    std::unique_ptr<State> state_;
};
static_assert(views::Follower<Api>);

}  // namespace bw::gateway::rest
