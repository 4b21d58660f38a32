// CommandGenerator: a seeded stream of commands, most of them sensible and near the market, some
// wrong in every way a field can be wrong. It learns from the events what exists (orders, prices,
// phases), so that changes hit and prices meet. The same seed and the same events give the same
// commands on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "codec/registry.hpp"
#include "differential/naive_exchange.hpp"
#include "differential/random.hpp"

namespace bw::differential {

template <class Message>
[[nodiscard]] Bytes framed(const Message& message) {
    codec::Frame<Message> frame;
    frame.body = message;
    const auto bytes = codec::bytes_of(frame);
    return {bytes.begin(), bytes.end()};
}

class CommandGenerator {
 public:
    enum class Mood {
        restless,  ///< much is changed, refused and cancelled; books stay thin
        calm,      ///< most orders rest; books grow deep until something sweeps them
        lively,    ///< three instruments and few disturbances; most commands trade
    };
    struct Options {
        Mood mood = Mood::restless;
        std::size_t instruments = 60;  ///< that may be listed in all; after that none is delisted
        std::string without;           ///< words of features that are left out, see has()
    };

    explicit CommandGenerator(std::uint64_t seed, Mood mood = Mood::restless)
        : CommandGenerator(seed, Options{mood, 60, {}}) {}
    CommandGenerator(std::uint64_t seed, Options options);

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
        model::InstrumentState state{};
        model::Symbol symbol;
        model::Allocation allocation{};
        std::vector<TickRow> tick_table;
        std::uint64_t limit_state_since = 0;
        [[nodiscard]] std::int64_t tick_here() const;
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
    struct SeenTrade {
        std::uint64_t match = 0;
        std::uint32_t instrument = 0;
        std::int64_t price = 0;
    };
    struct SeenProposal {
        std::uint64_t number = 0;
        std::uint32_t made_by = 0;
    };
    struct Switch {
        model::KillScope scope{};
        std::uint32_t id = 0;
        friend bool operator==(const Switch&, const Switch&) = default;
    };
    struct Choice {  ///< one kind of command and how often it is chosen
        std::uint32_t weight;
        Bytes (CommandGenerator::*make)();
        bool disturbs = false;  ///< trading, for a while
    };

    // generator_orders.cpp
    [[nodiscard]] Bytes new_order();
    [[nodiscard]] Bytes cancel();
    [[nodiscard]] Bytes reduce();
    [[nodiscard]] Bytes replace();
    [[nodiscard]] Bytes amend();
    [[nodiscard]] Bytes mass_cancel();
    [[nodiscard]] model::OrderType order_type(const Market& market);
    [[nodiscard]] model::TimeInForce time_in_force(const codec::NewOrder& command,
                                                   const Market& market);
    void add_price(codec::NewOrder& command, const Market& market);
    void add_stop(codec::NewOrder& command, const Market& market);
    void add_peg(codec::NewOrder& command, const Market& market);
    void add_display(codec::NewOrder& command, const Market& market);
    void add_instructions(codec::NewOrder& command, const Market& market);
    void add_all_or_nothing(codec::NewOrder& command, const Market& market);
    void add_mistakes(codec::NewOrder& command);
    template <class Change>
    void aim(Change& change);

    // generator_market.cpp
    [[nodiscard]] Bytes listing(std::uint32_t which);
    [[nodiscard]] Bytes home_allocation(std::uint32_t which);
    [[nodiscard]] Bytes configure();
    [[nodiscard]] Bytes dear_close();
    [[nodiscard]] Bytes even_auction();
    [[nodiscard]] Bytes set_instrument_state();
    [[nodiscard]] Bytes set_state_of(model::InstrumentId id, model::InstrumentState state);
    [[nodiscard]] model::InstrumentState next_state(model::InstrumentState now);
    [[nodiscard]] Bytes set_price_bands();
    [[nodiscard]] Bytes set_limit_bands();
    [[nodiscard]] Bytes set_allocation();
    [[nodiscard]] Bytes set_tick_table();
    [[nodiscard]] Bytes set_reference_quote();
    [[nodiscard]] Bytes publish_indicative();
    [[nodiscard]] Bytes pause_on_limit_state();
    [[nodiscard]] Bytes trip_breaker();
    [[nodiscard]] Bytes set_storage_state();
    [[nodiscard]] Bytes split();
    [[nodiscard]] Bytes change_symbol();
    [[nodiscard]] Bytes delist();
    void empty_the_book(model::InstrumentId id);

