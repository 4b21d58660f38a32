// Compares the engine with the naive exchange: the same commands must give the same event bytes,
// and money must be conserved throughout. BW_SEED sets the first seed, BW_COMMANDS the number of
// commands of all runs together, BW_WITHOUT leaves features out, BW_CHECK sets how often whole
// books are checked, BW_COUNTS prints counts of what occurred.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "differential/command_generator.hpp"
#include "differential/engine_runner.hpp"
#include "differential/naive_exchange.hpp"
#include "differential/order_folds.hpp"
#include "differential/witness.hpp"

namespace bw::differential {
namespace {

#ifdef BW_SHORT_RUNS
constexpr std::uint64_t usual_commands = 1'000'000;
#else
constexpr std::uint64_t usual_commands = 10'000'000;
#endif

/// A run consists of worlds of this many commands; each starts over with another seed.
constexpr std::uint64_t commands_of_a_world = 100'000;
/// A run of at least this many commands must cause every situation that Witness lists.
constexpr std::uint64_t commands_for_everything = 2'000'000;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* given = std::getenv(variable);
    return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

/// Small enough that a random run reaches every limit on the rules page.
engine::Limits narrow_limits() {
    engine::Limits limits;
    limits.open_orders = 24;
    limits.instruments = 15;
    limits.accounts = 16;
    limits.positions = 70;
    limits.client_order_ids = 300;
    limits.currencies = 4;
    limits.trades = 64;
    limits.order_numbers = 256;
    return limits;
}

struct Run {
    std::string name;
    std::uint64_t seed_offset = 0;
    std::uint64_t share_percent = 0;  ///< share of BW_COMMANDS
    engine::Limits limits;
    CommandGenerator::Mood mood = CommandGenerator::Mood::restless;
};

void PrintTo(const Run& run, std::ostream* out) { *out << run.name; }

/// Keeps the commands of a world for a replay.
class Tape {
 public:
    void add(const Bytes& command) {
        bytes_.insert(bytes_.end(), command.begin(), command.end());
        ends_.push_back(bytes_.size());
    }
    [[nodiscard]] std::size_t size() const { return ends_.size(); }
    [[nodiscard]] std::span<const std::byte> command(std::size_t i) const {
        const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
        return std::span(bytes_).subspan(begin, ends_[i] - begin);
    }

 private:
    Bytes bytes_;
    std::vector<std::size_t> ends_;
};

/// One engine and one naive exchange from their beginning. Feeds both; returns the first difference
/// as text, empty if there is none.
class World {
 public:
    World(std::uint64_t seed, const Run& run, Witness& witness)
        : limits_(run.limits),
          generator_(seed, {run.mood, std::min<std::size_t>(run.limits.instruments, 60),
                            without_features()}),
          naive_(run.limits),
          engine_(run.limits),
          witness_(witness) {}

    std::string step(std::uint64_t sequence) {
        const Bytes command = generator_.next();
        tape_.add(command);
        const std::vector<Bytes> expected = naive_.apply(sequence, command);
        if (sequence % commands_per_check_ == 0)
            if (auto broken = naive_.broken_book(); !broken.empty())
                return broken + "\n" + difference(sequence, expected, expected);
        const Bytes& seen = engine_.apply(sequence, command);
        generator_.see(expected);
        deepest_ = std::max(deepest_, naive_.open_orders());
        if (joined(expected) != seen) return difference(sequence, expected, split(seen));
        if (auto wrong = witness_.see(command, expected); !wrong.empty()) return wrong;
        folds_.apply(expected);
        if (folds_.open() != naive_.open_orders()) return "the events leave other orders open";
        if (sequence % 16 == 0)
            if (auto broken = naive_.broken_balance(); !broken.empty()) return broken;
        if (sequence % commands_per_check_ == 0) engine_.verify_invariants();
        return {};
    }

    /// Applies all commands to a second engine, which must make the same events and end in the same
    /// state.
    std::string replay() const {
        EngineRunner again(limits_);
        for (std::size_t i = 0; i < tape_.size(); ++i) (void)again.apply(i + 1, tape_.command(i));
        if (again.state_hash() != engine_.state_hash()) return "a replay ends in another state";
        if (again.events_hash() != engine_.events_hash()) return "a replay says other events";
        return {};
    }

    [[nodiscard]] const NaiveExchange& naive() const { return naive_; }
    [[nodiscard]] std::size_t deepest() const { return deepest_; }
    [[nodiscard]] std::uint64_t state_hash() const { return engine_.state_hash(); }

 private:
    static std::string without_features() {
        const char* given = std::getenv("BW_WITHOUT");
        return given != nullptr ? given : "";
    }

    static std::string as_text(std::span<const Bytes> messages, std::size_t from,
                               std::size_t most) {
        std::string out;
        for (std::size_t i = from; i < std::min(messages.size(), from + most); ++i)
            out += fmt::format("    {:3} {{{}}}\n", i, codec::to_json_members(messages[i]));
        return out;
    }

