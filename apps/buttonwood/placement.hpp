// Placement: on which processors the threads of one exchange run, and before whom. Without it the kernel's scheduler decides, and where
// there are fewer processors than busy threads somebody waits for a time slice of about 3 ms.
//
//    processor  cpus[0]: the core alone            cpus[1]: clients, disk writers, preparer
//
// In real time the core is never interrupted, and the disk writers, which work in short pieces and sleep in between, go before the clients
// beside them. Clients never run in real time: one that spins would starve the kernel's workers, without which no write ends.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "buttonwood/exchange_options.hpp"

namespace bw::apps {

struct Placement {
    std::vector<unsigned> cpus;  ///< empty: anywhere; else two, see above
    bool realtime = false;  ///< SCHED_FIFO; sound only with a processor of its own for the core

    enum class Role { core, client, background };
    [[nodiscard]] ThreadOptions options_of(Role role) const;
    /// Moves the calling thread where its role belongs. Error: the system does not allow it; nothing else is wrong then.
    [[nodiscard]] base::Result<void> place(Role role) const;
};

}  // namespace bw::apps
