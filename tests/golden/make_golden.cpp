// make_golden OUT: writes OUT/data, a data folder as this program writes it, and OUT/expected, what is in it. Random commands until both
// logs have several small segments and every template of commands and events. The same program gives the same bytes.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "codec/registry.hpp"
#include "differential/command_generator.hpp"
#include "differential/naive_exchange.hpp"
#include "exchange/core.hpp"
#include "golden/contents.hpp"

namespace bw::golden {
namespace {

using differential::Bytes;
using differential::CommandGenerator;
using differential::NaiveExchange;
using event_store::LogKind;

constexpr std::uint64_t commands_min = 2'000;   ///< three segments of 64 KiB
constexpr std::uint64_t commands_max = 20'000;  ///< of a seed; none has needed as many
constexpr std::uint64_t seeds_tried = 40;
constexpr std::size_t burst_max = 12;

/// Nine in the morning of a Monday, and a little later each time.
class SteadyClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return now_ += 1'000'003; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return now_; }

 private:
    mutable std::uint64_t now_ = 1'767'603'600'000'000'000ull;
};

/// For the cluster id: the same folder each time it is made.
class FixedRandom final : public platform::Random {
 public:
    void fill(std::span<std::byte> out) override {
        for (std::byte& b : out) b = static_cast<std::byte>(0x60 + ++filled_);
    }

 private:
    std::uint8_t filled_ = 0;
};

/// Random commands, with the naive exchange to say what became of them.
class Stream {
 public:
    explicit Stream(std::uint64_t seed)
        : generator_(seed, CommandGenerator::Mood::restless), naive_(engine::Limits{}) {}

    [[nodiscard]] Bytes next() {
        Bytes command = generator_.next();
        command.resize(std::min(command.size(), codec::max_message_size));  // what a ring can take
        const std::vector<Bytes> events = naive_.apply(++sequence_, command);
        generator_.see(events);
        note(command);
        for (const Bytes& event : events) note(event);
        return command;
    }
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    [[nodiscard]] bool complete() const { return missing_.empty() && sequence_ >= commands_min; }

 private:
    void note(std::span<const std::byte> message) {
        codec::MessageHeader header;
        if (codec::read_header(message, header)) missing_.erase(header.template_id);
    }
    static std::set<std::uint16_t> every_template() {
        std::set<std::uint16_t> out;
        for (const codec::MessageInfo& info : codec::all_messages()) out.insert(info.template_id);
        return out;
    }

    CommandGenerator generator_;
    NaiveExchange naive_;
    std::uint64_t sequence_ = 0;
    std::set<std::uint16_t> missing_ = every_template();
};

struct Plan {
    std::uint64_t seed = 0;
    std::uint64_t commands = commands_max + 1;
};

/// The seed that needs the fewest commands for every template.
Plan shortest_plan() {
    Plan best;
    for (std::uint64_t seed = 1; seed <= seeds_tried; ++seed) {
        Stream stream(seed);
        while (!stream.complete() && stream.sequence() < best.commands)
            static_cast<void>(stream.next());
        if (stream.complete() && stream.sequence() < best.commands)
            best = {seed, stream.sequence()};
    }
    return best;
}

/// A core that is worked by hand.
class Writer {
 public:
    [[nodiscard]] base::Result<void> open(const std::string& data, const std::string& shared) {
        data_ = data;
        exchange::Core::Options options;
        options.store.directory = data;
        options.store.shared_directory = shared;
        options.store.segment_bytes = event_store::min_segment_bytes;
        options.store.clock = &clock_;
        options.store.random = &random_;
        options.day_end_ns.reset();
        options.rest_while_full = [this] { core_->store().do_background_work(); };
        auto core = exchange::Core::open(options, clock_);
        if (!core) return std::unexpected(core.error());
        core_ = std::move(*core);
        return {};
    }

    /// Sends the next `count` commands, some at a time, and waits until they are applied.
    void send(Stream& stream, std::uint64_t count) {
        while (count > 0) {
            std::uint64_t burst = std::min<std::uint64_t>(count, 1 + stream.sequence() % burst_max);
            count -= burst;
            sequencer::RingPort port(core_->ring(0));
            while (burst-- > 0) BW_ASSERT(port.try_send(stream.next()));
            while (!core_->idle()) {
                core_->do_work();
                core_->store().do_background_work();
            }
        }
    }

    [[nodiscard]] base::Result<std::uint64_t> write_snapshot() {
        const std::uint64_t sequence = core_->applied_sequence();
        auto reader = core_->store().open_reader(LogKind::commands, sequence);
        if (!reader) return std::unexpected(reader.error());
        const event_store::RecordView* record = (*reader)->poll();
        BW_ASSERT(record != nullptr);
        exchange::Snapshots snapshots(core_->store().storage(), data_, core_->store().identity());
        return snapshots.write(core_->engine(),
                               {sequence, core_->store().events().appended_sequence(),
                                record->timestamp_ns, event_store::hash_of(*record)});
    }

    [[nodiscard]] std::uint64_t state_hash() const {
        core_->engine().verify_invariants();
        return core_->engine().state_hash();
    }
    void close() { core_->close(); }

 private:
    std::string data_;
    SteadyClock clock_;
    FixedRandom random_;
    std::unique_ptr<exchange::Core> core_;
};

base::Result<Facts> make(const std::string& data, const std::string& shared) {
    const Plan plan = shortest_plan();
    if (plan.seed == 0)
        return base::error(fmt::format("no seed up to {} gives every template within {} commands",
                                       seeds_tried, commands_max));
    Stream stream(plan.seed);
    Writer writer;
    if (auto opened = writer.open(data, shared); !opened) return std::unexpected(opened.error());
    const std::uint64_t first_part = plan.commands * 2 / 3;
    writer.send(stream, first_part);
    if (auto written = writer.write_snapshot(); !written) return std::unexpected(written.error());
    const std::uint64_t snapshot_hash = writer.state_hash();
    writer.send(stream, plan.commands - first_part);
    const std::uint64_t state_hash = writer.state_hash();
    writer.close();

    auto facts = facts_of_logs(data, shared);
    if (!facts) return facts;
    (*facts)["state_hash"] = hash_text(state_hash);
    (*facts)["snapshot"] = std::to_string(first_part);
    (*facts)["snapshot_state_hash"] = hash_text(snapshot_hash);
    return facts;
}

int run(const std::filesystem::path& out) {
    const std::string shared = (out / "shared").string();
    std::filesystem::create_directories(shared);
    const auto facts = make((out / "data").string(), shared);
    std::filesystem::remove_all(shared);
    if (!facts) {
        fmt::print(stderr, "make_golden: {}\n", facts.error().message);
        return 1;
    }
    std::ofstream(out / "expected") << text_of(*facts);
    fmt::print("{}", text_of(*facts));
    return 0;
}

}  // namespace
}  // namespace bw::golden

int main(int count, char** arguments) {
    if (count != 2) {
        fmt::print(stderr, "usage: make_golden OUT\n");
        return 2;
    }
    return bw::golden::run(arguments[1]);
}