    /// The last commands, and the events from just before the first that differs.
    std::string difference(std::uint64_t sequence, std::span<const Bytes> expected,
                           std::span<const Bytes> seen) const {
        std::vector<Bytes> commands;
        for (std::size_t i = tape_.size() - std::min<std::size_t>(tape_.size(), 6);
             i < tape_.size(); ++i)
            commands.emplace_back(tape_.command(i).begin(), tape_.command(i).end());
        std::size_t same = 0;
        while (same < std::min(expected.size(), seen.size()) && expected[same] == seen[same])
            ++same;
        const std::size_t from = same - std::min<std::size_t>(same, 4);
        return fmt::format(
            "command {} differs\n  the last commands:\n{}{}  the rules say:\n{}  the engine "
            "says:\n{}",
            sequence, as_text(commands, 0, 6), market_of_difference(expected, seen),
            as_text(expected, from, 12), as_text(seen, from, 12));
    }

    /// The instrument of the differing events, as the naive exchange has it afterwards.
    std::string market_of_difference(std::span<const Bytes> expected,
                                     std::span<const Bytes> seen) const {
        for (const auto& events : {expected, seen})
            for (const Bytes& event : events)
                if (const std::uint32_t id = instrument_of(event); id != 0)
                    return "  the instrument afterwards: " + naive_.describe(id) + "\n";
        return {};
    }

    static std::uint32_t instrument_of(const Bytes& event) {
        std::uint32_t out = 0;
        codec::visit<codec::AllEvents>(event, [&](const auto& message) {
            if constexpr (requires { message.instrument; }) out = message.instrument.value();
        });
        return out;
    }

    engine::Limits limits_;
    std::uint64_t commands_per_check_ = number_from("BW_CHECK", 2'000);
    CommandGenerator generator_;
    NaiveExchange naive_;
    EngineRunner engine_;
    Witness& witness_;
    OrderFolds folds_;
    Tape tape_;
    std::size_t deepest_ = 0;
};

class Differential : public testing::TestWithParam<Run> {
 protected:
    static std::uint64_t commands() {
        return number_from("BW_COMMANDS", usual_commands) * GetParam().share_percent / 100;
    }
    static std::uint64_t seed_of_world(std::uint64_t world) {
        return number_from("BW_SEED", 1) + GetParam().seed_offset + world * 1'000;
    }
};

TEST_P(Differential, engine_and_rules_say_the_same_bytes) {
    Witness witness;
    std::uint64_t done = 0, orders = 0, trades = 0, hash = 0;
    std::size_t deepest = 0;
    for (std::uint64_t i = 0; done < commands(); ++i) {
        SCOPED_TRACE(fmt::format("BW_SEED={} (world {} of {} uses {})", number_from("BW_SEED", 1),
                                 i, GetParam().name, seed_of_world(i)));
        World world(seed_of_world(i), GetParam(), witness);
        const std::uint64_t last = std::min(commands_of_a_world, commands() - done);
        for (std::uint64_t sequence = 1; sequence <= last; ++sequence)
            if (const auto problem = world.step(sequence); !problem.empty()) FAIL() << problem;
        if (const auto problem = world.replay(); !problem.empty()) FAIL() << problem;
        done += last;
        orders += world.naive().order_count();
        trades += world.naive().trades();
        deepest = std::max(deepest, world.deepest());
        hash ^= world.state_hash();
    }
    fmt::print("{}: {} commands, {} orders, {} trades, at most {} open, state hash {:016x}\n",
               GetParam().name, done, orders, trades, deepest, hash);
    EXPECT_GT(trades, commands() / 200);
    if (std::getenv("BW_COUNTS") != nullptr)
        for (const auto& [name, count] : witness.counts()) fmt::print("{:>10} {}\n", count, name);
    if (commands() < commands_for_everything || std::getenv("BW_WITHOUT") != nullptr) return;
    for (const std::string& what : witness.missing(GetParam().name == "narrow"))
        ADD_FAILURE() << "never came about: " << what;
}

INSTANTIATE_TEST_SUITE_P(Runs, Differential,
                         testing::Values(Run{"first", 0, 20, {}}, Run{"second", 1, 20, {}},
                                         Run{"narrow", 3, 20, narrow_limits()},
                                         Run{"deep", 4, 20, {}, CommandGenerator::Mood::calm},
                                         Run{"lively", 5, 20, {}, CommandGenerator::Mood::lively}),
                         [](const auto& run) { return run.param.name; });

TEST(FeeSchedules, run_out_for_both_at_the_same_command) {
    NaiveExchange naive;
    EngineRunner engine({});
    for (std::uint64_t i = 1; i <= 65'540; ++i) {
        codec::SetFees command{};
        command.maker = model::FeeRate{static_cast<std::int32_t>(i % 7)};
        command.tier = static_cast<std::uint32_t>(i % 16);
        const Bytes bytes = framed(command);
        const auto expected = naive.apply(i, bytes);
        ASSERT_EQ(joined(expected), engine.apply(i, bytes)) << "at schedule " << i;
    }
}

}  // namespace
}  // namespace bw::differential
