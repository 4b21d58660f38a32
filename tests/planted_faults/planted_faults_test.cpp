// Every fault that can be planted in the engine is found by comparing it with the naive exchange on
// random commands, or by the engine's own assertions and invariants. Each fault runs in a process
// of its own, so an assertion ends nothing else.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "differential/command_generator.hpp"
#include "differential/engine_runner.hpp"
#include "differential/naive_exchange.hpp"
#include "planted_faults/faults.hpp"

namespace bw::differential {
namespace {

using planted_faults::Fault;

constexpr std::uint64_t commands_max = 4'000'000;
constexpr std::uint64_t commands_without_fault = 200'000;
constexpr std::uint64_t commands_per_run = 20'000;
constexpr std::uint64_t commands_between_checks = 100;

std::uint64_t first_seed() {
    const char* given = std::getenv("BW_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
}

/// One run of both; the number of the first command that differs, 0 if none does.
std::uint64_t first_difference(std::uint64_t seed) {
    const engine::Limits limits;
    const auto mood =
        seed % 2 == 0 ? CommandGenerator::Mood::calm : CommandGenerator::Mood::restless;
    CommandGenerator generator(seed, {.mood = mood, .instruments = 100, .without = {}});
    NaiveExchange naive(limits);
    EngineRunner engine(limits);
    for (std::uint64_t sequence = 1; sequence <= commands_per_run; ++sequence) {
        const Bytes command = generator.next();
        const std::vector<Bytes> expected = naive.apply(sequence, command);
        if (joined(expected) != engine.apply(sequence, command)) return sequence;
        generator.see(expected);
        if (sequence % commands_between_checks == 0) engine.verify_invariants();
    }
    return 0;
}

/// Runs with the fault until it shows. Ends the process: 1 if the events differ, an abort if the
/// engine noticed itself, 0 if nothing did.
[[noreturn]] void run_with(Fault fault, std::uint64_t commands, int report) {
    planted_faults::active = fault;
    for (std::uint64_t done = 0; done < commands; done += commands_per_run) {
        const std::uint64_t seed = first_seed() + done / commands_per_run;
        dprintf(report, "seed %llu", static_cast<unsigned long long>(seed));
        if (const std::uint64_t at = first_difference(seed); at != 0) {
            dprintf(report, ", command %llu: other events\n", static_cast<unsigned long long>(at));
            _exit(1);
        }
        dprintf(report, "\n");
    }
    _exit(0);
}

struct Outcome {
    bool found = false;
    std::string last_line;
};

Outcome outcome_of(Fault fault, std::uint64_t commands) {
    int ends[2];
    if (pipe(ends) != 0) return {};
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        dup2(ends[1], STDERR_FILENO);  // an assertion says where it failed
        run_with(fault, commands, ends[1]);
    }
    close(ends[1]);
    std::string said;
    std::array<char, 4096> part;
    for (ssize_t n; (n = read(ends[0], part.data(), part.size())) > 0;)
        said.append(part.data(), static_cast<std::size_t>(n));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    while (!said.empty() && said.back() == '\n') said.pop_back();
    const std::size_t line = said.find_last_of('\n');
    return {!WIFEXITED(status) || WEXITSTATUS(status) != 0,
            line == std::string::npos ? said : said.substr(line + 1)};
}

class PlantedFault : public testing::TestWithParam<Fault> {};

TEST_P(PlantedFault, is_found) {
    const Outcome outcome = outcome_of(GetParam(), commands_max);
    fmt::print("{}: {}\n", name_of(GetParam()), outcome.last_line);
    EXPECT_TRUE(outcome.found) << name_of(GetParam()) << " was not noticed in " << commands_max
                               << " commands";
}

INSTANTIATE_TEST_SUITE_P(Engine, PlantedFault, testing::ValuesIn(planted_faults::engine_faults),
                         [](const auto& fault) { return name_of(fault.param); });

TEST(WithoutFault, nothing_is_found) {
    const Outcome outcome = outcome_of(Fault::none, commands_without_fault);
    EXPECT_FALSE(outcome.found) << outcome.last_line;
}

}  // namespace
}  // namespace bw::differential
