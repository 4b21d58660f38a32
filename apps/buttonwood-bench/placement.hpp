// Placement: the processors and priorities of the threads of a benchmarked exchange. Without a
// placement the kernel's scheduler decides; with fewer processors than busy threads, a thread then
// sometimes waits for a time slice of about 3 ms.
//
//    processor  cpus[0]: the core alone            cpus[1]: clients, disk writers, preparer
//
// With real-time scheduling the core is never interrupted, and sleeps when there is nothing to do.
// A paced client (PacedClient) has priority over the ordinary threads of its processor and rests
// for some microseconds whenever it is idle: if it only spun, it would starve the disk writers and
// the kernel's workers. In mode sync the command disk writer has priority over the client, because
// every answer waits for it; it works in short pieces.
#pragma once

#include <array>
#include <vector>

#include "base/result.hpp"
#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

struct Placement {
    std::vector<unsigned> cpus;  ///< empty: any; else two, see above
    bool realtime = false;       ///< SCHED_FIFO; requires a processor of its own for the core

    enum class Role { core, client, command_disk, background };
    [[nodiscard]] ThreadOptions options_of(Role role) const;
    /// Options of the core. A core that never sleeps is not scheduled in real time, since it would
    /// starve the kernel's threads of its processor; it then has the highest ordinary priority.
    [[nodiscard]] ThreadOptions core(bool busy_spin) const;
    /// Options of the event store's tasks, in its order.
    [[nodiscard]] std::array<ThreadOptions, 4> background(event_store::Durability mode) const;
    /// Applies the options of `role` to the calling thread. Error: the system does not permit it;
    /// the benchmark can run without.
    [[nodiscard]] base::Result<void> place(Role role) const;
};

/// Makes the calling thread a paced client while it exists.
class PacedClient {
 public:
    /// In mode sync the thread keeps its ordinary priority: it waits for the disk, not for the
    /// core.
    PacedClient(const Placement& placement, event_store::Durability mode);
    ~PacedClient();
    PacedClient(const PacedClient&) = delete;
    PacedClient& operator=(const PacedClient&) = delete;

    /// Whether commands that are due may be sent. In real time a turn is: send, read until
    /// everything is answered, rest. Otherwise there are no turns, and every command is sent at its
    /// time.
    [[nodiscard]] bool may_send(bool answered) const { return !realtime_ || answered; }
    /// Call it after each read of answers. Rests if everything sent is `answered`, or if the last
    /// rest was long ago: the other threads of the processor must run too, or an exchange that
    /// waits for its disk would wait for ever.
    void rest_if(bool answered);

 private:
    bool realtime_;
    std::uint64_t rested_ns_ = 0;
};

}  // namespace bw::apps
