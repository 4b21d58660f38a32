#include "buttonwood/tools/log_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "buttonwood/runtime/helper_thread.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "codec/registry.hpp"
#include "event_store/store.hpp"

namespace bw::apps {
namespace {

using event_store::LogKind;
using event_store::ReadAhead;
using event_store::RecordView;

/// Hash of a command's record; 0 if the log does not have it.
std::uint64_t hash_of_command(const LogToolOptions& options, std::uint64_t sequence) {
    auto reader = event_store::open_log(options.directory, LogKind::commands, sequence,
                                        options.shared_directory);
    const RecordView* record = reader ? (*reader)->poll() : nullptr;
    return record != nullptr && record->sequence == sequence ? event_store::hash_of(*record) : 0;
}

}  // namespace

void ReplaySink::take(std::span<const std::byte> messages, bool last) {
    while (!messages.empty() && difference_.empty()) {
        codec::MessageHeader header;
        BW_ASSERT(codec::read_header(messages, header));
        const std::size_t size = sizeof header + header.block_length;
        add(messages.first(size), last && size == messages.size());
        messages = messages.subspan(size);
    }
}

void ReplaySink::add(std::span<const std::byte> message, bool ends_command) {
    ++events_;
    hash_.add(events_);
    hash_.add(timestamp_ns_);
    hash_.add(message);
    if (stored_ != nullptr && next_compared_ == events_) compare(message, ends_command);
}

void ReplaySink::compare(std::span<const std::byte> message, bool ends_command) {
    const RecordView* stored = stored_->poll();
    if (stored == nullptr) {
        stored_ended_ = true;
        return;
    }
    ++compared_;
    ++next_compared_;
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

base::Result<node::PlacedEngine> oldest_engine(const LogToolOptions& options,
                                               engine::EventSink& sink) {
    const auto first = event_store::oldest_sequence(options.directory, LogKind::commands);
    if (!first) return std::unexpected(first.error());
    if (*first == 1) return node::PlacedEngine{std::make_unique<engine::Engine>(sink), {}};
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, options.directory);
    if (!identity) return std::unexpected(identity.error());
    const node::Snapshots snapshots(storage, options.directory, *identity);
    const auto there = snapshots.list();
    if (!there) return std::unexpected(there.error());
    for (auto sequence = there->rbegin(); sequence != there->rend(); ++sequence) {
        const auto place = snapshots.read_place(*sequence);
        if (!place || hash_of_command(options, *sequence) != place->record_hash) continue;
        auto engine = std::make_unique<engine::Engine>(sink);
        if (snapshots.load(*sequence, *engine))
            return node::PlacedEngine{std::move(engine), *place};
    }
    return base::error(fmt::format(
        "the command log in {} begins with command {}, and there is no usable snapshot of that "
        "command or a later one: nothing can be replayed. Put one back into {}/snapshots",
        options.directory, *first, options.directory));
}

base::Result<ReplaySummary> replay_log(const LogToolOptions& options, ReplaySink& sink,
                                       node::PlacedEngine placed, std::uint64_t total) {
    auto commands = event_store::open_log(options.directory, LogKind::commands,
                                          placed.place.sequence + 1, options.shared_directory);
    if (!commands) return std::unexpected(commands.error());
    ReadAhead ahead(std::move(*commands), helper_starter());
    const std::unique_ptr<engine::Engine> engine = std::move(placed.engine);
    sink.begin_after(placed.place.events);
    ProgressBar progress("replaying commands");
    ReplaySummary result;
    result.after = placed.place.sequence;
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

}  // namespace bw::apps
