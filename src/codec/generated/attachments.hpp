// What follows a command in its record.
// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.
// clang-format off
#pragma once

#include <cstdint>
#include <string_view>

#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::codec {

/// What reports need to know of an order and matching does not. Follows a NewOrder in the same
/// record; an order without it has none of these.
struct OrderAttributes {
    static constexpr std::uint16_t template_id = 80;
    static constexpr std::uint16_t version = 2;
    static constexpr std::string_view name = "OrderAttributes";
    /// for whom; 1: several clients together, 2: to be allocated later
    std::uint64_t client;
    /// who or what decided to trade
    std::uint64_t investment_decision;
    /// who or what decided when, where and how: the algorithm's id if it was one
    std::uint64_t execution_decision;
    /// on which the order came in
    std::uint32_t member_session;
    model::Capacity capacity;
    model::ShortSale short_sale;
    model::DecisionMaker investment_decision_maker;
    model::DecisionMaker execution_decision_maker;
};

}  // namespace bw::codec
