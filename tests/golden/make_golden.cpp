// make_golden OUT: writes OUT/data, a data folder as this program writes it, OUT/shortened, the
// same one after retention, and OUT/expected, what is in both. Random commands until both logs have
// several small segments and every template of commands and events. The same program gives the same
// bytes.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "codec/registry.hpp"
#include "differential/command_generator.hpp"
#include "differential/naive_exchange.hpp"
#include "golden/contents.hpp"
#include "golden/fold.hpp"
#include "node/node.hpp"

namespace bw::golden {
namespace {

using differential::Bytes;
using differential::CommandGenerator;
using differential::NaiveExchange;
using event_store::LogKind;

constexpr std::uint64_t commands_min = 3'000;   ///< four segments of 64 KiB
constexpr std::uint64_t commands_max = 20'000;  ///< of a seed; none has needed as many
constexpr std::uint64_t seeds_tried = 40;
constexpr std::size_t burst_max = 12;
constexpr std::uint64_t bytes_kept = 3 * event_store::min_segment_bytes;  ///< by the retention
constexpr int idle_turns = 5'000;  ///< the retention looks once a second, and each turn takes 1 ms

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

/// A node that is worked by hand.
class Writer {
 public:
    [[nodiscard]] base::Result<void> open(const std::string& data, const std::string& shared,
                                          const event_store::RetentionPolicy& retention = {}) {
        data_ = data;
        shared_ = shared;
        node::Node::Options options;
        options.store.directory = data;
        options.store.shared_directory = shared;
        options.store.segment_bytes = event_store::min_segment_bytes;
        options.store.clock = &clock_;
        options.store.random = &random_;
        options.store.retention = retention;
        options.store.kept_shared_segments = 2;
        options.day_end_ns.reset();
        options.rest_while_full = [this] { node_->store().do_background_work(); };
        auto node = node::Node::open(options, clock_);
        if (!node) return std::unexpected(node.error());
        node_ = std::move(*node);
        return {};
    }

    /// Sends the next `count` commands, some at a time, and waits until they are applied.
    void send(Stream& stream, std::uint64_t count) {
        while (count > 0) {
            std::uint64_t burst = std::min<std::uint64_t>(count, 1 + stream.sequence() % burst_max);
            count -= burst;
            sequencer::RingPort port(node_->ring(0));
            while (burst-- > 0) BW_ASSERT(port.try_send(stream.next()));
            while (!node_->idle()) {
                node_->do_work();
                node_->store().do_background_work();
            }
        }
    }

    /// Of the engine and, at the same place, of the readers.
    [[nodiscard]] base::Result<void> write_snapshots() {
        const std::uint64_t sequence = node_->applied_sequence();
        auto reader = node_->store().open_reader(LogKind::commands, sequence);
        if (!reader) return std::unexpected(reader.error());
        const event_store::RecordView* record = (*reader)->poll();
        BW_ASSERT(record != nullptr);
        event_store::SnapshotPlace place{sequence, events(), record->timestamp_ns,
                                         event_store::hash_of(*record)};
        const event_store::Store& store = node_->store();
        node::Snapshots snapshots(store.storage(), data_, store.identity());
        if (auto written = snapshots.write(node_->engine(), place); !written)
            return std::unexpected(written.error());
        const auto readers = new_readers(data_, shared_);
        const auto last_event = fold(*readers, data_, shared_, 1, place.events);
        if (!last_event) return std::unexpected(last_event.error());
        place.record_hash = *last_event;
        event_store::ViewSnapshots views(store.storage(), data_, store.identity());
        if (auto written = views.write(place, readers->sections()); !written)
            return std::unexpected(written.error());
        return {};
    }

    [[nodiscard]] base::Result<void> register_readers(std::uint64_t command, std::uint64_t event) {
        for (const auto& [name, kind, needs] : {std::tuple{"auditor", LogKind::commands, command},
                                                std::tuple{"reporter", LogKind::events, event}})
            if (auto done = node_->store().register_reader(name, kind, needs); !done)
                return std::unexpected(done.error());
        return {};
    }

    /// Complete segments are sealed, and removed as far as the policy goes.
    void settle() {
        node_->allow_retention();
        for (int idle = 0; idle < idle_turns; ++idle)
            for (const event_store::BackgroundTask& task : node_->store().background())
                if (task.do_work() != 0) idle = 0;
    }

    [[nodiscard]] std::uint64_t events() const {
        return node_->store().events().appended_sequence();
    }
    [[nodiscard]] std::uint64_t epoch() const { return node_->store().recovery().epoch; }
    [[nodiscard]] std::uint64_t state_hash() const {
        node_->engine().verify_invariants();
        return node_->engine().state_hash();
    }
    void close() { node_->close(); }

 private:
    std::string data_;
    std::string shared_;
    SteadyClock clock_;
    FixedRandom random_;
    std::unique_ptr<node::Node> node_;
};

/// The whole log.
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
    if (auto written = writer.write_snapshots(); !written) return std::unexpected(written.error());
    const std::uint64_t snapshot_hash = writer.state_hash();
    const std::uint64_t snapshot_events = writer.events();
    // One that holds up the retention of the events, and one that does not.
    if (auto done = writer.register_readers(first_part, snapshot_events / 2); !done)
        return std::unexpected(done.error());
    writer.send(stream, plan.commands - first_part);
    const std::uint64_t state_hash = writer.state_hash();
    const std::uint64_t epoch = writer.epoch();
    writer.settle();
    writer.close();

    auto facts = facts_of_logs(data, shared);
    if (!facts) return facts;
    auto keeping = facts_of_keeping(data, shared);
    if (!keeping) return keeping;
    facts->merge(*keeping);
    (*facts)["state_hash"] = hash_text(state_hash);
    (*facts)["snapshot"] = std::to_string(first_part);
    (*facts)["snapshot_state_hash"] = hash_text(snapshot_hash);
    (*facts)["snapshot_events"] = std::to_string(snapshot_events);
    (*facts)["epoch"] = std::to_string(epoch);
    return facts;
}

/// What a start with retention leaves of it.
base::Result<Facts> shorten(const std::string& data, const std::string& shared) {
    Writer writer;
    event_store::RetentionPolicy retention;
    retention.keep_bytes = bytes_kept;
    if (auto opened = writer.open(data, shared, retention); !opened)
        return std::unexpected(opened.error());
    writer.settle();
    writer.close();
    auto keeping = facts_of_keeping(data, shared);
    if (!keeping) return keeping;
    Facts facts;
    for (const auto& [key, value] : *keeping) facts["shortened " + key] = value;
    return facts;
}

base::Result<Facts> make_both(const std::filesystem::path& out, const std::string& shared) {
    const std::filesystem::path data = out / "data";
    const std::filesystem::path shortened = out / "shortened";
    auto facts = make(data.string(), shared);
    if (!facts) return facts;
    std::filesystem::copy(data, shortened, std::filesystem::copy_options::recursive);
    auto of_shortened = shorten(shortened.string(), shared);
    if (!of_shortened) return of_shortened;
    facts->merge(*of_shortened);
    return facts;
}

int run(const std::filesystem::path& out) {
    const std::string shared = (out / "shared").string();
    std::filesystem::create_directories(shared);
    const auto facts = make_both(out, shared);
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
