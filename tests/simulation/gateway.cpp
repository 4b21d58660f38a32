#include "simulation/gateway.hpp"

#include <algorithm>
#include <cstring>

#include "codec/registry.hpp"

namespace bw::simulation {
namespace {

constexpr std::size_t events_per_turn = 64;
constexpr std::size_t events_per_turn_at_start = 4096;

}  // namespace

void SimGateway::start(sequencer::GatewayRing& ring, std::unique_ptr<event_store::LogReader> events,
                       std::uint64_t stored) {
    ring_ = &ring;
    port_ = std::make_unique<sequencer::RingPort>(ring);
    events_ = std::move(events);
    if (!view_ || view_generation_ != context_.ledger.generation())
        view_ = std::make_unique<View>();
    view_generation_ = context_.ledger.generation();
    sequence_ = 0;
    stored_ = stored;
    is_back_ = false;
}

void SimGateway::die() {
    port_.reset();
    events_.reset();
    is_back_ = false;
    requests_.clear();
    answered_.clear();
    command_request_ = 0;
    for (Client* client : clients_) client->exchange_died();
}

std::size_t SimGateway::do_work(bool serving) {
    std::size_t done = read();
    if (!is_back_ || !serving) return done;
    // Until the operator is done there is little to do for the others.
    const std::uint64_t chosen = random_.below(clients_.size());
    Client& client = *clients_[clients_.front()->ready(view()) ? chosen : 0];
    const model::RequestId request = model::make_request_id(number_, next_request_);
    Bytes message = client.next(view(), request);
    if (message.empty()) return done;
    ++next_request_;
    return done + (send(client, std::move(message), request) ? 1 : 0);
}

bool SimGateway::send(Client& client, Bytes message, model::RequestId request) {
    const std::uint64_t number = context_.commands_sent++;
    std::uint64_t carried = 0;
    if (message.size() >= 16) std::memcpy(&carried, message.data() + 8, sizeof carried);
    const bool waits = carried == request.value();
    if (!context_.options.commands.has(number)) {
        client.answered(request);
        return false;
    }
    if (context_.journal != nullptr)
        context_.journal->push_back(
            fmt::format("command {} of client {}: {{{}}}", number, client.number(),
                        message.empty() ? "" : codec::to_json_members(message)));
    const std::uint64_t slots = context_.options.ring_slots;
    const bool tiny_is_full = slots != 0 && ring_->size() >= slots;
    if (tiny_is_full) context_.situations.met(Situation::tiny_ring_full);
    if (tiny_is_full || !port_->try_send(message)) {
        if (!tiny_is_full) context_.situations.met(Situation::ring_full);
        client.answered(request);  // "busy": nothing was sent
        return false;
    }
    if (waits) requests_[request.value()] = &client;
    return true;
}

void SimGateway::flood(std::uint64_t commands) {
    const Bytes nothing(24);
    for (std::uint64_t i = 0; i < commands; ++i)
        if (!port_->try_send(nothing)) context_.situations.met(Situation::ring_full);
}

std::size_t SimGateway::read() {
    const std::size_t most = is_back_ ? events_per_turn : events_per_turn_at_start;
    std::size_t done = 0;
    while (done < most) {
        const event_store::RecordView* record = events_->poll();
        if (record == nullptr) break;
        ++done;
        on_event(*record);
    }
    if (!events_->error().empty()) violated("gateway {}: {}", number_, events_->error());
    if (!is_back_ && sequence_ >= stored_ && view_->fold.between_commands()) {
        is_back_ = true;
        for (Client* client : clients_) client->exchange_is_back();
    }
    return done;
}

void SimGateway::on_event(const event_store::RecordView& record) {
    context_.ledger.check("gateway", record);
    if (record.sequence != sequence_ + 1)
        violated("gateway {}: event {} follows event {}", number_, record.sequence, sequence_);
    sequence_ = record.sequence;
    if (sequence_ > view_->fold.sequence()) view_->fold.apply(record);
    Situations& situations = context_.situations;
    codec::visit<codec::AllEvents>(record.message, [&](const auto& event) {
        using Event = std::decay_t<decltype(event)>;
        command_ = event.command_sequence.value();
        if constexpr (requires { event.request_id; })
            if (event.request_id.value() != 0) command_request_ = event.request_id.value();
        if constexpr (std::is_same_v<Event, codec::AccountUpdated>)
            view_->accounts[event.reference.str()] = event.account.value();
        if constexpr (std::is_same_v<Event, codec::OrderAccepted>)
            if (Client* client = client_of(event.request_id.value()))
                client->accepted(event.order_id.value());
        if (!is_back_) return;
        if constexpr (std::is_same_v<Event, codec::DuplicateAnswered>)
            situations.met(context_.lives > 1 ? Situation::duplicate_answered_after_a_restart
                                              : Situation::duplicate_answered);
        if constexpr (std::is_same_v<Event, codec::DayEnded>) situations.met(Situation::day_ended);
        if constexpr (std::is_same_v<Event, codec::OrderReduced>)
            if (event.hold_released.value() > 0)
                situations.met(Situation::hold_released_by_partial_cancel);
        if constexpr (std::is_same_v<Event, codec::TradeExecuted>)
            if (event.kind == model::TradeKind::auction)
                situations.met(Situation::auction_uncrossed);
        if constexpr (std::is_same_v<Event, codec::OrderCancelled>)
            if (event.reason == model::CancelReason::self_trade)
                situations.met(Situation::self_trade_prevented);
        if constexpr (std::is_same_v<Event, codec::CommandRejected>) {
            if (event.reason == model::RejectReason::order_closed)
                situations.met(Situation::cancel_lost_to_a_fill);
            if (event.reason == model::RejectReason::unknown_template ||
                event.reason == model::RejectReason::malformed_command)
                situations.met(Situation::undecodable_command);
        }
    });
    if (record.ends_command()) end_of_command();
}

Client* SimGateway::client_of(std::uint64_t request) const {
    const auto found = requests_.find(request);
    return found == requests_.end() ? nullptr : found->second;
}

void SimGateway::end_of_command() {
    const std::uint64_t request = command_request_;
    command_request_ = 0;
    if (request == 0 || model::gateway_of(model::RequestId{request}) != number_) return;
    if (!answered_.insert(request).second)
        violated("request {} is answered twice, the second time by command {}", request, command_);
    if (Client* client = client_of(request)) {
        client->answered(model::RequestId{request});
        requests_.erase(request);
        context_.acknowledged = std::max(context_.acknowledged, command_);
        return;
    }
    for (Client* client : clients_)
        if (client->was_waiting_for(model::RequestId{request})) {
            client->answered(model::RequestId{request});
            context_.situations.met(Situation::died_between_commit_and_acknowledgement);
        }
}

}  // namespace bw::simulation
