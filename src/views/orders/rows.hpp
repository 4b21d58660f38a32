// What a client may see of an order and of an execution.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/enums.hpp"
#include "model/types.hpp"
#include "order_manager/order_state.hpp"

namespace bw::views {

/// What its events make of it, and what only readers want to know.
struct OrderRow : order_manager::OrderState {
    bool waiting = false;  ///< for the closing auction
    std::uint64_t created_ns = 0;
    std::uint64_t updated_ns = 0;
    std::vector<std::uint64_t> executions{};  ///< numbers for execution_at()
};

enum class ExecutionState : std::uint8_t { regular, busted, corrected };
[[nodiscard]] std::string_view name_of(ExecutionState state);

struct ExecutionRow {
    std::uint64_t id = 0;  ///< 2 x match number for the maker, one more for the taker
    model::OrderId order;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::Price price;  ///< the present one, if it was corrected
    model::Quantity quantity;
    model::Money fee;  ///< below 0: a rebate
    std::uint64_t time_ns = 0;
    model::TradeKind kind = model::TradeKind::continuous;
    ExecutionState state = ExecutionState::regular;
    model::Price price_traded;  ///< before any correction

    [[nodiscard]] bool maker() const { return id % 2 == 0; }
    [[nodiscard]] std::uint64_t match_number() const { return id / 2; }
};

}  // namespace bw::views
