// What the sources of NaiveExchange share: words about texts and numbers, and how it answers. For
// those sources only.
#pragma once

#include <algorithm>
#include <limits>

#include "differential/naive_exchange.hpp"

namespace bw::differential {

inline constexpr int128 int64_max = std::numeric_limits<std::int64_t>::max();

[[nodiscard]] inline std::int64_t narrow(int128 value) {
    const auto out = base::narrow_to_int64(value);
    BW_ASSERT(out.has_value());
    return *out;
}

template <std::size_t N>
[[nodiscard]] inline std::string raw(const base::FixedText<N>& text) {
    return {text.chars.data(), N};
}

template <std::size_t N>
[[nodiscard]] inline bool is_empty(const base::FixedText<N>& text) {
    return text == base::FixedText<N>{};
}

template <std::size_t N>
[[nodiscard]] inline bool consists_of(const base::FixedText<N>& text, std::size_t shortest,
                                      std::string_view allowed) {
    const std::string_view seen = text.view();
    if (seen.size() < shortest || !text.canonical()) return false;
    return seen.find_first_not_of(allowed) == std::string_view::npos;
}

inline constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

[[nodiscard]] inline bool is_client_id(const model::ClientOrderId& id) {
    return consists_of(id, 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
}
[[nodiscard]] inline bool is_symbol(const model::Symbol& symbol) {
    return consists_of(symbol, 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-");
}
[[nodiscard]] inline bool is_currency(const model::Currency& currency) {
    return consists_of(currency, 3, capitals);
}

inline constexpr auto post_only = static_cast<std::uint8_t>(model::Instruction::post_only);
inline constexpr auto hidden = static_cast<std::uint8_t>(model::Instruction::hidden);

/// Whether an order with this time in force may stay until it is cancelled or its day has come.
[[nodiscard]] inline bool may_stay(model::TimeInForce time_in_force) {
    return time_in_force == model::TimeInForce::day || time_in_force == model::TimeInForce::gtc ||
           time_in_force == model::TimeInForce::gtd;
}

[[nodiscard]] inline bool is_stop(const Order& order) {
    return order.type == model::OrderType::stop || order.type == model::OrderType::stop_limit ||
           order.type == model::OrderType::trailing_stop;
}

[[nodiscard]] inline bool is_business_date(std::uint32_t date) {
    return date >= 19000101 && date <= 99991231;
}

[[nodiscard]] constexpr std::size_t index_of(model::Side side) {
    return static_cast<std::size_t>(side);
}

/// The value under a key, or a fresh one where there is none.
template <class Map, class Key>
[[nodiscard]] inline typename Map::mapped_type get(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? typename Map::mapped_type{} : found->second;
}

template <class Event>
void NaiveExchange::emit(Event event) {
    event.command_sequence = model::SequenceNumber{sequence_};
    if constexpr (requires { event.request_id; }) event.request_id = request_;
    codec::Frame<Event> frame;
    frame.body = event;
    const auto bytes = codec::bytes_of(frame);
    events_.emplace_back(bytes.begin(), bytes.end());
}

/// `found`: the new order, or the open order that a change names, where there is one.
template <class Command>
void NaiveExchange::reject(const Command& command, Reason reason, std::uint64_t found) {
    codec::CommandRejected event{};
    event.order_id = model::OrderId{found};
    event.command_template = Command::template_id;
    event.reason = reason;
    if constexpr (requires { command.account; }) event.account = command.account;
    if constexpr (requires { command.instrument; }) event.instrument = command.instrument;
    if constexpr (requires { command.client_order_id; })
        event.client_order_id = command.client_order_id;
    if constexpr (requires { command.reference; }) event.client_order_id = command.reference;
    if constexpr (requires { command.scope; })
        if (command.scope == model::KillScope::account)
            event.account = model::AccountId{command.id};
    if constexpr (requires { command.order_id; }) {
        event.order_id = command.order_id;
        if (found != 0) event.instrument = model::InstrumentId{orders_.at(found).instrument};
    }
    emit(event);
}

template <class Command>
void NaiveExchange::answer_duplicate(const Command& command, const Remembered& first) {
    codec::DuplicateAnswered event{};
    event.first_id = first.first_id;
    event.first_reason = first.reason;
    event.command_template = Command::template_id;
    if constexpr (requires { command.account; }) event.account = command.account;
    if constexpr (requires { command.client_order_id; })
        event.client_order_id = command.client_order_id;
    else
        event.client_order_id = command.reference;
    emit(event);
}

}  // namespace bw::differential
