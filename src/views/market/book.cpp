#include "views/market/book.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace bw::views::market {

LevelRow& Book::enter(model::Side side, model::Price price, model::Quantity quantity) {
    LevelRow& level = levels(side)[key_of(side, price)];
    level.price = price;
    level.quantity += quantity;
    ++level.orders;
    return level;
}

void Book::leave(model::Side side, LevelRow& level, model::Quantity quantity) {
    BW_ASSERT(level.orders > 0 && level.quantity >= quantity);
    level.quantity -= quantity;
    if (--level.orders > 0) return;
    BW_ASSERT(level.quantity == model::Quantity{0});
    levels(side).erase(key_of(side, level.price));
}

std::optional<LevelRow> Book::best(model::Side side) const {
    if (levels(side).empty()) return std::nullopt;
    return levels(side).begin()->second;
}

std::vector<LevelRow> Book::rows(model::Side side, std::size_t count) const {
    std::vector<LevelRow> out;
    out.reserve(std::min(count, levels(side).size()));
    for (const auto& [key, level] : levels(side)) {
        if (out.size() == count) break;
        out.push_back(level);
    }
    return out;
}

}  // namespace bw::views::market
