// Parsers for the bodies of POST /v1/order and PATCH /v1/order/{id}.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/rest/problem.hpp"
#include "model/types.hpp"

namespace bw::gateway::rest {

struct OrderRequest {
    std::string symbol;
    model::Side side = model::Side::buy;
    model::OrderType type = model::OrderType::limit;
    model::TimeInForce time_in_force = model::TimeInForce::day;
    model::Quantity quantity;
    model::Price price = model::no_price;  ///< no_price when the body has none
    model::ClientOrderId client_order_id;
    bool post_only = false;
    bool hidden = false;
    model::PegKind peg = model::PegKind::none;
    model::Quantity min_quantity;      ///< 0: any
    model::Quantity display_quantity;  ///< 0: all
    model::Price stop_price;           ///< 0 when the body has none
    model::Price offset;               ///< 0 when the body has none
    std::uint32_t expire_date = 0;     ///< yyyymmdd, 0 when the body has none

    [[nodiscard]] std::uint8_t instructions() const {
        const auto bit = [](bool on, model::Instruction which) {
            return on ? static_cast<unsigned>(which) : 0u;
        };
        return static_cast<std::uint8_t>(bit(post_only, model::Instruction::post_only) |
                                         bit(hidden, model::Instruction::hidden));
    }
};

/// At least one of the two is set.
struct AmendRequest {
    std::optional<model::Quantity> quantity;  ///< in total, including the filled quantity
    std::optional<model::Price> price;
};

/// Both check the form only; the engine checks the values.
[[nodiscard]] std::expected<OrderRequest, Problem> parse_order_request(std::string_view body);
[[nodiscard]] std::expected<AmendRequest, Problem> parse_amend_request(std::string_view body);

}  // namespace bw::gateway::rest
