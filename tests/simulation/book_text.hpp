// Books as simulated clients see them: prices and quantities in integers, made of the texts on the
// wire or of a book of the simulation, and one number for all of it.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "base/decimal.hpp"
#include "base/hash.hpp"
#include "views/market/market_data.hpp"

namespace bw::simulation {

struct Book {
    std::map<std::int64_t, std::uint64_t> bids, asks;  ///< quantity by price

    [[nodiscard]] std::uint64_t hash() const {
        base::RunningHash out;
        for (const auto* side : {&bids, &asks}) {
            out.add(side->size());
            for (const auto& [price, quantity] : *side) {
                out.add(static_cast<std::uint64_t>(price));
                out.add(quantity);
            }
        }
        return out.value();
    }
};

/// The best `depth` levels of each side.
[[nodiscard]] inline Book book_of(const views::market::Depth& from, std::size_t depth) {
    Book out;
    const auto take = [depth](const auto& rows, auto& side) {
        for (std::size_t i = 0; i < rows.size() && i < depth; ++i)
            side[rows[i].price.value()] = rows[i].quantity.value();
    };
    take(from.bids, out.bids);
    take(from.asks, out.asks);
    return out;
}

/// Calls level(price, quantity) for each pair of quoted decimals, one after the other, in a text.
template <class Level>
void each_level(std::string_view text, Level&& level) {
    const auto next = [&text] {
        const std::size_t from = text.find('"');
        if (from == std::string_view::npos) return std::string_view{};
        const std::size_t to = text.find('"', from + 1);
        const std::string_view out = text.substr(from + 1, to - from - 1);
        text.remove_prefix(to + 1);
        return out;
    };
    while (true) {
        const std::string_view price = next();
        if (price.empty()) return;
        level(base::parse_decimal(price).value_or(0), base::parse_unsigned(next()).value_or(0));
    }
}

/// Levels of an L2 frame, [["price","quantity"],…]: quantity 0 takes a level away.
inline void change(std::map<std::int64_t, std::uint64_t>& side, std::string_view levels) {
    each_level(levels, [&side](std::int64_t price, std::uint64_t quantity) {
        if (quantity == 0)
            side.erase(price);
        else
            side[price] = quantity;
    });
}

}  // namespace bw::simulation
