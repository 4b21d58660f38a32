// CommandGenerator: a seeded stream of commands, most of them sensible and near the market, some wrong in every way a
// field can be wrong. It learns from the events what exists (orders, prices), so that changes hit and prices meet.
// The same seed and the same events give the same commands on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "codec/registry.hpp"
#include "differential/naive_exchange.hpp"

namespace bw::differential {

/// xoshiro256** of Blackman and Vigna, seeded through splitmix64.
class Random {
 public:
    explicit Random(std::uint64_t seed);
    [[nodiscard]] std::uint64_t next();
    /// 0 … bound − 1; the bias of the remainder does not matter here.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    [[nodiscard]] std::int64_t between(std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }
    /// True `parts` times in a thousand.
    [[nodiscard]] bool permille(std::uint64_t parts) { return below(1000) < parts; }

 private:
    std::array<std::uint64_t, 4> state_{};
};

template <class Message>
[[nodiscard]] Bytes framed(const Message& message) {
    codec::Framed<Message> frame;
    frame.body = message;
    const auto bytes = codec::bytes_of(frame);
    return {bytes.begin(), bytes.end()};
}

class CommandGenerator {
 public:
    enum class Mood {
        restless,  ///< much is changed, refused and cancelled; books stay thin
        calm,      ///< most orders rest; books grow deep until something sweeps them
    };

    explicit CommandGenerator(std::uint64_t seed, Mood mood = Mood::restless)
        : random_(seed), mood_(mood) {}

    [[nodiscard]] Bytes next();
    /// The events of the command last given out.
    void see(std::span<const Bytes> events);

 private:
    using Side = model::Side;

    struct Market {
        std::int64_t tick = 1;
        std::uint64_t lot = 1;
        std::int64_t reference = 1;
        std::uint32_t collar = 0;
    };
    struct Seen {
        std::uint64_t order = 0;
        model::AccountId account;
        model::InstrumentId instrument;
        model::ClientOrderId client_id;
        Side side{};
        std::int64_t price = 0;  ///< of a market order: no_price
        std::uint64_t remaining = 0;
        std::uint64_t executed = 0;
    };

    void closes(std::uint64_t order);
    [[nodiscard]] Bytes opening(std::uint64_t step);
    [[nodiscard]] Bytes listing(std::uint32_t instrument);
    [[nodiscard]] Bytes trading_command();
    [[nodiscard]] Bytes operator_command();
    [[nodiscard]] Bytes new_order();
    [[nodiscard]] Bytes cancel();
    [[nodiscard]] Bytes reduce();
    [[nodiscard]] Bytes replace();
    [[nodiscard]] Bytes amend();
    [[nodiscard]] Bytes mass_cancel();
    [[nodiscard]] Bytes configure();
    [[nodiscard]] Bytes set_instrument_state();
    [[nodiscard]] Bytes open_account();
    [[nodiscard]] Bytes set_account_state();
    [[nodiscard]] Bytes set_account_limits();
    [[nodiscard]] Bytes set_self_trade_prevention(model::AccountId of);
    [[nodiscard]] Bytes move_cash();
    [[nodiscard]] Bytes move_shares();
    [[nodiscard]] Bytes set_fees();
    [[nodiscard]] Bytes end_day();
    [[nodiscard]] Bytes damaged(Bytes command);

    template <class Change>
    void aim(Change& change);
    void learn_from_trade(const codec::TradeExecuted& trade);
    [[nodiscard]] Seen* find_seen(std::uint64_t order);
    /// What the opposite side is seen to hold at this price or better; and its best price, or the reference where it is empty.
    [[nodiscard]] std::uint64_t quantity_within(model::InstrumentId id, Side incoming,
                                                std::int64_t price) const;
    [[nodiscard]] std::int64_t best_opposite(model::InstrumentId id, Side incoming) const;
    [[nodiscard]] model::TimeInForce time_in_force(bool limit_order);
    void add_instructions(codec::NewOrder& command, const Market& market);
    void add_all_or_nothing(codec::NewOrder& command, const Market& market);
    void add_mistakes(codec::NewOrder& command);
    [[nodiscard]] model::RequestId request();
    [[nodiscard]] model::AccountId account();
    [[nodiscard]] model::InstrumentId instrument();
    [[nodiscard]] model::ClientOrderId client_id();
    [[nodiscard]] model::Currency currency();
    [[nodiscard]] std::int64_t price_near(const Market& market);
    [[nodiscard]] std::int64_t away_from_market(const Market& market, Side side,
                                                std::int64_t price);
    [[nodiscard]] std::uint64_t quantity_of(const Market& market);
    [[nodiscard]] std::int64_t wild_number();
    [[nodiscard]] Market market_of(model::InstrumentId id) const;

    Random random_;
    Mood mood_;
    std::uint64_t step_ = 0;
    std::uint64_t next_client_id_ = 0;
    std::uint32_t date_ = 20260105;
    std::vector<Market> markets_;  ///< of instrument 1, 2, 3 …
    std::vector<Seen> seen_;       ///< open orders, the latest of them
    std::array<Seen, 16> closed_;  ///< some that are closed
};

}  // namespace bw::differential
