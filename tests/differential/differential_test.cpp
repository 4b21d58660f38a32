// The engine beside the naive exchange: the same commands must give the same event bytes, and money must be conserved
// after every one of them. BW_SEED chooses the first seed, BW_COMMANDS how many commands all runs together take.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <map>
#include <set>

#include "differential/command_generator.hpp"
#include "differential/engine_runner.hpp"
#include "differential/naive_exchange.hpp"

namespace bw::differential {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* given = std::getenv(variable);
    return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

std::string as_text(std::span<const Bytes> messages) {
    std::string out;
    for (const Bytes& message : messages)
        out += fmt::format("    {{{}}}\n", codec::to_json_members(message));
    return out;
}

/// Small enough that a random run fills everything that the rules page counts.
engine::Limits narrow_limits() {
    engine::Limits limits;
    limits.open_orders = 16;
    limits.instruments = 8;
    limits.accounts = 16;
    limits.positions = 40;
    limits.client_order_ids = 300;
    limits.currencies = 4;
    return limits;
}

struct Run {
    std::string name;
    std::uint64_t seed_offset = 0;
    std::uint64_t share_percent = 0;  ///< of BW_COMMANDS
    engine::Limits limits;
    CommandGenerator::Mood mood = CommandGenerator::Mood::restless;
};

void PrintTo(const Run& run, std::ostream* out) { *out << run.name; }

class Differential : public testing::TestWithParam<Run> {
 protected:
    std::uint64_t commands() const {
        return number_from("BW_COMMANDS", 1'200'000) * GetParam().share_percent / 100;
    }
    std::uint64_t seed() const { return number_from("BW_SEED", 1) + GetParam().seed_offset; }
};

/// What was said so far, and whether accounts that must not trade with each other did.
class Witness {
 public:
    std::string see(const codec::MessageHeader& cause, const Bytes& event) {
        codec::AccountUpdated account;
        codec::TradeExecuted trade;
        codec::CommandRejected rejected;
        codec::OrderCancelled cancelled;
        codec::OrderReduced reduced;
        codec::OrderAccepted accepted;
        if (codec::decode(event, account) == codec::DecodeError::none) {
            groups_[account.account] = {account.self_trade_prevention, account.self_trade_group};
        } else if (codec::decode(event, trade) == codec::DecodeError::none) {
            const Group& taker = groups_[trade.taker_account];
            if (taker.mode != model::SelfTradePrevention::none &&
                taker.number == groups_[trade.maker_account].number)
                return fmt::format("a self trade: {}", codec::to_json_members(event));
        } else if (codec::decode(event, rejected) == codec::DecodeError::none) {
            ++rejects[rejected.reason];
        } else if (codec::decode(event, cancelled) == codec::DecodeError::none) {
            ++cancels[cancelled.reason];
        } else if (codec::decode(event, reduced) == codec::DecodeError::none) {
            using codec::NewOrder, codec::ReplaceOrder;  // which reduce nothing themselves
            decremented += cause.template_id == NewOrder::template_id ||
                           cause.template_id == ReplaceOrder::template_id;
        } else if (codec::decode(event, accepted) == codec::DecodeError::none) {
            ++kinds[{accepted.time_in_force, accepted.order_type, accepted.instructions}];
        }
        return {};
    }

    std::map<model::RejectReason, std::uint64_t> rejects;
    std::map<model::CancelReason, std::uint64_t> cancels;
    std::map<std::tuple<model::TimeInForce, model::OrderType, unsigned>, std::uint64_t>
        kinds;                      ///< of accepted orders
    std::uint64_t decremented = 0;  ///< orders that lost a part in place of a trade

 private:
    struct Group {
        model::SelfTradePrevention mode{};
        std::uint32_t number = 0;
    };
    std::map<model::AccountId, Group> groups_;
};

/// Feeds both; returns what differs, or empty.
class SideBySide {
 public:
    SideBySide(std::uint64_t seed, const Run& run)
        : generator_(seed, {run.mood, run.limits.instruments < 100 ? run.limits.instruments : 100u,
                            getenv("BW_WITHOUT") ? getenv("BW_WITHOUT") : ""}),
          naive_(run.limits),
          engine_(run.limits) {}

    std::string step(std::uint64_t sequence) {
        commands_.push_back(generator_.next());
        const Bytes& command = commands_.back();
        const std::vector<Bytes> expected = naive_.apply(sequence, command);
        const Bytes& seen = engine_.apply(sequence, command);
        generator_.see(expected);
        deepest_ = std::max(deepest_, naive_.open_orders());
        depth_sum_ += naive_.open_orders();
        if (joined(expected) != seen) return difference(sequence, expected, split(seen));
        codec::MessageHeader cause{};
        static_cast<void>(codec::read_header(command, cause));
        for (const Bytes& event : expected)
            if (auto wrong = witness_.see(cause, event); !wrong.empty()) return wrong;
        if (const auto broken = naive_.broken_balance(); !broken.empty()) return broken;
        if (sequence % 1'000 == 0) {
            engine_.verify_invariants();
            return naive_.broken_book();
        }
        return {};
    }

