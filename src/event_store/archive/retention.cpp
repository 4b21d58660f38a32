#include "event_store/archive/retention.hpp"

#include <fmt/format.h>

#include "telemetry/log.hpp"

namespace bw::event_store {
namespace {

using base::Result;

constexpr std::uint64_t between_looks_ns = 1'000'000'000;

}  // namespace

std::size_t Retention::do_work() {
    if (setup_.policy.keeps_everything() && begin_.leaving_before == begin_.first_sequence)
        return 0;
    const std::uint64_t now = setup_.clock.monotonic_ns();
    if (now < look_again_at_ns_) return 0;
    const auto removed = remove_oldest();
    if (!removed && !reported_)
        telemetry::log_event(
            telemetry::Event::segment_not_removed,
            {.message = fmt::format("no old segment of the {} is removed: {}",
                                    name_of(identity().kind), removed.error().message)});
    reported_ = !removed;
    if (removed && *removed) return 1;
    look_again_at_ns_ = now + between_looks_ns;
    return 0;
}

Result<bool> Retention::remove_oldest() {
    if (auto rested = take_back(); !rested) return std::unexpected(rested.error());
    if (begin_.index >= setup_.sealer.sealed_before() ||
        begin_.index + setup_.kept_shared_segments > setup_.window.active())
        return false;
    const auto seal = oldest_seal();
    if (!seal) return std::unexpected(seal.error());
    if (*seal == nullptr) return false;
    const std::uint64_t floor = floor_.load(std::memory_order_relaxed);
    if ((*seal)->last_sequence >= floor) return false;
    const auto bytes = kept_bytes();
    if (!bytes) return std::unexpected(bytes.error());
    const RetentionPolicy& policy = setup_.policy;
    const bool hard = policy.max_bytes != 0 && *bytes > policy.max_bytes;
    const bool large = policy.keep_bytes != 0 && *bytes > policy.keep_bytes;
    if (!hard && !large && !too_old(**seal)) return false;
    return leave(**seal, hard);
}

bool Retention::too_old(const Seal& seal) const {
    const std::uint64_t now = setup_.clock.realtime_ns();
    return setup_.policy.keep_ns != 0 && now > seal.last_timestamp_ns &&
           now - seal.last_timestamp_ns > setup_.policy.keep_ns;
}

Result<const Seal*> Retention::oldest_seal() {
    if (!oldest_) {
        const auto file = read_seal(setup_.storage, setup_.paths, identity(), begin_.index);
        if (!file) return std::unexpected(file.error());
        if (file->state != SealState::valid) return nullptr;
        oldest_ = file->seal;
    }
    return &*oldest_;
}

/// Recomputed when there is a new segment.
Result<std::uint64_t> Retention::kept_bytes() {
    const std::uint64_t newest = setup_.window.active();
    if (counted_ == newest) return bytes_;
    bytes_ = 0;
    for (std::uint64_t index = begin_.index; index <= newest; ++index) {
        const auto size = setup_.storage.file_size(setup_.paths.durable(identity().kind, index));
        if (!size) return std::unexpected(size.error());
        bytes_ += *size;
    }
    counted_ = newest;
    return bytes_;
}

Result<bool> Retention::reader_needs(std::uint64_t last_sequence) {
    const auto oldest = registry_.oldest_needed(identity().kind, begin_.first_sequence);
    if (!oldest) return std::unexpected(oldest.error());
    return *oldest <= last_sequence;
}

Result<void> Retention::write(const LogBegin& begin) {
    if (auto written = write_begin(setup_.storage, setup_.paths, identity(), begin); !written)
        return written;
    begin_ = begin;
    return {};
}

Result<bool> Retention::leave(const Seal& seal, bool hard) {
    const auto held = reader_needs(seal.last_sequence);
    if (!held) return std::unexpected(held.error());
    if (*held && !hard) return false;
    const auto free = announce(seal, hard);
    if (!free || !*free) return free;
    if (*held) report_overtaken_readers(seal);
    if (auto removed = remove(seal); !removed) return std::unexpected(removed.error());
    return true;
}

/// Announces the removal, then checks whether a reader has registered for the records. False: the
/// segment stays.
Result<bool> Retention::announce(const Seal& seal, bool hard) {
    LogBegin leaving = begin_;
    leaving.leaving_before = seal.last_sequence + 1;
    if (auto said = write(leaving); !said) return std::unexpected(said.error());
    if (hard) return true;
    const auto held = reader_needs(seal.last_sequence);
    if (held && !*held) return true;
    if (auto taken_back = take_back(); !taken_back) return std::unexpected(taken_back.error());
    if (!held) return std::unexpected(held.error());
    return false;
}

/// Withdraws any announced removal, also that of a process that died.
Result<void> Retention::take_back() {
    if (begin_.leaving_before == begin_.first_sequence) return {};
    LogBegin staying = begin_;
    staying.leaving_before = staying.first_sequence;
    return write(staying);
}

Result<void> Retention::remove(const Seal& seal) {
    const std::string path = setup_.paths.durable(identity().kind, seal.index);
    if (auto moved = write(begin_behind(begin_, seal)); !moved) return moved;
    oldest_.reset();
    counted_ = 0;
    return setup_.storage.remove(path);
}

void Retention::report_overtaken_readers(const Seal& seal) const {
    telemetry::log_event(
        telemetry::Event::retention_overtook_readers,
        {.message = fmt::format(
             "the {} have reached their hard limit; a registered reader that still needs a record "
             "up to {} must start from a snapshot (`buttonwood readers`)",
             name_of(identity().kind), seal.last_sequence)});
}

}  // namespace bw::event_store
