// Keeper: the background task for complete segments of both logs: seals them, and removes them when
// the retention policy says so. One turn is short (one piece of a segment, or one removal), and
// nothing waits for it.
//
// Threads: do_work() and run() from one thread; set_floor() from any.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stop_token>

#include "event_store/archive/retention.hpp"
#include "event_store/archive/sealer.hpp"
#include "event_store/log/disk_turn.hpp"
#include "platform/wake_up.hpp"

namespace bw::event_store {

class Keeper {
 public:
    struct Setup {
        platform::Storage& storage;
        const platform::Clock& clock;
        const Paths& paths;
        RetentionPolicy policy;
        std::uint64_t kept_shared_segments;
        const DiskTurn& turn;  ///< shared by all users of this disk
    };
    struct Log {
        const SegmentWindow& window;
        LogBegin begin;
    };

    Keeper(const Setup& setup, const Log& commands, const Log& events);

    std::size_t do_work();
    void run(std::stop_token stop);
    void set_floor(std::uint64_t command, std::uint64_t event);

 private:
    const DiskTurn& turn_;
    platform::WakeUp wake_up_;  ///< for its end
    std::array<std::unique_ptr<Sealer>, 2> sealers_;
    std::array<std::unique_ptr<Retention>, 2> retentions_;
};

}  // namespace bw::event_store
