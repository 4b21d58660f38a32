// StoryRunner: plays a story (README.md) to the engine and compares what it says with what the
// story says. The naive exchange listens too: it must say the same bytes, and it is asked for books
// and balances.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/story_words.hpp"
#include "differential/engine_runner.hpp"
#include "differential/naive_exchange.hpp"
#include "model/rules.hpp"

namespace bw::conformance {

using differential::Bytes;

class StoryRunner {
 public:
    /// Plays the whole story; returns the first difference with its line, or empty.
    [[nodiscard]] std::string play(std::string_view story);

 private:
    using Answers = std::vector<std::string>;

    // story_runner.cpp
    [[nodiscard]] std::string check(const Step& step);
    [[nodiscard]] Answers perform(const Words& words);
    [[nodiscard]] Answers repeat(const Words& words);
    [[nodiscard]] Answers raw_bytes(const Words& words);
    void set_capacity(const Words& words);
    void start();
    void begin_with_rules(const Words& words);
    template <class Command>
    [[nodiscard]] Answers send(Command command) {
        command.request_id = model::RequestId{sequence_ + 1};
        codec::Frame<Command> frame;
        frame.body = command;
        return send_bytes(codec::bytes_of(frame));
    }
    [[nodiscard]] Answers send_bytes(std::span<const std::byte> command);
    /// The naive exchange must say the same.
    void compare(const std::vector<Bytes>& events, std::span<const std::byte> command);
    [[nodiscard]] std::string difference(const std::vector<Bytes>& engine,
                                         const std::vector<Bytes>& naive) const;

    // story_orders.cpp: what an account sends
    [[nodiscard]] Answers order_command(const std::string& account, const Words& words);
    [[nodiscard]] Answers new_order(const std::string& account, const Words& words);
    [[nodiscard]] Answers amend(const std::string& account, const Words& words);
    [[nodiscard]] Answers mass_cancel(const std::string& account, const Words& words);
    template <class Change>
    void name_order(Change& change, const std::string& word) const;

    // story_accounts.cpp: accounts, money, fees and the day
    [[nodiscard]] Answers open_accounts(const Words& words);
    [[nodiscard]] Answers move(const Words& words, std::int64_t sign);
    [[nodiscard]] Answers set_limits(const Words& words);
    [[nodiscard]] Answers set_state(const Words& words);
    [[nodiscard]] Answers set_self_trade_prevention(const Words& words);
    [[nodiscard]] Answers set_tier(const Words& words);
    [[nodiscard]] Answers set_fees(const Words& words);
    [[nodiscard]] Answers end_day(const Words& words);

    // story_market.cpp: what operators and timers send
    [[nodiscard]] Answers usual_market();
    [[nodiscard]] Answers list_or_configure(const Words& words, bool listing);
    [[nodiscard]] Answers set_phase(const Words& words, const std::string& state);
    [[nodiscard]] Answers set_bands(const Words& words);
    [[nodiscard]] Answers set_limit_bands(const Words& words);
    [[nodiscard]] Answers set_allocation(const Words& words);
    [[nodiscard]] Answers set_ticks(const Words& words);
    [[nodiscard]] Answers set_quote(const Words& words);
    [[nodiscard]] Answers publish_indicative(const Words& words);
    [[nodiscard]] Answers pause(const Words& words);
    [[nodiscard]] Answers trip_breaker(const Words& words);
    [[nodiscard]] Answers set_storage(const Words& words);
    [[nodiscard]] Answers split(const Words& words);
    [[nodiscard]] Answers change_symbol(const Words& words);
    [[nodiscard]] Answers delist(const Words& words);
    template <class Switch>
    [[nodiscard]] Answers kill_switch(const Words& words);
    [[nodiscard]] Answers bust(const Words& words);
    [[nodiscard]] Answers correct(const Words& words);
    [[nodiscard]] Answers approve(const Words& words);
    [[nodiscard]] Answers set_rules(const Words& words);
    [[nodiscard]] Answers set_business_date(const Words& words);

    // story_events.cpp: what is seen
    [[nodiscard]] std::string tell(std::span<const std::byte> event) const;
    void learn(std::span<const std::byte> event);
    [[nodiscard]] Answers show_book(const Words& words) const;
    [[nodiscard]] Answers show_balance(const Words& words) const;
    [[nodiscard]] Answers show_collected(const Words& words) const;

    [[nodiscard]] model::AccountId account_of(const std::string& name) const;
    [[nodiscard]] model::InstrumentId instrument_of(const std::string& symbol) const;
    /// `all` is 0.
    [[nodiscard]] model::InstrumentId instrument_or_all(const std::string& symbol) const;
    [[nodiscard]] std::string order_name(model::OrderId id) const;
    [[nodiscard]] std::string account_name(model::AccountId id) const;
    [[nodiscard]] std::string symbol_of(model::InstrumentId id) const;

    friend class EventTeller;

    engine::Limits limits_;
    model::RuleSet first_rules_ = model::newest_rule_set;
    bool alone_ = false;  ///< the naive exchange does not know the capacity that is set
    std::unique_ptr<differential::NaiveExchange> naive_;
    std::unique_ptr<differential::EngineRunner> engine_;
    std::uint64_t sequence_ = 0;
    std::map<std::string, std::uint32_t> accounts_;
    std::map<std::string, codec::ConfigureInstrument> instruments_;
    std::map<std::uint64_t, std::string> order_names_;
    model::SequenceNumber limit_state_since_;  ///< of the latest LimitStateChanged
};

}  // namespace bw::conformance
