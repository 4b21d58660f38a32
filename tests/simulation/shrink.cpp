#include "simulation/shrink.hpp"

#include <algorithm>

namespace bw::simulation {
namespace {

constexpr std::size_t lines_shown = 30;

/// The finding without its numbers: those change with what is left out.
std::string kind_of(const Outcome& outcome) {
    constexpr std::size_t size_max = 60;
    std::string out = outcome.finding;
    std::erase_if(out, [](char c) { return c >= '0' && c <= '9'; });
    return out.substr(0, size_max);
}

/// Runs with less; keeps that if it ends in the same way.
void attempt(Shrunk& so_far, SeedOptions fewer) {
    constexpr unsigned seconds_max = 20;
    Outcome outcome = run_isolated(fewer, true, seconds_max);
    ++so_far.runs;
    if (outcome.good || kind_of(outcome) != kind_of(so_far.outcome)) return;
    so_far.options = std::move(fewer);
    so_far.outcome = std::move(outcome);
}

/// Leaves out ever smaller parts of 0 … count − 1 for as long as the run stays red.
void leave_out(Shrunk& so_far, Mask SeedOptions::* mask, std::uint64_t count,
               std::uint64_t runs_max) {
    for (std::uint64_t part = count; part > 0; part /= 2) {
        for (std::uint64_t first = 0; first < count; first += part) {
            if (so_far.runs >= runs_max) return;
            SeedOptions fewer = so_far.options;
            auto& without = (fewer.*mask).without;
            const std::size_t before = without.size();
            for (std::uint64_t i = first; i < std::min(count, first + part); ++i) without.insert(i);
            if (without.size() == before) continue;
            attempt(so_far, std::move(fewer));
        }
    }
}

/// Another life, with less to set up: kept if it ends in the same way.
void make_smaller(Shrunk& so_far) {
    static constexpr std::uint32_t few_clients = 5;
    const auto with = [&so_far](auto&& change) {
        SeedOptions smaller = so_far.options;
        change(smaller);
        attempt(so_far, std::move(smaller));
    };
    with([](SeedOptions& smaller) { smaller.session_gateways = smaller.session_clients = 0; });
    with([](SeedOptions& smaller) { smaller.clients = std::min(smaller.clients, few_clients); });
    with([](SeedOptions& smaller) { smaller.instruments = 1; });
}

/// Leaves out whole kinds of faults.
void leave_out_kinds(Shrunk& so_far) {
    for (std::size_t kind = 0; kind < fault_class_count; ++kind) {
        if (!so_far.options.faults[kind]) continue;
        SeedOptions fewer = so_far.options;
        fewer.faults[kind] = false;
        attempt(so_far, std::move(fewer));
    }
}

/// A life with less may last longer and meet faults that were not drawn before.
void leave_out_faults(Shrunk& so_far, std::uint64_t runs_max) {
    // A run that was killed tells no numbers; these are more than any run uses.
    constexpr std::uint64_t faults_min = 64;
    for (std::uint64_t count = 0; so_far.runs < runs_max;) {
        const std::uint64_t drawn = std::max(so_far.outcome.report.faults_drawn, faults_min);
        if (drawn <= count) return;
        count = drawn;
        leave_out(so_far, &SeedOptions::fault_numbers, count, runs_max);
    }
}

/// A client with nothing to wait for sends more: what is left out makes room for commands that were
/// not there before.
void leave_out_commands(Shrunk& so_far, std::uint64_t count, std::uint64_t runs_max) {
    std::size_t left_out = so_far.options.commands.without.size();
    while (so_far.runs < runs_max) {
        leave_out(so_far, &SeedOptions::commands, count, runs_max);
        if (so_far.options.commands.without.size() == left_out) return;
        left_out = so_far.options.commands.without.size();
        count = std::max(count, so_far.outcome.report.commands_sent);
    }
}

}  // namespace

Shrunk shrink(const SeedOptions& options, std::uint64_t runs_max) {
    Shrunk out{options, run_isolated(options, true), 1};
    make_smaller(out);
    const std::uint64_t commands =
        out.outcome.report.commands_sent != 0 ? out.outcome.report.commands_sent : 4'096;
    leave_out_kinds(out);
    // Fewer commands may bring new faults, and fewer faults new commands.
    const auto left_out = [&out] {
        return out.options.fault_numbers.without.size() + out.options.commands.without.size();
    };
    for (std::size_t before = left_out() + 1; out.runs < runs_max && left_out() != before;) {
        before = left_out();
        leave_out_commands(out, commands, out.runs + (runs_max - out.runs) / 2);
        leave_out_faults(out, runs_max);
    }
    return out;
}

std::string text_of(const Shrunk& shrunk) {
    std::string out =
        fmt::format("{}\n  ends with: {}\n", text_of(shrunk.options), shrunk.outcome.finding);
    if (!shrunk.options.fault_numbers.without.empty())
        out += fmt::format("  --without-faults {}\n", shrunk.options.fault_numbers.text());
    if (!shrunk.options.commands.without.empty())
        out += fmt::format("  --without-commands {}\n", shrunk.options.commands.text());
    const auto& journal = shrunk.outcome.journal;
    const std::size_t skipped = journal.size() > lines_shown ? journal.size() - lines_shown : 0;
    if (skipped != 0) out += fmt::format("  ({} lines before these)\n", skipped);
    for (std::size_t i = skipped; i < journal.size(); ++i) out += "  " + journal[i] + "\n";
    return out + fmt::format("  (found in {} runs)\n", shrunk.runs);
}

}  // namespace bw::simulation
