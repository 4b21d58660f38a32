// Limit-up/limit-down bands: the mean trade price of the last minutes, and how far trading may move
// from it. Exact integers.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/fields.hpp"
#include "calendar/configuration.hpp"
#include "model/types.hpp"

namespace bw::scheduler {

/// Sums of the trade prices of each second, so that memory depends on the window, not on the number
/// of trades.
class MeanPrice {
 public:
    void add(std::uint64_t timestamp_ns, model::Price price);
    void clear() { seconds_.clear(); }
    /// Mean trade price of the last `window_s` seconds, including this one, rounded down. Nothing
    /// without trades.
    [[nodiscard]] std::optional<model::Price> at(std::uint64_t now_ns, std::uint32_t window_s);

    void save(base::FieldWriter& out) const;
    /// Requires: nothing was added.
    void load(base::FieldReader& in);

 private:
    struct Second {
        std::uint64_t second;
        std::int64_t prices;  // fits 9 million trades at the highest price
        std::int64_t trades;
    };
    std::deque<Second> seconds_;
};

struct LimitBands {
    model::Price lower;
    model::Price upper;
    friend bool operator==(const LimitBands&, const LimitBands&) = default;
};

/// Bands around a reference, widened to whole ticks: 1 tick <= lower < upper <= the highest price.
[[nodiscard]] LimitBands bands_around(model::Price reference, model::Price tick,
                                      const calendar::LimitBandRules& rules);

/// Whether the mean has moved by the threshold or more from the middle of the bands.
[[nodiscard]] bool has_moved(model::Price mean, const LimitBands& bands, model::Ppm threshold);

}  // namespace bw::scheduler
