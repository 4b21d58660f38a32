// Answers: the two events that answer a command without changing anything. One thread.
#pragma once

#include "codec/commands.hpp"
#include "codec/event_buffer.hpp"
#include "codec/events.hpp"
#include "order_manager/client_ids.hpp"

namespace bw::engine {

using model::RejectReason;

/// What a refusal repeats of its command; what the command does not name stays zero.
struct Refusal {
    model::RequestId request{};
    model::AccountId account{};
    model::InstrumentId instrument{};
    model::OrderId order{};
    std::uint16_t command_template = 0;
    RejectReason reason = RejectReason::none;
    model::ClientOrderId client_id{};
};

class Answers {
 public:
    explicit Answers(codec::EventBuffer& events) : events_(events) {}

    /// Emits CommandRejected.
    void reject(const Refusal& refusal);
    /// The same, with what the command names.
    template <class Command>
    void refuse(const Command& command, RejectReason reason);
    /// Emits DuplicateAnswered: what the command of this id led to when it came first.
    template <class Command>
    void answer_duplicate(const Command& command, model::AccountId account,
                          const model::ClientOrderId& client_id,
                          const order_manager::FirstResult& first);

 private:
    codec::EventBuffer& events_;
};

inline void Answers::reject(const Refusal& refusal) {
    auto& event = events_.emit<codec::CommandRejected>();
    event.request_id = refusal.request;
    event.order_id = refusal.order;
    event.account = refusal.account;
    event.instrument = refusal.instrument;
    event.command_template = refusal.command_template;
    event.reason = refusal.reason;
    event.client_order_id = refusal.client_id;
}

template <class Command>
void Answers::refuse(const Command& command, RejectReason reason) {
    Refusal refusal{
        .request = command.request_id, .command_template = Command::template_id, .reason = reason};
    if constexpr (requires { command.account; }) refusal.account = command.account;
    if constexpr (requires { command.instrument; }) refusal.instrument = command.instrument;
    if constexpr (requires { command.reference; }) refusal.client_id = command.reference;
    if constexpr (requires { command.scope; })
        if (command.scope == model::KillScope::account)
            refusal.account = model::AccountId{command.id};
    reject(refusal);
}

template <class Command>
void Answers::answer_duplicate(const Command& command, model::AccountId account,
                               const model::ClientOrderId& client_id,
                               const order_manager::FirstResult& first) {
    auto& event = events_.emit<codec::DuplicateAnswered>();
    event.request_id = command.request_id;
    event.first_id = first.id;
    event.account = account;
    event.command_template = Command::template_id;
    event.first_reason = first.reason;
    event.client_order_id = client_id;
}

}  // namespace bw::engine
