#include "event_store/log/durable_writer.hpp"

#include <algorithm>
#include <cstring>

#include "platform/process.hpp"
#include "platform/thread.hpp"

namespace bw::event_store {
namespace {

constexpr std::size_t max_write_bytes = 1024 * 1024;
/// Lazy writes. Nothing waits for them, but other threads may need the processor, and handing a
/// write to the disk costs a virtual machine some 30 us whatever its size. So small amounts are
/// left to grow.
constexpr std::uint64_t lazy_pause_ns = 20'000;
/// Patience with commits on the same disk; see the drawing in the header.
constexpr std::uint64_t lazy_patience_ns = 1'000'000;
constexpr std::uint64_t lazy_lag_max = 1024 * 1024;
constexpr std::uint64_t lazy_small_pause_ns = 5'000'000;
constexpr std::uint64_t lazy_tiny_pause_ns = 20'000'000;  // after less than a block
constexpr std::uint64_t rest_before_mark_ns_sync =
    5'000'000;  // longer than the pauses inside a burst
// the mark requires a sync in this mode
constexpr std::uint64_t rest_before_mark_ns_memory = 100'000'000;
/// What is appended wakes the thread; lazily, if its owner does not see to that.
constexpr std::uint64_t longest_sleep_ns_sync = 250'000'000;
constexpr std::uint64_t longest_sleep_ns_memory = 50'000'000;
constexpr unsigned polls_before_sleep = 64;
constexpr int exit_code_io_error = 74;  // EX_IOERR of sysexits.h

[[noreturn]] void stop_process(const std::string& message) {
    platform::end_process(exit_code_io_error,
                          message +
                              ". The log cannot be continued safely; stopping. Check the disk, "
                              "then start again.");
}

void must(const base::Result<void>& done) {
    if (!done) stop_process(done.error().message);
}

constexpr std::uint64_t block_floor(std::uint64_t offset) {
    return offset / platform::disk_block * platform::disk_block;
}
constexpr std::uint64_t block_ceiling(std::uint64_t offset) {
    return block_floor(offset + platform::disk_block - 1);
}

}  // namespace

std::string_view name_of(Durability mode) { return mode == Durability::sync ? "sync" : "memory"; }

std::string_view promise_of(Durability mode) {
    return mode == Durability::sync
               ? "acknowledged = on this machine's disk; survives power loss, not the loss of the "
                 "disk"
               : "acknowledged = in shared memory; survives a killed process, NOT power loss";
}

std::string_view promise_of(std::string_view mode_name) {
    return promise_of(mode_name == name_of(Durability::sync) ? Durability::sync
                                                             : Durability::memory);
}

DurableWriter::DurableWriter(Setup setup)
    : setup_(std::move(setup)),
      bounce_(max_write_bytes + 2 * platform::disk_block),
      written_(setup_.start),
      collected_(setup_.start),
      durable_(setup_.start.last_sequence()) {}

base::Result<std::unique_ptr<DurableWriter>> DurableWriter::open(Setup setup) {
    std::unique_ptr<DurableWriter> writer(new DurableWriter(std::move(setup)));
    Setup& own = writer->setup_;
    const auto mode =
        own.mode == Durability::sync ? platform::WriteMode::durable : platform::WriteMode::deferred;
    auto file = own.storage.open_blocks(
        own.paths.durable(own.window.identity().kind, own.start.segment), mode);
    if (!file) return std::unexpected(file.error());
    writer->file_ = std::move(*file);
    writer->base_ = own.window.find(own.start.segment);
    BW_ASSERT(writer->base_ != nullptr);
    writer->size_ = own.window.size_of(own.start.segment);
    return writer;
}

std::size_t DurableWriter::do_work() {
    const std::uint64_t end = collect_end();
    if (end == written_.offset) return move_to_next_segment() ? segment_header_bytes : 0;
    const std::size_t bytes = end - written_.offset;
    write_in_turn(end);
    written_ = collected_;
    if (setup_.mode == Durability::sync) {
        publish_durable();
        if (waiter_ != nullptr) waiter_->wake();
    }
    resting_since_ns_ = 0;
    return bytes;
}

/// Reports the duration of a write to DiskTurn and to the counters.
void DurableWriter::write_in_turn(std::uint64_t end) {
    const bool commit = setup_.mode == Durability::sync;
    const std::uint64_t bytes = end - written_.offset;
    if (commit && setup_.turn != nullptr) setup_.turn->begin_commit();
    const std::uint64_t begin_ns = setup_.clock.monotonic_ns();
    write_range(end);
    const std::uint64_t took_ns = setup_.clock.monotonic_ns() - begin_ns;
    if (commit && setup_.turn != nullptr) setup_.turn->end_commit();
    if (setup_.turn != nullptr && !commit) setup_.turn->note_piece(bytes, took_ns);
    if (setup_.turn != nullptr && commit && bytes <= PieceSize::smallest)
        setup_.turn->note_commit(took_ns);
    if (metrics_ != nullptr) note_write(took_ns, bytes);
}

std::size_t DurableWriter::write_bytes_max() const {
    if (setup_.mode == Durability::sync) return max_write_bytes;
    return setup_.turn != nullptr ? setup_.turn->piece_bytes() : PieceSize::largest;
}

/// Walks over complete records, at most one write's worth. The acquire of each length pairs with
/// the writer's store.
std::uint64_t DurableWriter::collect_end() {
    const std::size_t write_bytes = write_bytes_max();
    while (collected_.offset + sizeof(RecordHeader) <= size_ &&
           collected_.offset - written_.offset < write_bytes - max_record_length) {
        const std::byte* record = base_ + collected_.offset;
        if (load_length(record) == 0) break;
        RecordHeader header;
        std::memcpy(&header, record, sizeof header);
        BW_ASSERT(header.sequence == collected_.next_sequence &&
                  plausible_length(header.length, size_ - collected_.offset));
        advance(collected_, header);
        if (metrics_ != nullptr && setup_.mode == Durability::sync)
            stamps_.add(header.timestamp_ns);
    }
    return collected_.offset;
}

void DurableWriter::write_range(std::uint64_t end) {
    const std::uint64_t begin = block_floor(written_.offset);
    const std::uint64_t padded = block_ceiling(end);
    std::memcpy(bounce_.data(), base_ + begin, end - begin);
    std::memset(bounce_.data() + (end - begin), 0, padded - end);
    must(file_->write_at(begin, bounce_.first(padded - begin)));
}

bool DurableWriter::move_to_next_segment() {
    if (setup_.window.active() == written_.segment) return false;
    if (collect_end() != written_.offset)
        return false;  // records were appended between the two loads
    if (setup_.mode == Durability::memory) {
        // so that a later segment proves, in every mode, that this one was durable
        must(file_->sync());
        publish_durable();
    }
    open_segment(written_.segment + 1);
    return true;
}

/// Writes the header alone, in every mode, before any record of its segment: records without a
/// header are always damage.
void DurableWriter::open_segment(std::uint64_t index) {
    if (setup_.epoch != nullptr)
        if (const auto own = setup_.epoch->check(); !own) stop_process(own.error().message);
    const auto mode = setup_.mode == Durability::sync ? platform::WriteMode::durable
                                                      : platform::WriteMode::deferred;
    auto file = setup_.storage.open_blocks(
        setup_.paths.durable(setup_.window.identity().kind, index), mode);
    if (!file) stop_process(file.error().message);
    file_ = std::move(*file);
    base_ = setup_.window.find(index);
    BW_ASSERT(base_ != nullptr);
    size_ = setup_.window.size_of(index);
    std::memcpy(bounce_.data(), base_, segment_header_bytes);
    must(file_->write_at(0, bounce_.first(segment_header_bytes)));
    if (setup_.mode == Durability::memory) must(file_->sync());
    written_.segment = index;
    written_.offset = segment_header_bytes;
    collected_ = written_;
    setup_.window.set_written(index);
    if (metrics_ != nullptr) metrics_->segment.set(index);
}

std::size_t DurableWriter::do_turn() {
    const std::size_t done = do_work();
    if (done == 0) rest();
    return done;
}

void DurableWriter::run(std::stop_token stop) {
    platform::use_precise_sleep();
    const std::stop_callback on_stop(stop, [this] { wake_up_.wake_surely(); });
    unsigned idle_turns = 0;
    const auto look = [&] {
        const bool worked = do_work() != 0;
        if (worked) idle_turns = 0;
        return worked || stop.stop_requested();
    };
    while (!stop.stop_requested()) {
        if (const std::size_t bytes = do_work(); bytes != 0) {
            idle_turns = 0;
            if (setup_.mode == Durability::memory) pause_lazily(bytes);
            continue;
        }
        if (++idle_turns < polls_before_sleep) continue;
        rest();
        if (setup_.mode == Durability::sync)
            wake_up_.sleep_in_doubt(sleep_ns_sync(), look);
        else
            wake_up_.sleep(longest_sleep_ns_memory, look);
    }
}

/// Until the mark is due, if the log has grown.
std::uint64_t DurableWriter::sleep_ns_sync() const {
    return written_.last_sequence() == marked_sequence_ ? longest_sleep_ns_sync
                                                        : rest_before_mark_ns_sync;
}

/// Pauses after a piece of `bytes`. A small piece means that there was no more: the amount is left
/// to grow.
void DurableWriter::pause_lazily(std::size_t bytes) {
    if (bytes < write_bytes_max() / 2)
        return platform::sleep_for_ns(bytes < platform::disk_block ? lazy_tiny_pause_ns
                                                                   : lazy_small_pause_ns);
    if (setup_.turn == nullptr) return platform::sleep_for_ns(lazy_pause_ns);
    const std::uint64_t lag = std::min(unwritten_bytes(), lazy_lag_max);
    setup_.turn->wait(lazy_patience_ns * (lazy_lag_max - lag) / lazy_lag_max);
}

/// Approximate: the log writer continues meanwhile.
std::uint64_t DurableWriter::unwritten_bytes() const {
    const std::uint64_t segments = setup_.window.active() - written_.segment;
    const std::uint64_t end = segments * size_ + setup_.window.filled();
    return end - std::min(end, written_.offset);
}

void DurableWriter::rest() {
    if (written_.last_sequence() == marked_sequence_) return;
    const std::uint64_t now = setup_.clock.monotonic_ns();
    if (resting_since_ns_ == 0) resting_since_ns_ = now;
    const std::uint64_t wait =
        setup_.mode == Durability::sync ? rest_before_mark_ns_sync : rest_before_mark_ns_memory;
    if (now - resting_since_ns_ >= wait) sync_and_mark();
}

void DurableWriter::sync_and_mark() {
    if (setup_.mode == Durability::memory) must(file_->sync());
    publish_durable();
    if (setup_.mark) must(setup_.mark->write({written_.last_sequence(), written_.previous_crc}));
    marked_sequence_ = written_.last_sequence();
}

void DurableWriter::publish_durable() {
    durable_.store(written_.last_sequence(), std::memory_order_release);
    if (metrics_ != nullptr) metrics_->durable_sequence.set(written_.last_sequence());
}

void DurableWriter::observe(observe::DiskMetrics* metrics) {
    metrics_ = metrics;
    if (metrics_ == nullptr) return;
    metrics_->durable_sequence.set(durable_sequence());
    metrics_->segment.set(written_.segment);
}

void DurableWriter::note_write(std::uint64_t took_ns, std::uint64_t bytes) {
    metrics_->writes.add();
    metrics_->bytes.add(bytes);
    metrics_->write_time.record(took_ns);
    if (setup_.mode == Durability::sync)
        stamps_.record(setup_.clock.realtime_ns(), metrics_->durable);
}

void DurableWriter::finish() {
    while (do_work() != 0) {
    }
    sync_and_mark();
}

}  // namespace bw::event_store
