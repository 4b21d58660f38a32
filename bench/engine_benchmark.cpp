#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "bench/benchmarks.hpp"
#include "bench/exchange_stream.hpp"
#include "bench/measure.hpp"
#include "bench/memory_use.hpp"
#include "engine/engine.hpp"

namespace bw::bench {
namespace {

/// Reads the events as a gateway would, so far as the checksum needs it.
class ChecksumSink final : public engine::EventSink {
 public:
    explicit ChecksumSink(TradeReader& reader) : reader_(reader) {}
    void take(std::span<const std::byte> messages, bool /*last*/) override {
        bytes_ += messages.size();
        reader_.read(messages);
    }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
    TradeReader& reader_;
    std::uint64_t bytes_ = 0;
};

constexpr std::uint32_t orders_provided = 1u << 19;  // as node::Node does at its start

struct Outcome {
    double cpu_ns_per_command = 0;
    TradeChecksum trades;
    std::uint64_t rejects = 0;
    std::uint64_t event_bytes = 0;
    std::uint64_t state_hash = 0;
    std::string memory{};  ///< JSON
};

/// As the exchange does it under load: a batch is looked at ahead, then applied.
void apply_in_batches(engine::Engine& engine, const EncodedStream& encoded,
                      std::uint64_t sequence) {
    std::array<std::span<const std::byte>, engine::Engine::look_ahead_max> messages;
    for (std::size_t i = encoded.untimed; i < encoded.size();) {
        const std::size_t count = std::min(messages.size(), encoded.size() - i);
        for (std::size_t k = 0; k < count; ++k) messages[k] = encoded.message(i + k);
        engine.look_ahead(std::span(messages).first(count));
        for (std::size_t k = 0; k < count; ++k)
            engine.apply(model::SequenceNumber{++sequence}, messages[k]);
        i += count;
    }
}

Outcome measure(const EncodedStream& encoded, base::Histogram* latency, const CycleClock& clock) {
    TradeReader reader(encoded);
    ChecksumSink sink(reader);
    auto engine = std::make_unique<engine::Engine>(sink);
    engine->provide_memory(orders_provided);
    std::uint64_t sequence = 0;
    for (std::size_t i = 0; i < encoded.untimed; ++i)
        engine->apply(model::SequenceNumber{++sequence}, encoded.message(i));

    const MemoryUse memory_before = MemoryUse::now();
    const std::uint64_t start = thread_cpu_ns();
    if (latency != nullptr) {
        for (std::size_t i = encoded.untimed; i < encoded.size(); ++i) {
            const std::uint64_t before = CycleClock::now();
            engine->apply(model::SequenceNumber{++sequence}, encoded.message(i));
            latency->record(clock.to_ns(CycleClock::now() - before));
        }
    } else {
        apply_in_batches(*engine, encoded, sequence);
    }
    const auto spent = static_cast<double>(thread_cpu_ns() - start);
    const MemoryUse memory = MemoryUse::now();
    engine->verify_invariants();
    return {spent / static_cast<double>(encoded.size() - encoded.untimed),
            reader.checksum(),
            reader.rejects(),
            sink.bytes(),
            engine->state_hash(),
            memory_json(memory_before, memory)};
}

}  // namespace

base::Result<std::string> run_engine(const Stream& stream, unsigned repetitions) {
    const EncodedStream encoded = encode_for_exchange(stream);
    const CycleClock clock;
    std::vector<double> cpu;
    Outcome outcome;
    for (unsigned i = 0; i < repetitions; ++i) {
        outcome = measure(encoded, nullptr, clock);
        cpu.push_back(outcome.cpu_ns_per_command);
    }
    base::Histogram latency;
    measure(encoded, &latency, clock);
    const double ns = median(cpu);
    return fmt::format(
        R"({{"benchmark":"engine","stream":"{}","commands":{},"repetitions":{},"cpu_ns_per_command":{:.1f},"commands_per_second":{:.0f},"trades":{},"rejects":{},"sequence_hash":"{:016x}","event_bytes":{},"state_hash":"{:016x}",{},"latency_ns":{}}})",
        stream.name(), encoded.size() - encoded.untimed, repetitions, ns, 1e9 / ns,
        outcome.trades.trades, outcome.rejects, outcome.trades.sequence_hash, outcome.event_bytes,
        outcome.state_hash, outcome.memory, latency_json(latency));
}

}  // namespace bw::bench
