// DemoMarket: simulated participants, so that a fresh exchange has instruments, books, trades and
// candles. Makers keep three levels on both sides of a wandering fair price, takers cross the
// spread. They are clients like any other: commands through a ring, events back.
//
// An agent of one thread, and a Projection (views/projection/projection.hpp): every event in order,
// then do_work(). Deterministic given a seed and a sequence of clock values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/fields.hpp"
#include "codec/commands.hpp"
#include "codec/events.hpp"
#include "platform/clock.hpp"
#include "sequencer/command_port.hpp"
#include "views/projection/projection.hpp"

namespace bw::demo {

struct DemoOptions {
    std::uint16_t gateway = 2;  ///< the top 16 bits of its request ids
    double commands_per_second = 100;
    std::uint64_t seed = 1792;
};

class DemoMarket {
 public:
    using Events = std::tuple<codec::OrderAccepted, codec::OrderCancelled, codec::TradeExecuted,
                              codec::CommandRejected, codec::InstrumentUpdated,
                              codec::AccountUpdated, codec::FeesChanged, codec::StorageStateSet>;
    static constexpr std::size_t instrument_count = 100;
    static constexpr std::size_t maker_count = 8;
    static constexpr std::size_t taker_count = 12;

    DemoMarket(sequencer::CommandPort& port, const platform::Clock& clock,
               const DemoOptions& options = {});

    void apply(const views::RecordView& record, const views::AnyEvent& event);

    /// The state folded from events. Requires: do_work() was never called; so for load() and
    /// reset().
    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();

    /// Sends at most a few commands; returns their number. Requires: every stored event was applied
    /// before the first call.
    std::size_t do_work();
    /// How long do_work() can wait after it returned 0: the participants act together, at most 20
    /// times a second unless there is more for them to do.
    [[nodiscard]] std::uint64_t rest_ns() const;
    /// Whether an exchange with this instrument has (or had) simulated participants.
    [[nodiscard]] static bool lists(std::string_view symbol);

    /// At least one of its instruments is listed.
    [[nodiscard]] bool lists_something() const;
    /// Instruments, accounts and deposits exist, and trading has begun.
    [[nodiscard]] bool trading() const { return stage_ == Stage::trading; }

 private:
    static constexpr std::size_t levels = 3;
    static constexpr std::size_t makers_per_instrument = 2;

    enum class Stage : std::uint8_t { listing, opening, funding, clearing, trading };

    /// One quote that a maker keeps in an instrument.
    struct Quote {
        enum class State : std::uint8_t { none, sent, open, cancelling } state = State::none;
        model::OrderId order;
    };
    struct Listing {
        model::InstrumentId id;  ///< 0: not listed yet
        std::int64_t fair_cents = 0;
        bool halted = false;
        std::array<Quote, makers_per_instrument * 2 * levels> quotes{};
    };
    struct QuoteKey {
        std::uint32_t instrument;
        std::uint32_t quote;
    };
    struct OwnOrder {
        model::AccountId account;
        std::optional<QuoteKey> quote;  ///< nothing: from an earlier run, to be cancelled
        bool cancel_sent = false;
    };

    void on(const codec::InstrumentUpdated& event);
    void on(const codec::AccountUpdated& event);
    void on(const codec::FeesChanged&) { fees_set_ = true; }
    void on(const codec::OrderAccepted& event);
    void on(const codec::OrderCancelled& event);
    void on(const codec::TradeExecuted& event);
    void on(const codec::CommandRejected& event);
    void on(const codec::StorageStateSet& event) { storage_scarce_ = event.scarce != 0; }

    template <class Message>
    bool send(Message message);
    void load_instruments(base::FieldReader& in);
    void load_orders(base::FieldReader& in);
    void order_closed(model::OrderId id);
    [[nodiscard]] Quote& quote_at(QuoteKey key) {
        return listings_[key.instrument].quotes[key.quote];
    }
    [[nodiscard]] std::size_t account_slot(model::AccountId id) const;

    bool set_up();
    bool list_next();
    bool open_next();
    bool fund_next();
    bool clear_next();
    bool trade();
    bool requote(std::uint32_t instrument);
    bool take(std::uint32_t instrument);

    [[nodiscard]] std::uint64_t random();
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    sequencer::CommandPort& port_;
    const platform::Clock& clock_;
    DemoOptions options_;
    std::uint64_t random_state_;

    Stage stage_ = Stage::listing;
    std::size_t step_ = 0;  // in the stage
    bool fees_set_ = false;
    bool storage_scarce_ = false;
    std::uint64_t next_request_ = 1;
    std::uint64_t started_ns_ = 0;
    std::uint64_t sent_trading_ = 0;

    std::array<Listing, instrument_count> listings_{};
    std::array<model::AccountId, maker_count + taker_count> accounts_{};  // makers first
    // instrument id -> listings_
    std::unordered_map<std::uint64_t, std::uint32_t> instrument_slots_;
    std::unordered_map<std::uint64_t, QuoteKey> waiting_;  // request id -> quote that was sent
    std::unordered_map<std::uint64_t, OwnOrder> open_;     // order id -> own open order
};
static_assert(views::Projection<DemoMarket>);

}  // namespace bw::demo
