#include "event_store/preparer.hpp"

#include <cstdio>

#include "event_store/planted_fault.hpp"
#include "platform/thread.hpp"

namespace bw::event_store {
namespace {

constexpr std::uint64_t retry_pause_ns = 1'000'000'000;
constexpr std::uint64_t idle_pause_ns = 1'000'000;

}  // namespace

base::Result<void> create_durable_segment(platform::Storage& storage, const Paths& paths,
                                          LogKind kind, std::uint64_t index, std::size_t bytes) {
    const std::string path = paths.durable(kind, index);
    if (auto created = storage.create_zeroed(path + ".new", bytes); !created) return created;
    if (auto renamed = storage.rename(path + ".new", path); !renamed) return renamed;
    if (planted(Fault::directory_is_not_synced)) return {};
    return storage.sync_directory(paths.durable(kind));
}

base::Result<std::unique_ptr<platform::MappedFile>> create_shared_segment(
    platform::Storage& storage, const Paths& paths, LogKind kind, std::uint64_t index,
    std::size_t bytes) {
    const std::string path = paths.shared_segment(kind, index);
    auto mapped = storage.create_mapped(path + ".new", bytes);
    if (!mapped) return mapped;
    if (auto renamed = storage.rename(path + ".new", path); !renamed)
        return std::unexpected(renamed.error());
    return mapped;
}

std::size_t Preparer::do_work() {
    std::size_t done = 0;
    for (SegmentWindow* window : windows_) done += retire_old(*window) + prepare_next(*window);
    return done;
}

std::size_t Preparer::prepare_next(SegmentWindow& window) {
    const std::uint64_t next = window.active() + 1;
    if (!window.has_room_for(next) || window.find(next) != nullptr) return 0;
    if (try_again_at_ns_ != 0 && setup_.clock.monotonic_ns() < try_again_at_ns_) return 0;

    const LogKind kind = window.identity().kind;
    auto created =
        create_durable_segment(setup_.storage, setup_.paths, kind, next, setup_.segment_bytes);
    base::Result<std::unique_ptr<platform::MappedFile>> mapped;
    if (created)
        mapped =
            create_shared_segment(setup_.storage, setup_.paths, kind, next, setup_.segment_bytes);
    if (created && mapped) {
        window.put(next, std::move(*mapped));
        try_again_at_ns_ = 0;
        reported_ = false;
        if (figures_ != nullptr) figures_->prepared.add();
        return 1;
    }
    const std::string& message = created ? mapped.error().message : created.error().message;
    if (!reported_)
        std::fprintf(
            stderr,
            "buttonwood: cannot prepare the next log segment: %s. Make room; commands are refused "
            "when the current segment is full.\n",
            message.c_str());
    reported_ = true;
    if (figures_ != nullptr) figures_->failures.add();
    try_again_at_ns_ = setup_.clock.monotonic_ns() + retry_pause_ns;
    return 0;
}

std::size_t Preparer::retire_old(SegmentWindow& window) {
    std::size_t done = 0;
    while (window.oldest() < window.written() &&
           window.oldest() + setup_.kept_shared_segments <= window.active()) {
        const std::string path =
            setup_.paths.shared_segment(window.identity().kind, window.oldest());
        if (auto removed = setup_.storage.remove(path); !removed)
            std::fprintf(stderr, "buttonwood: %s\n", removed.error().message.c_str());
        window.release_oldest();
        if (figures_ != nullptr) figures_->released.add();
        ++done;
    }
    return done;
}

void Preparer::run(std::stop_token stop) {
    while (!stop.stop_requested())
        if (do_work() == 0) platform::sleep_for_ns(idle_pause_ns);
}

}  // namespace bw::event_store
