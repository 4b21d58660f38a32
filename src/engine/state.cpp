#include "engine/state.hpp"

#include <bit>
#include <tuple>

#include "codec/registry.hpp"

namespace bw::engine {

Engine::State::State(EventSink& sink, const Limits& limits)
    : limits_(limits),
      events_(sink),
      orders_(limits.open_orders),
      executed_(limits.open_orders, base::PageSize::huge),
      conditions_(limits.open_orders),
      levels_(limits.price_level_groups),
      directory_(limits.order_numbers),
      order_ids_{order_manager::ClientIds(limits.client_order_ids),
                 order_manager::ClientIds(limits.client_order_ids)},
      transfers_(limits.references),
      references_(limits.references),
      wallet_(limits.accounts, limits.positions),
      accounts_(limits.accounts, base::PageSize::huge),
      account_references_(limits.accounts),
      instruments_(limits.instruments, base::PageSize::huge),
      listings_(limits.instruments),
      followers_(std::size_t{limits.instruments} * followers_max),
      symbols_(2 * limits.instruments),
      symbol_hashes_(2 * limits.instruments),
      symbol_owners_(2 * limits.instruments),
      issued_(limits.instruments),
      fee_schedules_(std::size_t{1} << 16),
      trades_(limits.trades),
      killed_firms_(std::size_t{1} << 16) {
    BW_ASSERT(std::has_single_bit(limits.trades));
    BW_ASSERT(limits.instruments <= 1u << 16);  // Order::instrument has 16 bits
    BW_ASSERT(limits.currencies <= currencies_.size());
    BW_ASSERT(limits.open_orders < limits.order_numbers);  // so there is always an id to hand out
}

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
    sequence_ = sequence;
    codec::MessageHeader header{};
    const bool readable = codec::read_header(message, header);
    touched_ = Touched::nothing;
    const auto handle = [this](const auto& command) {
        request_ = command.request_id;
        on(command);
        if (touched_ != Touched::nothing) follow_touched(command.request_id);
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
        reject({.command_template = header.template_id, .reason = failure});
    events_.end_command();
}

void Engine::State::reject(const Refusal& refusal) {
    auto& event = emit<codec::CommandRejected>();
    event.request_id = refusal.request;
    event.order_id = refusal.order;
    event.account = refusal.account;
    event.instrument = refusal.instrument;
    event.command_template = refusal.command_template;
    event.reason = refusal.reason;
    event.client_order_id = refusal.client_id;
}

void Engine::State::answer_duplicate(model::RequestId request, model::AccountId account,
                                     std::uint16_t command_template,
                                     const order_manager::FirstResult& first,
                                     const model::ClientOrderId& client_id) {
    auto& event = emit<codec::DuplicateAnswered>();
    event.request_id = request;
    event.first_id = first.id;
    event.account = account;
    event.command_template = command_template;
    event.first_reason = first.reason;
    event.client_order_id = client_id;
}

std::optional<std::uint32_t> Engine::State::find_currency(const model::Currency& code) const {
    for (std::uint32_t i = 0; i < currency_count_; ++i)
        if (currencies_[i].code == code) return i;
    return std::nullopt;
}

order_manager::FirstResult* Engine::State::find_client_id(model::AccountId owner,
                                                          const model::ClientOrderId& text,
                                                          std::uint64_t hash) {
    if (auto* first = order_ids_[today_].find(hash, owner, text)) return first;
    return order_ids_[1 - today_].find(hash, owner, text);
}

Engine::Engine(EventSink& sink, const Limits& limits)
    : state_(std::make_unique<State>(sink, limits)) {}
Engine::~Engine() = default;

void Engine::provide_memory(std::uint32_t open_orders) { state_->provide_memory(open_orders); }

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
