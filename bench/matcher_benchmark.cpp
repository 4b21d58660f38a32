#include <fmt/format.h>

#include <memory>

#include "bench/benchmarks.hpp"
#include "bench/book_matcher.hpp"
#include "bench/map_matcher.hpp"
#include "bench/measure.hpp"
#include "bench/memory_use.hpp"

namespace bw::bench {
namespace {

struct Outcome {
    double cpu_ns_per_command = 0;
    TradeChecksum trades;
    BookChecksum book;
    std::string memory;  ///< JSON
};

constexpr std::size_t batch_size = 32;  // Engine::look_ahead_max

template <class Matcher>
void replay(Matcher& matcher, std::span<const StreamCommand> commands) {
    while (!commands.empty()) {
        const auto batch = commands.first(std::min(batch_size, commands.size()));
        if constexpr (requires { matcher.look_ahead(batch); }) matcher.look_ahead(batch);
        for (const StreamCommand& command : batch) matcher.apply(command);
        commands = commands.subspan(batch.size());
    }
}

template <class Matcher>
Outcome measure(const Stream& stream) {
    auto matcher = std::make_unique<Matcher>(stream.header);
    replay(*matcher, stream.prefill());
    const MemoryUse before = MemoryUse::now();
    const std::uint64_t start = thread_cpu_ns();
    replay(*matcher, stream.timed());
    const auto spent = static_cast<double>(thread_cpu_ns() - start);
    return {spent / static_cast<double>(std::max<std::size_t>(1, stream.timed().size())),
            matcher->checksum(), matcher->book(), memory_json(before, MemoryUse::now())};
}

template <class Matcher>
base::Histogram measure_latency(const Stream& stream, const CycleClock& clock) {
    auto matcher = std::make_unique<Matcher>(stream.header);
    replay(*matcher, stream.prefill());
    base::Histogram latency;
    for (const StreamCommand& command : stream.timed()) {
        const std::uint64_t start = CycleClock::now();
        matcher->apply(command);
        latency.record(clock.to_ns(CycleClock::now() - start));
    }
    return latency;
}

std::string numbers(double cpu_ns, const Outcome& outcome, const base::Histogram& latency) {
    return fmt::format(
        R"("cpu_ns_per_command":{:.1f},"commands_per_second":{:.0f},"trades":{},"volume":{},"rejects":{},"sequence_hash":"{:016x}","book_orders":{},"book_hash":"{:016x}","latency_ns":{})",
        cpu_ns, 1e9 / cpu_ns, outcome.trades.trades, outcome.trades.volume, outcome.trades.rejects,
        outcome.trades.sequence_hash, outcome.book.orders, outcome.book.hash,
        latency_json(latency));
}

}  // namespace

base::Result<std::string> run_matcher(const Stream& stream, unsigned repetitions) {
    std::vector<double> ours;
    std::vector<double> reference;
    Outcome subject;
    for (unsigned i = 0; i < repetitions; ++i) {
        subject = measure<BookMatcher>(stream);
        const Outcome other = measure<MapMatcher>(stream);
        if (!(subject.trades == other.trades) || !(subject.book == other.book))
            return base::error(
                fmt::format("{}: the two matchers disagree: {} trades, hash {:016x}, against {} "
                            "trades, hash {:016x}",
                            stream.name(), subject.trades.trades, subject.trades.sequence_hash,
                            other.trades.trades, other.trades.sequence_hash));
        ours.push_back(subject.cpu_ns_per_command);
        reference.push_back(other.cpu_ns_per_command);
    }
    const CycleClock clock;
    const double mine = median(ours);
    const double theirs = median(reference);
    return fmt::format(
        R"({{"benchmark":"matcher","stream":"{}","commands":{},"repetitions":{},{},"speedup":{:.2f},{},"reference":{{{}}}}})",
        stream.name(), stream.timed().size(), repetitions,
        numbers(mine, subject, measure_latency<BookMatcher>(stream, clock)), theirs / mine,
        subject.memory, numbers(theirs, subject, measure_latency<MapMatcher>(stream, clock)));
}

}  // namespace bw::bench
