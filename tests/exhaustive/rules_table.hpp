// The tables of docs/internals/trading-rules.md that say which order is accepted when, and which
// state may follow which.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/enums.hpp"

namespace bw::exhaustive {

/// What an order may carry besides its type and time in force.
enum class Extra : std::uint8_t {
    none,
    post_only,
    hidden,
    post_only_hidden,
    iceberg,
    post_only_iceberg
};

/// One kind of order; every field that goes with it is well formed.
struct Variant {
    model::OrderType type{};
    model::TimeInForce time_in_force{};
    Extra extra{};
    model::PegKind peg{};

    [[nodiscard]] bool post_only() const {
        return extra == Extra::post_only || extra == Extra::post_only_hidden ||
               extra == Extra::post_only_iceberg;
    }
    [[nodiscard]] bool hidden() const {
        return extra == Extra::hidden || extra == Extra::post_only_hidden;
    }
    [[nodiscard]] bool iceberg() const {
        return extra == Extra::iceberg || extra == Extra::post_only_iceberg;
    }
};

[[nodiscard]] std::string text_of(const Variant& variant);

/// Every type with every time in force and every extra, allowed or not; pegged orders of each kind.
[[nodiscard]] std::vector<Variant> all_variants();

/// Every state but delisted.
[[nodiscard]] std::vector<model::InstrumentState> all_states();

/// Steps 7 and 8 of NewOrder: why an order of this kind is refused in this state, or none.
[[nodiscard]] model::RejectReason refusal_of(const Variant& variant, model::InstrumentState state);

/// Step 8 alone, which is made again for a replacement.
[[nodiscard]] model::RejectReason refusal_by_state(model::OrderType type,
                                                   model::TimeInForce time_in_force,
                                                   model::InstrumentState state);

/// The table of SetInstrumentState.
[[nodiscard]] bool may_follow(model::InstrumentState from, model::InstrumentState to);

/// The states to go through from trading, where an instrument begins.
[[nodiscard]] std::vector<model::InstrumentState> way_to(model::InstrumentState state);

}  // namespace bw::exhaustive
