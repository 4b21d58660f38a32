#include "buttonwood/log_tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "base/hash.hpp"
#include "buttonwood/beside.hpp"
#include "buttonwood/progress.hpp"
#include "codec/registry.hpp"
#include "engine/engine.hpp"
#include "event_store/read_ahead.hpp"
#include "event_store/store.hpp"

namespace bw::apps {
namespace {

using event_store::LogKind;
using event_store::LogReader;
using event_store::ReadAhead;
using event_store::RecordView;

int fail(const std::string& message) {
    fmt::print(stderr, "buttonwood: {}\n", message);
    return 1;
}

/// Hashes the events that replay makes and, where a reader of stored events is given, compares them.
class ReplaySink final : public engine::EventSink {
 public:
    explicit ReplaySink(ReadAhead* stored) : stored_(stored) {}

    void begin_command(std::uint64_t timestamp_ns) { timestamp_ns_ = timestamp_ns; }

    void take(std::span<const std::byte> messages, bool last) override {
        while (!messages.empty() && difference_.empty()) {
            codec::MessageHeader header;
            BW_ASSERT(codec::read_header(messages, header));
            const std::size_t size = sizeof header + header.block_length;
            add(messages.first(size), last && size == messages.size());
            messages = messages.subspan(size);
        }
    }

    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] std::uint64_t compared() const { return compared_; }
    [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }
    [[nodiscard]] const std::string& difference() const { return difference_; }

 private:
    void add(std::span<const std::byte> message, bool ends_command) {
        ++events_;
        hash_.add(events_);
        hash_.add(timestamp_ns_);
        hash_.add(message);
        if (stored_ != nullptr && compared_ + 1 == events_) compare(message, ends_command);
    }

    void compare(std::span<const std::byte> message, bool ends_command) {
        const RecordView* stored = stored_->poll();
        if (stored == nullptr) return;  // the stored events end here
        ++compared_;
        const std::uint32_t note = ends_command ? event_store::note_last_event_of_command : 0;
        if (stored->timestamp_ns == timestamp_ns_ && stored->note == note &&
            std::ranges::equal(stored->message, message))
            return;
        difference_ = fmt::format(
            "event {} differs\n  stored:     {{\"timestamp_ns\":{},{}}}\n  made again: "
            "{{\"timestamp_ns\":{},{}}}",
            events_, stored->timestamp_ns, codec::to_json_members(stored->message), timestamp_ns_,
            codec::to_json_members(message));
    }

    ReadAhead* stored_;
    std::uint64_t events_ = 0;
    std::uint64_t compared_ = 0;
    std::uint64_t timestamp_ns_ = 0;
    base::RunningHash hash_;
    std::string difference_;
};

base::Result<ReplaySummary> replay(const LogToolOptions& options, ReadAhead* stored,
                                   std::uint64_t total) {
    auto commands =
        event_store::open_log(options.directory, LogKind::commands, 1, options.shared_directory);
    if (!commands) return std::unexpected(commands.error());
    ReadAhead ahead(std::move(*commands), beside());
    ReplaySink sink(stored);
    const auto engine = std::make_unique<engine::Engine>(sink);
    ProgressBar progress("replaying commands");
    ReplaySummary result;
    const auto start = std::chrono::steady_clock::now();
    std::array<RecordView, engine::Engine::look_ahead_max> batch;
    std::array<std::span<const std::byte>, engine::Engine::look_ahead_max> messages;
    while (const std::size_t count = ahead.poll_batch(batch)) {
        for (std::size_t i = 0; i < count; ++i) messages[i] = batch[i].message;
        engine->look_ahead(std::span(messages).first(count));
        for (const RecordView& command : std::span(batch).first(count)) {
            sink.begin_command(command.timestamp_ns);
            engine->apply(model::SequenceNumber{command.sequence}, command.message);
            if (!sink.difference().empty())
                return base::error(fmt::format("replay is not equal: {}", sink.difference()));
        }
        result.commands += count;
        progress.show_sometimes(result.commands, total);
    }
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!ahead.error().empty()) return base::error(ahead.error());
    engine->verify_invariants();
    result.events = sink.events();
    result.compared = sink.compared();
    result.state_hash = engine->state_hash();
    result.event_hash = sink.hash();
    return result;
}

