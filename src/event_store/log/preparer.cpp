#include "event_store/log/preparer.hpp"

#include <algorithm>

#include "platform/thread.hpp"
#include "telemetry/log.hpp"

namespace bw::event_store {
namespace {

constexpr std::uint64_t retry_pause_ns = 1'000'000'000;
/// What there is to do wakes the preparer; this bounds how late an attempt is repeated.
constexpr std::uint64_t idle_pause_ns = 250'000'000;
// both files of a 64 MiB segment take about 3 s
constexpr std::uint64_t piece_pause_ns = 2'000'000;
/// Patience with announced commits. When late, the preparer waits less: the next segment is still
/// ready long before it is needed. Once it is needed soon, it does not wait at all.
constexpr std::uint64_t patience_ns = 1'000'000;
constexpr std::uint64_t patience_ns_late = 200'000;

}  // namespace

base::Result<void> create_durable_segment(platform::Storage& storage, const Paths& paths,
                                          const NewSegment& segment, Durability mode,
                                          const platform::Storage::BetweenPieces& between) {
    const std::string path = paths.durable(segment.kind, segment.index);
    const std::string fresh = path + ".new";
    if (auto created = wants_zeros(segment.kind, mode)
                           ? storage.create_zeroed_in_pieces(fresh, segment.bytes, between)
                           : storage.create_reserved(fresh, segment.bytes);
        !created)
        return created;
    if (auto renamed = storage.rename(fresh, path); !renamed) return renamed;
    return storage.sync_directory(paths.durable(segment.kind));
}

base::Result<std::unique_ptr<platform::MappedFile>> create_shared_segment(
    platform::Storage& storage, const Paths& paths, const NewSegment& segment,
    const platform::Storage::BetweenPieces& between) {
    const std::string path = paths.shared_segment(segment.kind, segment.index);
    auto mapped = storage.create_mapped_in_pieces(path + ".new", segment.bytes, between);
    if (!mapped) return mapped;
    if (auto renamed = storage.rename(path + ".new", path); !renamed)
        return std::unexpected(renamed.error());
    return mapped;
}

Preparer::Preparer(const Setup& setup, const std::vector<SegmentWindow*>& windows) : setup_(setup) {
    for (SegmentWindow* window : windows) {
        window->set_preparer(wake_up_);
        logs_.push_back({window});
    }
}

std::size_t Preparer::do_work() {
    std::size_t done = 0;
    for (Log& log : logs_) done += retire_old(*log.window) + prepare_next(log);
    return done;
}

std::size_t Preparer::prepare_next(Log& log) {
    SegmentWindow& window = *log.window;
    const std::uint64_t next = window.active() + 1;
    if (window.wanted() < next || !window.has_room_for(next) || window.find(next) != nullptr)
        return 0;
    if (log.try_again_at_ns != 0 && setup_.clock.monotonic_ns() < log.try_again_at_ns) return 0;
    auto mapped = make(log, next);
    if (!mapped) {
        note_failure(log, mapped.error().message);
        return 0;
    }
    window.put(next, std::move(*mapped));
    set_failing(log, false);
    if (metrics_ != nullptr) metrics_->prepared.add();
    return 1;
}

/// Keeps what an earlier attempt created: shared memory may stay full for a long time, and the
/// zeros need not be written again.
base::Result<std::unique_ptr<platform::MappedFile>> Preparer::make(Log& log, std::uint64_t index) {
    const SegmentWindow& window = *log.window;
    const NewSegment segment{window.identity().kind, index, setup_.segment_bytes};
    if (log.durable_made != index) {
        auto created =
            create_durable_segment(setup_.storage, setup_.paths, segment, setup_.mode,
                                   [&](std::size_t done) { pause_if_early(window, done); });
        if (!created) return std::unexpected(created.error());
        log.durable_made = index;
    }
    return create_shared_segment(setup_.storage, setup_.paths, segment, [&](std::size_t done) {
        pause_if_early(window, setup_.segment_bytes + done);
    });
}

void Preparer::note_failure(Log& log, const std::string& message) {
    if (!log.failing)
        telemetry::log_event(
            telemetry::Event::segment_not_prepared,
            {.message = "cannot prepare the next log segment: " + message +
                        ". Make room; orders are refused when half of the current segment is "
                        "left, and everything when it is full."});
    set_failing(log, true);
    if (metrics_ != nullptr) metrics_->failures.add();
    log.try_again_at_ns = setup_.clock.monotonic_ns() + retry_pause_ns;
}

void Preparer::set_failing(Log& log, bool failing) {
    log.failing = failing;
    log.try_again_at_ns = 0;
    const bool any = std::ranges::any_of(logs_, &Log::failing);
    failing_.store(any, std::memory_order_relaxed);
    if (metrics_ != nullptr) metrics_->failing.set(any ? 1 : 0);
}

/// `done`: bytes of both files together, so up to twice the segment size. Early: the share that is
/// done is more than twice the share of the active segment that was filled since it asked.
void Preparer::pause_if_early(const SegmentWindow& window, std::size_t done) {
    if (!may_pause_ || stop_.stop_requested()) return;
    const std::uint64_t asked_at = SegmentWindow::ask_at(setup_.segment_bytes);
    const std::uint64_t filled = window.filled() - std::min(window.filled(), asked_at);
    const bool late = filled * 4 >= done;
    const bool other_waits = std::ranges::any_of(logs_, [&](const Log& log) {
        return log.window != &window && !log.failing && is_wanted_soon(*log.window);
    });
    const bool in_time = !late && !other_waits;
    if (in_time) platform::sleep_for_ns(piece_pause_ns);
    if (setup_.turn != nullptr && filled < setup_.segment_bytes / 2)
        setup_.turn->wait(in_time ? patience_ns : patience_ns_late);
}

/// The segment is filling and no next one is prepared.
bool Preparer::is_wanted_soon(const SegmentWindow& window) const {
    return window.find(window.active() + 1) == nullptr &&
           window.filled() >=
               SegmentWindow::ask_at(setup_.segment_bytes) + setup_.segment_bytes / 4;
}

std::size_t Preparer::retire_old(SegmentWindow& window) {
    std::size_t done = 0;
    while (window.oldest() < window.written() &&
           window.oldest() + setup_.kept_shared_segments <= window.active()) {
        const std::string path =
            setup_.paths.shared_segment(window.identity().kind, window.oldest());
        if (auto removed = setup_.storage.remove(path); !removed)
            telemetry::log_event(telemetry::Event::segment_not_removed,
                                 {.message = removed.error().message});
        window.release_oldest();
        if (metrics_ != nullptr) metrics_->released.add();
        ++done;
    }
    return done;
}

void Preparer::run(std::stop_token stop) {
    stop_ = stop;
    may_pause_ = true;
    const std::stop_callback on_stop(stop, [this] { wake_up_->wake_surely(); });
    while (!stop.stop_requested())
        if (do_work() == 0)
            wake_up_->sleep(idle_pause_ns, [&] { return stop.stop_requested() || do_work() != 0; });
    may_pause_ = false;
}

}  // namespace bw::event_store