    // generator_accounts.cpp
    [[nodiscard]] Bytes open_account();
    [[nodiscard]] Bytes set_account_state();
    [[nodiscard]] Bytes set_account_limits();
    [[nodiscard]] Bytes set_self_trade_prevention_of_one();
    [[nodiscard]] Bytes set_self_trade_prevention(model::AccountId of);
    [[nodiscard]] Bytes set_account_fee_tier();
    [[nodiscard]] Bytes move_cash();
    [[nodiscard]] Bytes move_shares();
    [[nodiscard]] Bytes deposit_shares(model::AccountId to, model::InstrumentId id);
    [[nodiscard]] Bytes set_fees();
    [[nodiscard]] Bytes end_day();
    [[nodiscard]] Bytes kill_switch();
    [[nodiscard]] Bytes release_kill_switch();
    [[nodiscard]] Bytes bust_trade();
    [[nodiscard]] Bytes correct_trade();
    [[nodiscard]] Bytes approve();
    [[nodiscard]] Bytes set_rule_set();
    [[nodiscard]] Bytes end_day_early();
    [[nodiscard]] Bytes set_business_date();

    // command_generator.cpp
    [[nodiscard]] bool has(std::string_view feature) const;
    [[nodiscard]] Bytes first_rules();
    [[nodiscard]] Bytes opening(std::uint64_t step);
    [[nodiscard]] Bytes trading_command();
    [[nodiscard]] Bytes operator_command();
    [[nodiscard]] Bytes remedy();
    [[nodiscard]] Bytes damaged(Bytes command);
    void begin_spree();
    void learn_order(const codec::OrderAccepted& accepted);
    void learn_trade(const codec::TradeExecuted& trade);
    void learn_instrument(const codec::InstrumentUpdated& updated);
    void learn_switch(const codec::KillSwitchSet& set);
    void learn_control(std::span<const std::byte> event);
    void forget_proposal();
    void closes(std::uint64_t order);
    [[nodiscard]] Seen* find_seen(std::uint64_t order);
    [[nodiscard]] std::size_t instruments_not_trading() const;

    // what a field may hold: generator_fields.cpp
    [[nodiscard]] model::RequestId request();
    [[nodiscard]] model::AccountId account();
    [[nodiscard]] model::InstrumentId instrument();
    /// One whose orders will meet in an auction, if there is one.
    [[nodiscard]] model::InstrumentId collecting_instrument();
    [[nodiscard]] model::ClientOrderId client_id();
    [[nodiscard]] model::Currency currency();
    [[nodiscard]] std::uint32_t operator_id();
    [[nodiscard]] std::int64_t price_near(const Market& market);
    [[nodiscard]] std::int64_t away_from_market(const Market& market, Side side,
                                                std::int64_t price);
    [[nodiscard]] std::uint64_t quantity_of(const Market& market);
    [[nodiscard]] std::int64_t wild_number();
    [[nodiscard]] std::uint32_t wild_count();
    [[nodiscard]] std::int64_t reference_of(std::size_t which) const;
    [[nodiscard]] Market market_of(model::InstrumentId id) const;
    /// What the opposite side is seen to hold at this price or better; and its best price, or the
    /// reference where it is empty.
    [[nodiscard]] std::uint64_t quantity_within(model::InstrumentId id, Side incoming,
                                                std::int64_t price) const;
    [[nodiscard]] std::int64_t best_opposite(model::InstrumentId id, Side incoming) const;

    Random random_;
    Options options_;
    std::uint64_t step_ = 0;
    model::RuleSet first_rules_ = model::RuleSet::version_1;  ///< from the beginning
    bool has_rules_ = false;                                  ///< they were sent
    std::uint64_t favourite_ = 0;  ///< the first of the three lively instruments
    std::uint64_t next_client_id_ = 0;
    std::uint32_t date_ = 20260105;
    std::deque<Bytes> script_;               ///< comes next, one after the other
    std::deque<Bytes> spree_;                ///< comes between other commands
    std::vector<Market> markets_;            ///< of instrument 1, 2, 3 …
    std::vector<std::uint32_t> listed_as_;   ///< the present instrument of each row of the listings
    std::vector<Seen> seen_;                 ///< open orders, the latest of them
    std::array<Seen, 16> closed_;            ///< some that are closed
    std::array<SeenTrade, 64> trades_;       ///< the latest
    std::vector<SeenProposal> proposals_;    ///< not approved yet
    std::uint64_t approving_ = 0;            ///< the proposal that was named last
    std::vector<model::AccountId> passive_;  ///< accounts that are not active
    std::vector<Switch> switches_;           ///< that are on
    bool storage_scarce_ = false;
};

}  // namespace bw::differential
