#include "differential/generator_fields.hpp"

namespace bw::differential {

std::int64_t CommandGenerator::Market::tick_here() const {
    std::int64_t out = tick;
    for (const TickRow& row : tick_table)
        if (reference >= row.from) out = row.tick;
    return out;
}

model::RequestId CommandGenerator::request() { return model::make_request_id(3, step_ + 1); }

model::AccountId CommandGenerator::account() {
    if (random_.permille(5))
        return model::AccountId{static_cast<std::uint32_t>(random_.next() >> random_.below(60))};
    return model::AccountId{static_cast<std::uint32_t>(random_.below(first_accounts)) + 1};
}

/// Sometimes one that is not there, or no longer.
model::InstrumentId CommandGenerator::instrument() {
    if (random_.permille(5))
        return model::InstrumentId{static_cast<std::uint32_t>(random_.next() >> random_.below(60))};
    if (random_.permille(5) && !markets_.empty())
        return model::InstrumentId{static_cast<std::uint32_t>(random_.below(markets_.size())) + 1};
    if (options_.mood == Mood::lively && random_.permille(950))
        return model::InstrumentId{listed_as_[(favourite_ + random_.below(3)) % listed_as_.size()]};
    return model::InstrumentId{random_.one_of(listed_as_)};
}

model::InstrumentId CommandGenerator::collecting_instrument() {
    const std::size_t first = random_.below(listed_as_.size());
    for (std::size_t i = 0; i < listed_as_.size(); ++i) {
        const model::InstrumentId id{listed_as_[(first + i) % listed_as_.size()]};
        const auto state = market_of(id).state;
        if (state != model::InstrumentState::trading && state != model::InstrumentState::halted &&
            state != model::InstrumentState::closed)
            return id;
    }
    return instrument();
}

model::ClientOrderId CommandGenerator::client_id() {
    const std::uint64_t kind = random_.below(1000);
    if (kind < 350) return {};
    if (kind < 900) return *model::ClientOrderId::from("c" + std::to_string(++next_client_id_));
    if (kind < 960)
        return *model::ClientOrderId::from("again-" + std::to_string(random_.below(40)));
    if (kind < 970) return *model::ClientOrderId::from("the_longest.client-id-36-characters_");
    model::ClientOrderId id =
        *model::ClientOrderId::from("c" + std::to_string(random_.below(next_client_id_ + 1)));
    if (kind < 985) id.chars[random_.below(36)] = static_cast<char>(random_.below(256));
    return id;
}

model::Currency CommandGenerator::currency() {
    constexpr std::array<std::string_view, 12> names{"USD", "EUR",  "XAU", "USD", "EUR", "XAU",
                                                     "GBP", "CHFX", "usd", "US",  "",    "U1D"};
    const std::uint64_t which =
        random_.permille(900) ? random_.below(6) : random_.below(names.size());
    model::Currency out = *model::Currency::from(names[which]);
    if (random_.permille(10))
        out.chars[random_.below(4)] = static_cast<char>('A' + random_.below(26));
    return out;
}

/// Few, so that the same one proposes and approves; sometimes none.
std::uint32_t CommandGenerator::operator_id() {
    return static_cast<std::uint32_t>(random_.permille(20) ? 0 : 1 + random_.below(4));
}

std::int64_t CommandGenerator::wild_number() {
    constexpr std::array edges{std::int64_t{0},
                               std::int64_t{1},
                               std::int64_t{-1},
                               largest_int64,
                               largest_int64 - 1,
                               std::numeric_limits<std::int64_t>::min(),
                               model::max_price.value(),
                               model::max_price.value() + 1,
                               std::int64_t{1'999'999'999},
                               std::int64_t{2'000'000'000},
                               std::int64_t{1'000'000'000'000'000},
                               std::int64_t{1'000'000'000'000'001},
                               largest_int64 / 2,
                               largest_int64 / 1'000};
    if (random_.permille(700)) return random_.one_of(edges);
    return static_cast<std::int64_t>(random_.next() >> random_.below(64));
}

std::int64_t CommandGenerator::reference_of(std::size_t which) const {
    const Listing& row = listings[which];
    const bool dear = row.dear_reference != 0 && first_rules_ >= model::RuleSet::version_3;
    return dear ? row.dear_reference : row.reference;
}

std::uint32_t CommandGenerator::wild_count() {
    constexpr std::array edges{0u, 1u, 2u, 15u, 16u, 65'535u, 65'536u, 1'000'000u, 1'000'001u, ~0u};
    if (random_.permille(700)) return random_.one_of(edges);
    return static_cast<std::uint32_t>(random_.next() >> random_.below(64));
}

CommandGenerator::Market CommandGenerator::market_of(model::InstrumentId id) const {
    if (id.value() == 0 || id.value() > markets_.size()) return {};
    return markets_[id.value() - 1];
}

/// Mostly within some ticks of the reference; sometimes at the edges of the collar, sometimes
/// anywhere.
std::int64_t CommandGenerator::price_near(const Market& market) {
    const std::int64_t tick = market.tick_here();
    const std::uint64_t kind = random_.below(1000);
    if (kind < 8) return wild_number();
    if (kind < 16) return market.reference + random_.between(-3, 3);
    if (kind < 40) {
        const auto band = static_cast<std::int64_t>(static_cast<int128>(market.reference) *
                                                    market.collar / model::ppm_unit);
        const std::int64_t edge = market.reference + (random_.permille(500) ? band : -band);
        return edge / tick * tick + random_.between(-1, 1) * tick;
    }
    const std::int64_t centre = market.reference / tick * tick;
    if (kind < 60) {  // far away: a sparse book
        const std::int64_t far = std::int64_t{1} << random_.below(24);
        return centre + random_.between(-far, far) * tick;
    }
    const std::int64_t spread = kind < 850 ? 6 : 60;
    return centre + random_.between(-spread, spread) * tick;
}

/// In a calm market most prices wait on their own side of the reference.
std::int64_t CommandGenerator::away_from_market(const Market& market, Side side,
                                                std::int64_t price) {
    const std::int64_t most_likely = market.reference + 100 * market.tick_here();
    if (options_.mood != Mood::calm || price < 1 || price > most_likely || random_.permille(150))
        return price;
    const std::int64_t distance = std::abs(price - market.reference);
    return side == Side::buy ? market.reference - distance : market.reference + distance;
}

std::uint64_t CommandGenerator::quantity_of(const Market& market) {
    const std::uint64_t kind = random_.below(1000);
    if (kind < 8) return static_cast<std::uint64_t>(wild_number());
    if (kind < 16) return random_.below(50);
    if (kind < 35) return market.lot * (1 + random_.below(5'000));
    return market.lot * (1 + random_.below(40));
}

std::uint64_t CommandGenerator::quantity_within(model::InstrumentId id, Side incoming,
                                                std::int64_t price) const {
    std::uint64_t sum = 0;
    for (const Seen& order : seen_) {
        if (order.instrument != id || order.side == incoming ||
            order.price == model::no_price.value())
            continue;
        if (incoming == Side::buy ? order.price <= price : order.price >= price)
            sum += order.remaining;
    }
    return sum;
}

std::int64_t CommandGenerator::best_opposite(model::InstrumentId id, Side incoming) const {
    std::int64_t best = 0;
    for (const Seen& order : seen_) {
        if (order.instrument != id || order.side == incoming ||
            order.price == model::no_price.value())
            continue;
        if (best == 0 || (incoming == Side::buy ? order.price < best : order.price > best))
            best = order.price;
    }
    return best == 0 ? market_of(id).reference : best;
}

}  // namespace bw::differential
