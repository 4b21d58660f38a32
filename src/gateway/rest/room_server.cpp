#include "gateway/rest/room_server.hpp"

#include "platform/clock.hpp"

namespace bw::gateway::rest {
namespace {

const platform::SystemClock steady;  // of budgets and metrics; no command sees it

}  // namespace

RoomServer::RoomServer(Api& api, websocket::Hub& hub, const Fronts& fronts,
                       const RoomOptions& options)
    : api_(api),
      fronts_(fronts),
      options_(options),
      clients_(hub, fronts, options.room, options.metrics) {
    api_.set_on_complete([this](Token token, Response response, std::uint64_t sequence) {
        completed(token, std::move(response), sequence);
    });
}

RoomServer::~RoomServer() { api_.set_on_complete(nullptr); }

std::size_t RoomServer::do_work() {
    std::size_t done = take_from_clients();
    done += clients_.serve(options_.turn_ns);
    done += api_.expire();
    for (const auto& front : fronts_) front->end_posts(options_.room);
    if (options_.metrics != nullptr) options_.metrics->waiting_requests.set(api_.waiting());
    return done;
}

/// Goes on with the I/O thread behind the one served last, so that each has its turn.
std::size_t RoomServer::take_from_clients() {
    const std::uint64_t end_ns = steady.monotonic_ns() + options_.turn_ns;
    std::size_t done = 0;
    for (std::size_t idle = 0; idle < fronts_.size();) {
        auto message = fronts_[next_front_]->from_clients(options_.room).take();
        next_front_ = (next_front_ + 1) % fronts_.size();
        idle = message ? 0 : idle + 1;
        if (!message) continue;
        take(*message);
        ++done;
        if (steady.monotonic_ns() >= end_ns) break;
    }
    return done;
}

void RoomServer::take(FromClient& message) {
    switch (message.kind) {
        case FromClient::Kind::nothing: return;
        case FromClient::Kind::request: return handle(message);
        case FromClient::Kind::refused:
            return count(
                message.request_class,
                {.status = message.status, .took_ns = steady.monotonic_ns() - message.begun_ns});
        case FromClient::Kind::closed:
            api_.abandon(message.connection);
            waiting_.erase(message.connection);
            return clients_.take(message);
        case FromClient::Kind::opened:
        case FromClient::Kind::message:
        case FromClient::Kind::drained: return clients_.take(message);
    }
}

void RoomServer::handle(const FromClient& message) {
    Request& request = message.request->request();
    const Waiting waiting{.request_class = message.request_class,
                          .begun_ns = message.begun_ns,
                          .facts = {.address = request.address, .trace = request.trace}};
    auto [entry, inserted] = waiting_.emplace(message.connection, waiting);
    request.facts = &entry->second.facts;
    auto response = api_.handle(request, message.connection);
    if (response) completed(message.connection, std::move(*response), 0);
}

void RoomServer::completed(Token token, Response response, std::uint64_t sequence) {
    const auto node = waiting_.extract(token);
    if (node.empty()) return;
    const Waiting& waiting = node.mapped();
    const Answered answered{.status = response.status,
                            .took_ns = steady.monotonic_ns() - waiting.begun_ns,
                            .sequence = sequence};
    count(waiting.request_class, answered);
    log_answer(waiting.facts, answered, options_.slow_request_ns);
    fronts_[net::loop_of(token)]->post(
        options_.room,
        {.kind = ToClient::Kind::answer, .connection = token, .answer = std::move(response)});
}

void RoomServer::count(observe::RequestClass request_class, const Answered& answered) {
    if (options_.metrics == nullptr) return;
    options_.metrics->count_request(request_class, answered.status);
    options_.metrics->request_time[static_cast<std::size_t>(request_class)].record(
        answered.took_ns);
}

}  // namespace bw::gateway::rest
