#include "exhaustive/rules_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace bw::exhaustive {
namespace {

using model::InstrumentState;
using model::OrderType;
using model::PegKind;
using model::RejectReason;
using model::TimeInForce;

constexpr std::array types{OrderType::limit,      OrderType::market,        OrderType::stop,
                           OrderType::stop_limit, OrderType::trailing_stop, OrderType::pegged};
constexpr std::array times{TimeInForce::day,     TimeInForce::ioc, TimeInForce::fok,
                           TimeInForce::gtc,     TimeInForce::gtd, TimeInForce::at_open,
                           TimeInForce::at_close};
constexpr std::array extras{Extra::none,    Extra::post_only,        Extra::hidden,
                            Extra::iceberg, Extra::post_only_hidden, Extra::post_only_iceberg};

template <class Enum>
constexpr std::size_t number(Enum value) {
    return static_cast<std::size_t>(value);
}

/// Whether a type goes with a time in force; rows and columns in the order of their numbers.
constexpr std::array<std::string_view, 6> time_fits{
    // day ioc fok gtc gtd at_open at_close
    "1111111",  // limit
    "1110011",  // market
    "1001100",  // stop
    "1001100",  // stop_limit
    "1001100",  // trailing_stop
    "1001100",  // pegged
};

/// Whether a time in force is taken in a state, halted and closed aside; in the order of the
/// states' numbers.
constexpr std::array<std::string_view, 7> time_is_taken{
    // trading halted closed pre_open opening volatility closing post_close delisted
    "100111110",  // day
    "100000000",  // ioc
    "100000000",  // fok
    "100111110",  // gtc
    "100111110",  // gtd
    "000110000",  // at_open
    "100111100",  // at_close
};

/// Which state (row) may be entered from which (column).
constexpr std::array<std::string_view, 8> may_be_entered{
    // trading halted closed pre_open opening volatility closing post_close delisted
    "110011000",  // trading
    "110111100",  // halted
    "111111110",  // closed
    "011100010",  // pre_open
    "011110000",  // opening_auction
    "110001000",  // volatility_auction
    "110001100",  // closing_auction
    "110001110",  // post_close
};

bool may_rest_all_day(const Variant& variant) {
    return variant.type == OrderType::limit &&
           (variant.time_in_force == TimeInForce::day ||
            variant.time_in_force == TimeInForce::gtc || variant.time_in_force == TimeInForce::gtd);
}

std::string_view name_of(Extra extra) {
    switch (extra) {
        case Extra::none: return "";
        case Extra::post_only: return " post-only";
        case Extra::hidden: return " hidden";
        case Extra::post_only_hidden: return " post-only hidden";
        case Extra::iceberg: return " iceberg";
        case Extra::post_only_iceberg: return " post-only iceberg";
    }
    return "";
}

}  // namespace

std::string text_of(const Variant& variant) {
    std::string out(model::name_of(variant.type));
    if (variant.peg != PegKind::none) out += fmt::format(" {}", model::name_of(variant.peg));
    return out +
           fmt::format(" {}{}", model::name_of(variant.time_in_force), name_of(variant.extra));
}

std::vector<Variant> all_variants() {
    std::vector<Variant> out;
    for (const OrderType type : types)
        for (const TimeInForce time : times)
            for (const Extra extra : extras) {
                if (type != OrderType::pegged) {
                    out.push_back({type, time, extra, PegKind::none});
                    continue;
                }
                for (const PegKind peg : {PegKind::primary, PegKind::market, PegKind::midpoint})
                    out.push_back({type, time, extra, peg});
            }
    return out;
}

std::vector<InstrumentState> all_states() {
    return {InstrumentState::trading,         InstrumentState::halted,
            InstrumentState::closed,          InstrumentState::pre_open,
            InstrumentState::opening_auction, InstrumentState::volatility_auction,
            InstrumentState::closing_auction, InstrumentState::post_close};
}

RejectReason refusal_of(const Variant& variant, InstrumentState state) {
    if (time_fits[number(variant.type)][number(variant.time_in_force)] == '0')
        return RejectReason::bad_time_in_force;
    if ((variant.post_only() || variant.hidden()) && !may_rest_all_day(variant))
        return RejectReason::bad_instruction;
    if (variant.iceberg() && !may_rest_all_day(variant)) return RejectReason::bad_display_quantity;
    return refusal_by_state(variant.type, variant.time_in_force, state);
}

RejectReason refusal_by_state(OrderType type, TimeInForce time_in_force, InstrumentState state) {
    if (state == InstrumentState::halted) return RejectReason::instrument_halted;
    if (state == InstrumentState::closed || state == InstrumentState::delisted)
        return RejectReason::instrument_closed;
    const bool market_after_the_close = type == OrderType::market &&
                                        time_in_force == TimeInForce::day &&
                                        state == InstrumentState::post_close;
    if (market_after_the_close || time_is_taken[number(time_in_force)][number(state)] == '0')
        return RejectReason::wrong_phase;
    return RejectReason::none;
}

bool may_follow(InstrumentState from, InstrumentState to) {
    return may_be_entered[number(to)][number(from)] == '1';
}

std::vector<InstrumentState> way_to(InstrumentState state) {
    if (state == InstrumentState::trading) return {};
    if (state == InstrumentState::pre_open || state == InstrumentState::opening_auction)
        return {InstrumentState::closed, state};
    return {state};
}

}  // namespace bw::exhaustive
