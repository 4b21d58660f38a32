#include "engine/state.hpp"

#include <tuple>

#include "codec/registry.hpp"
#include "engine/invariants.hpp"
#include "engine/look_ahead.hpp"

namespace bw::engine {

Engine::State::State(EventSink& sink, const Limits& limits)
    : events_(sink),
      accounts_(limits.accounts),
      instruments_(limits.instruments),
      settlement_(events_, {.accounts = limits.accounts,
                            .positions = limits.positions,
                            .instruments = limits.instruments,
                            .currencies = limits.currencies,
                            .trades = limits.trades}),
      ids_(limits.client_order_ids, limits.references),
      matching_({events_, rules_, accounts_, instruments_, settlement_},
                {.orders = limits.open_orders,
                 .level_groups = limits.price_level_groups,
                 .numbers = limits.order_numbers}),
      order_commands_({events_, answers_, market_, rules_, touched_, accounts_, instruments_,
                       settlement_, ids_, matching_}),
      instrument_commands_({events_, answers_, market_, rules_, touched_, accounts_, instruments_,
                            settlement_, matching_}),
      account_commands_({events_, answers_, accounts_, instruments_, settlement_, ids_}),
      approvals_({events_, answers_, market_, rules_, touched_, accounts_, instruments_,
                  settlement_, matching_.orders}),
      day_commands_({events_, answers_, market_, rules_, touched_, instruments_, settlement_, ids_,
                     matching_.orders, approvals_}) {}

namespace {

template <class Command, class Handler>
bool decode_and(std::span<const std::byte> message, Handler&& handler) {
    Command spare;
    const Command* command = codec::view(message, spare);
    if (command == nullptr) return false;
    handler(*command);
    return true;
}

/// Calls `run` with the type of the command; nothing for a template that is no command.
template <class Run, class... Command>
void dispatch_over(std::tuple<Command...>*, std::uint16_t template_id, Run& run) {
    static_cast<void>(
        ((template_id == Command::template_id ? (run(static_cast<Command*>(nullptr)), true)
                                              : false) ||
         ...));
}

template <class Run>
void dispatch(std::uint16_t template_id, Run& run) {
    dispatch_over(static_cast<codec::AllCommands*>(nullptr), template_id, run);
}

}  // namespace

void Engine::State::apply(model::SequenceNumber sequence, std::span<const std::byte> message) {
    events_.begin_command(sequence);
    codec::MessageHeader header{};
    const bool readable = codec::read_header(message, header);
    touched_.instrument = Touched::nothing;
    const auto handle = [this](const auto& command) {
        events_.set_request(command.request_id);
        carry_out(command);
        if (touched_.instrument != Touched::nothing) follow_touched(command.request_id);
    };
    RejectReason failure = RejectReason::unknown_template;
    if (readable && header.schema == codec::schema_id) {
        const auto run = [&]<class Command>(Command*) {
            if (!decode_and<Command>(message, handle))
                failure = RejectReason::malformed_command;
            else
                failure = RejectReason::none;
        };
        dispatch(header.template_id, run);
    }
    if (failure != RejectReason::none)
        answers_.reject({.command_template = header.template_id, .reason = failure});
    events_.end_command();
}

/// Each command has one part that takes it.
template <class Command>
void Engine::State::carry_out(const Command& command) {
    if constexpr (requires { order_commands_.on(command); })
        order_commands_.on(command);
    else if constexpr (requires { instrument_commands_.on(command); })
        instrument_commands_.on(command);
    else if constexpr (requires { account_commands_.on(command); })
        account_commands_.on(command);
    else if constexpr (requires { approvals_.on(command); })
        approvals_.on(command);
    else
        day_commands_.on(command);
    if constexpr (std::is_same_v<Command, codec::Approve>)
        if (const auto day = approvals_.take_day_to_end())
            day_commands_.end_day(*day, command.request_id);
}

/// After every command, in every build: in trading nothing is left that should have traded or been
/// triggered.
void Engine::State::follow_touched(model::RequestId request) {
    const bool everything = touched_.instrument == Touched::everything;
    const std::uint32_t first = everything ? 0 : touched_.instrument;
    const std::uint32_t end = everything ? instruments_.count() : first + 1;
    for (std::uint32_t i = first; i < end; ++i) {
        if ((instruments_[i].special & matching::special_following) != 0)
            matching_.following.follow(i, request);
        matching_.orders.assert_nothing_due(i);
    }
}

void Engine::State::look_ahead(std::span<const std::span<const std::byte>> messages) const {
    LookAhead(accounts_, ids_, settlement_.wallet(), instruments_, matching_.orders).load(messages);
}

Engine::Figures Engine::State::figures() const {
    return {matching_.orders.count(), instruments_.count(), accounts_.count(),
            market_.last_business_date, market_.storage_scarce};
}

void Engine::State::verify() const {
    engine::verify_invariants(accounts_, instruments_, settlement_, matching_.orders);
}

Engine::Engine(EventSink& sink, const Limits& limits)
    : state_(std::make_unique<State>(sink, limits)) {}
Engine::~Engine() = default;

void Engine::provide_memory(std::uint32_t orders) { state_->provide_memory(orders); }

void Engine::apply(model::SequenceNumber sequence, std::span<const std::byte> message) {
    state_->apply(sequence, message);
}
void Engine::look_ahead(std::span<const std::span<const std::byte>> messages) const {
    state_->look_ahead(messages);
}
std::uint64_t Engine::state_hash() const { return state_->hash(); }
Engine::Figures Engine::figures() const { return state_->figures(); }
void Engine::verify_invariants() const { state_->verify(); }
void Engine::save(SnapshotSink& sink) const { state_->save(sink); }
bool Engine::load(SnapshotSource& source) { return state_->load(source); }

}  // namespace bw::engine
