// Placement: on which processors the threads of one exchange run, and before whom. Without it the
// kernel's scheduler decides, and where there are fewer processors than busy threads somebody waits
// for a time slice of about 3 ms.
//
//    processor  cpus[0]: the core alone            cpus[1]: clients, disk writers, preparer
//
// In real time the core is never interrupted and sleeps when there is nothing to do. A client that
// keeps to a timetable (PacedClient) goes before the ordinary threads beside it and rests for some
// microseconds whenever it has nothing to do: one that only spun would starve the disk writers and
// the kernel's workers. In mode sync the writer of the commands goes before the client, for every
// answer waits for it; it works in short pieces.
#pragma once

#include <array>
#include <vector>

#include "base/result.hpp"
#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

struct Placement {
    std::vector<unsigned> cpus;  ///< empty: anywhere; else two, see above
    bool realtime = false;  ///< SCHED_FIFO; sound only with a processor of its own for the core

    enum class Role { core, client, command_disk, background };
    [[nodiscard]] ThreadOptions options_of(Role role) const;
    /// In real time a core that never sleeps would starve the kernel's threads of its processor, so
    /// it is an ordinary one before all others.
    [[nodiscard]] ThreadOptions core(bool busy_spin) const;
    /// Of the event store's tasks, as it lists them.
    [[nodiscard]] std::array<ThreadOptions, 4> background(event_store::Durability mode) const;
    /// Moves the calling thread where its role belongs. Error: the system does not allow it;
    /// nothing else is wrong then.
    [[nodiscard]] base::Result<void> place(Role role) const;
};

/// While it lives the calling thread is a client that keeps to a timetable.
class PacedClient {
 public:
    /// In mode sync, where it waits for the disk and not for the core, it stays an ordinary thread.
    PacedClient(const Placement& placement, event_store::Durability mode);
    ~PacedClient();
    PacedClient(const PacedClient&) = delete;
    PacedClient& operator=(const PacedClient&) = delete;

    /// A turn in real time is: send what is due, read until all of it is answered, rest. Else there
    /// are no turns: everything at its time.
    [[nodiscard]] bool may_send(bool answered) const { return !realtime_ || answered; }
    /// After each look at the answers: rests if all that was sent is `answered`, or if the last
    /// rest was long ago. So the threads beside it always have a part of the processor, or an
    /// exchange that waits for its disk would wait for ever.
    void rest_if(bool answered);

 private:
    bool realtime_;
    std::uint64_t rested_ns_ = 0;
};

}  // namespace bw::apps
