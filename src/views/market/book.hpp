// Book: the price levels of one instrument. It counts quantity and orders per price; which order is
// where, its owner knows.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "views/market/market_data.hpp"

namespace bw::views::market {

class Book {
 public:
    /// The level that the order joined; valid while an order is in it. Cost: O(log levels).
    [[nodiscard]] LevelRow& enter(model::Side side, model::Price price, model::Quantity quantity);
    /// Requires: the order's own level, and `quantity` its remaining quantity. Cost: O(log levels)
    /// when the level empties.
    void leave(model::Side side, LevelRow& level, model::Quantity quantity);

    [[nodiscard]] std::optional<LevelRow> best(model::Side side) const;
    /// Best first.
    [[nodiscard]] std::vector<LevelRow> rows(model::Side side, std::size_t levels) const;

 private:
    /// Best first on both sides: bids are keyed by the negative price.
    using Levels = std::map<std::int64_t, LevelRow>;
    [[nodiscard]] static std::int64_t key_of(model::Side side, model::Price price) {
        return side == model::Side::buy ? -price.value() : price.value();
    }
    [[nodiscard]] Levels& levels(model::Side side) {
        return sides_[static_cast<std::size_t>(side)];
    }
    [[nodiscard]] const Levels& levels(model::Side side) const {
        return sides_[static_cast<std::size_t>(side)];
    }

    std::array<Levels, 2> sides_;
};

}  // namespace bw::views::market
