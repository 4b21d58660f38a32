#include "scheduler/limit_bands.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/assert.hpp"
#include "base/checked.hpp"
#include "model/rules.hpp"

namespace bw::scheduler {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

model::Ppm width_at(model::Price reference, const calendar::LimitBandRules& rules) {
    const auto above =
        std::ranges::upper_bound(rules.tiers, reference, {}, &calendar::BandTier::from);
    BW_ASSERT(above != rules.tiers.begin());  // the first tier is from 0
    return std::prev(above)->width;
}

/// The scheduler does not know the version of the rules. A reference that only newer ones allow
/// shows that they are in force; any other has its bands below the highest price of all versions.
model::Price highest_price(model::Price reference, model::Price tick) {
    const model::Price first = model::Rules{}.max_price(tick);
    if (reference <= first) return first;
    return model::Rules{model::newest_rule_set, model::newest_rule_set}.max_price(tick);
}

}  // namespace

void MeanPrice::add(std::uint64_t timestamp_ns, model::Price price) {
    const std::uint64_t second = timestamp_ns / second_ns;
    if (seconds_.empty() || seconds_.back().second != second) seconds_.push_back({second, 0, 0});
    seconds_.back().prices += price.value();
    ++seconds_.back().trades;
    while (seconds_.front().second + calendar::limit_band_window_s_max <= second)
        seconds_.pop_front();  // nobody may ask for long
}

std::optional<model::Price> MeanPrice::at(std::uint64_t now_ns, std::uint32_t window_s) {
    const std::uint64_t now = now_ns / second_ns;
    while (!seconds_.empty() && seconds_.front().second + window_s <= now) seconds_.pop_front();
    base::int128 prices = 0;
    std::int64_t trades = 0;
    for (const Second& second : seconds_) {
        prices += second.prices;
        trades += second.trades;
    }
    if (trades == 0) return std::nullopt;
    return model::Price{static_cast<std::int64_t>(prices / trades)};
}

void MeanPrice::save(base::FieldWriter& out) const {
    out.count(seconds_.size());
    for (const Second& second : seconds_) out(second.second, second.prices, second.trades);
}

void MeanPrice::load(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        Second second{};
        in(second.second, second.prices, second.trades);
        seconds_.push_back(second);
    }
}

LimitBands bands_around(model::Price reference, model::Price tick,
                        const calendar::LimitBandRules& rules) {
    const std::int64_t t = tick.value();
    const std::int64_t width = std::max<std::int64_t>(
        reference.value() * std::int64_t{width_at(reference, rules).value()} /
            std::int64_t{model::ppm_unit},
        1);
    const std::int64_t highest = highest_price(reference, tick).value() / t * t;
    const std::int64_t upper = std::min((reference.value() + width + t - 1) / t * t, highest);
    const std::int64_t lower = (reference.value() - width) / t * t;
    return {model::Price{std::clamp(lower, t, std::max(upper - t, t))}, model::Price{upper}};
}

bool has_moved(model::Price mean, const LimitBands& bands, model::Ppm threshold) {
    const std::int64_t middle = (bands.lower.value() + bands.upper.value()) / 2;
    return std::abs(mean.value() - middle) * std::int64_t{model::ppm_unit} >=
           middle * std::int64_t{threshold.value()};
}

}  // namespace bw::scheduler
