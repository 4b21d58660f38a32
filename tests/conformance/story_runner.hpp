// StoryRunner: plays a story (README.md) to the engine and compares what it says with what the story says.
// The naive exchange listens too: it must say the same bytes, and it is asked for books and balances.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "differential/engine_runner.hpp"
#include "differential/naive_exchange.hpp"

namespace bw::conformance {

using differential::Bytes;
using Words = std::vector<std::string>;

/// A line of the story and the lines that must follow from it.
struct Step {
    std::size_t line = 0;
    std::string text;
    std::vector<std::string> expected;
};

class StoryRunner {
 public:
    /// Plays the whole story; returns the first difference with its line, or empty.
    [[nodiscard]] std::string play(std::string_view story);

 private:
    using Answers = std::vector<std::string>;

    [[nodiscard]] std::string check(const Step& step);
    [[nodiscard]] Answers perform(const Words& words);
    [[nodiscard]] Answers order_command(const std::string& account, const Words& words);
    [[nodiscard]] Answers new_order(const std::string& account, const Words& words);
    [[nodiscard]] Answers list_or_configure(const Words& words, bool listing);
    [[nodiscard]] Answers open_accounts(const Words& words);
    [[nodiscard]] Answers move(const Words& words, std::int64_t sign);
    [[nodiscard]] Answers set_limits(const Words& words);
    [[nodiscard]] Answers set_state(const Words& words);
    [[nodiscard]] Answers set_fees(const Words& words);
    [[nodiscard]] Answers halt(const Words& words, model::InstrumentState state);
    [[nodiscard]] Answers end_day(const Words& words);
    [[nodiscard]] Answers amend(const std::string& account, const Words& words);
    [[nodiscard]] Answers mass_cancel(const std::string& account, const Words& words);
    [[nodiscard]] Answers set_self_trade_prevention(const Words& words);
    [[nodiscard]] Answers raw_bytes(const Words& words);
    [[nodiscard]] Answers show_book(const Words& words) const;
    [[nodiscard]] Answers show_balance(const Words& words) const;
    [[nodiscard]] Answers show_collected(const Words& words) const;
    void set_capacity(const Words& words);

    template <class Command>
    [[nodiscard]] Answers send(Command command);
    [[nodiscard]] Answers send_bytes(std::span<const std::byte> command);
    [[nodiscard]] std::string tell(std::span<const std::byte> event);
    void learn(std::span<const std::byte> event);

    template <class Change>
    void name_order(Change& change, const std::string& word) const;
    [[nodiscard]] model::AccountId account_of(const std::string& name) const;
    [[nodiscard]] model::InstrumentId instrument_of(const std::string& symbol) const;
    [[nodiscard]] std::string order_name(model::OrderId id) const;
    [[nodiscard]] std::string account_name(model::AccountId id) const;
    [[nodiscard]] std::string symbol_of(model::InstrumentId id) const;
    void start();

    engine::Limits limits_;
    std::unique_ptr<differential::NaiveExchange> naive_;
    std::unique_ptr<differential::EngineRunner> engine_;
    std::uint64_t sequence_ = 0;
    std::map<std::string, std::uint32_t> accounts_;
    std::map<std::string, codec::ConfigureInstrument> instruments_;
    std::map<std::uint64_t, std::string> order_names_;
};

}  // namespace bw::conformance