void print_log(const char* name, const event_store::LogSummary& log) {
    fmt::print("{}: {} records, {} bytes, sequence {} to {}, hash {:016x}\n", name, log.records,
               log.bytes, log.first, log.last, log.hash);
    if (log.torn_tail_bytes != 0)
        fmt::print("{}: an interrupted write of {} bytes at the end; the next start cuts it\n",
                   name, log.torn_tail_bytes);
    if (log.in_memory_only != 0)
        fmt::print(
            "{}: {} records are in shared memory only until the exchange writes or recovers them\n",
            name, log.in_memory_only);
}

int dump_log(const DumpOptions& options, LogKind kind, const char* name) {
    auto reader = event_store::open_log(options.log.directory, kind, options.from,
                                        options.log.shared_directory);
    if (!reader) return fail(reader.error().message);
    for (std::uint64_t printed = 0; printed < options.count; ++printed) {
        const RecordView* record = (*reader)->poll();
        if (record == nullptr) break;
        fmt::print("{{\"log\":\"{}\",\"sequence\":{},\"timestamp_ns\":{},{}}}\n", name,
                   record->sequence, record->timestamp_ns, codec::to_json_members(record->message));
    }
    return (*reader)->error().empty() ? 0 : fail((*reader)->error());
}

}  // namespace

base::Result<ReplaySummary> replay_commands(const LogToolOptions& options) {
    return replay(options, nullptr, 0);
}

int run_replay(const LogToolOptions& options) {
    const auto result = replay_commands(options);
    if (!result) return fail(result.error().message);
    fmt::print(
        "{{\"commands\":{},\"events\":{},\"state_hash\":\"{:016x}\",\"event_hash\":\"{:016x}\","
        "\"seconds\":{:.3f},\"commands_per_second\":{:.0f}}}\n",
        result->commands, result->events, result->state_hash, result->event_hash, result->seconds,
        result->commands_per_second());
    return 0;
}

int run_verify(const LogToolOptions& options) {
    const auto commands =
        event_store::verify_log(options.directory, LogKind::commands, options.shared_directory);
    if (!commands) return fail(commands.error().message);
    print_log("commands", *commands);
    const auto events =
        event_store::verify_log(options.directory, LogKind::events, options.shared_directory);
    if (!events) return fail(events.error().message);
    print_log("events", *events);

    auto stored =
        event_store::open_log(options.directory, LogKind::events, 1, options.shared_directory);
    if (!stored) return fail(stored.error().message);
    ReadAhead stored_ahead(std::move(*stored), beside());
    const auto result = replay(options, &stored_ahead, commands->records);
    if (!result) return fail(result.error().message);
    if (result->compared < result->events && !stored_ahead.error().empty())
        return fail(stored_ahead.error());
    if (result->compared < events->records)
        return fail(fmt::format(
            "replay is not equal: the event log holds {} events, but the commands give only {}",
            events->records, result->events));
    if (result->events > result->compared)
        fmt::print("events: the last {} of {} are not in the log yet; the next start writes them\n",
                   result->events - result->compared, result->events);
    fmt::print("replay equal: {} commands give {} events; state hash {:016x}\n", result->commands,
               result->events, result->state_hash);
    return 0;
}

int run_dump(const DumpOptions& options) {
    if (options.which != "events")
        if (const int status = dump_log(options, LogKind::commands, "commands"); status != 0)
            return status;
    if (options.which != "commands") return dump_log(options, LogKind::events, "events");
    return 0;
}

}  // namespace bw::apps