    [[nodiscard]] const std::vector<Bytes>& commands() const { return commands_; }
    [[nodiscard]] const EngineRunner& engine() const { return engine_; }
    [[nodiscard]] const NaiveExchange& naive() const { return naive_; }
    [[nodiscard]] const Witness& witness() const { return witness_; }
    [[nodiscard]] std::size_t deepest() const { return deepest_; }
    [[nodiscard]] std::uint64_t depth_sum() const { return depth_sum_; }

 private:
    std::string difference(std::uint64_t sequence, std::span<const Bytes> expected,
                           std::span<const Bytes> seen) const {
        const std::size_t before = std::min<std::size_t>(commands_.size(), 6);
        return fmt::format(
            "command {} differs\n  the last commands:\n{}  the rules say:\n{}  the engine "
            "says:\n{}",
            sequence, as_text(std::span(commands_).last(before)), as_text(expected), as_text(seen));
    }

    CommandGenerator generator_;
    NaiveExchange naive_;
    EngineRunner engine_;
    Witness witness_;
    std::vector<Bytes> commands_;
    std::size_t deepest_ = 0;
    std::uint64_t depth_sum_ = 0;
};

template <class Map>
std::uint64_t count(const Map& map, const typename Map::key_type& key) {
    const auto found = map.find(key);
    return found == map.end() ? 0 : found->second;
}

/// What only the narrow limits bring about is asked of their run only; some reasons need a capacity that no test can fill.
void expect_every_reason(const Witness& witness, bool narrow) {
    using enum model::RejectReason;
    const std::set out_of_reach{none, full_price_levels};
    const std::set only_when_narrow{full_orders,    full_accounts,         full_instruments,
                                    full_positions, full_client_order_ids, full_currencies};
    for (unsigned code = 0; code < 10'000; ++code) {
        const auto reason = static_cast<model::RejectReason>(code);
        if (model::name_of(reason) == "unknown" || out_of_reach.contains(reason)) continue;
        if (only_when_narrow.contains(reason) && !narrow) continue;
        EXPECT_TRUE(witness.rejects.contains(reason))
            << "never refused: " << model::name_of(reason);
    }
    for (unsigned code = 0; code < 256; ++code) {
        const auto reason = static_cast<model::CancelReason>(code);
        if (model::name_of(reason) == "unknown" || reason == model::CancelReason::supervisory)
            continue;
        EXPECT_TRUE(witness.cancels.contains(reason))
            << "never cancelled: " << model::name_of(reason);
    }
    EXPECT_GT(witness.decremented, 0u);
    EXPECT_EQ(witness.kinds.size(), 5u + 3u + 3u)
        << "limit orders, market orders, and post-only ones with day, gtc and gtd";
}

TEST_P(Differential, engine_and_rules_say_the_same_bytes) {
    SCOPED_TRACE(fmt::format("BW_SEED={} (this run uses {})", number_from("BW_SEED", 1), seed()));
    SideBySide both(seed(), GetParam());
    for (std::uint64_t i = 1; i <= commands(); ++i)
        if (const auto problem = both.step(i); !problem.empty()) FAIL() << problem;
    const auto& witness = both.witness();
    fmt::print(
        "{}: {} self trades prevented by cancelling, {} by decrementing, {} fok and {} minimum "
        "quantities not found\n",
        GetParam().name, count(witness.cancels, model::CancelReason::self_trade),
        witness.decremented, count(witness.cancels, model::CancelReason::fill_or_kill),
        count(witness.cancels, model::CancelReason::minimum_quantity));
    fmt::print(
        "{}: seed {}, {} commands, {} orders, {} trades, open {} on average and {} at most, state "
        "hash {:016x}\n",
        GetParam().name, seed(), commands(), both.naive().order_count(), both.naive().trades(),
        both.depth_sum() / commands(), both.deepest(), both.engine().state_hash());
    EXPECT_GT(both.naive().trades(), commands() / 100);

    if (commands() >= 200'000) expect_every_reason(witness, GetParam().name == "narrow");

    EngineRunner again(GetParam().limits);
    std::uint64_t sequence = 0;
    for (const Bytes& command : both.commands()) (void)again.apply(++sequence, command);
    EXPECT_EQ(again.state_hash(), both.engine().state_hash()) << "a replay ends in another state";
    EXPECT_EQ(again.events_hash(), both.engine().events_hash()) << "a replay says other events";
}

INSTANTIATE_TEST_SUITE_P(Runs, Differential,
                         testing::Values(Run{"first", 0, 40, {}}, Run{"second", 1, 20, {}},
                                         Run{"narrow", 2, 20, narrow_limits()},
                                         Run{"deep", 3, 20, {}, CommandGenerator::Mood::calm}),
                         [](const auto& run) { return run.param.name; });

TEST(FeeSchedules, run_out_for_both_at_the_same_command) {
    NaiveExchange naive;
    EngineRunner engine({});
    for (std::uint64_t i = 1; i <= 65'540; ++i) {
        codec::SetFees command{};
        command.maker = model::FeeRate{static_cast<std::int32_t>(i % 7)};
        const Bytes bytes = framed(command);
        const auto expected = naive.apply(i, bytes);
        ASSERT_EQ(joined(expected), engine.apply(i, bytes)) << "at schedule " << i;
    }
}

}  // namespace
}  // namespace bw::differential
