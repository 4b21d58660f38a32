#include "simulation/situations.hpp"

namespace bw::simulation {

const char* name_of(Situation situation) {
    static constexpr std::array names{
        "process killed between steps",
        "process killed in a storage operation",
        "power lost between steps",
        "power lost in a storage operation",
        "died during recovery",
        "died between commit and acknowledgement",
        "uncommitted command lost",
        "torn tail cut",
        "event tail cut",
        "commands taken from shared memory",
        "half a record in shared memory",
        "events made again",
        "committed in memory lost with power",
        "write error stopped the process",
        "disk full",
        "start refused for a full disk",
        "log full",
        "ring full",
        "segment opened",
        "shared segment taken away",
        "reader moved from file to memory",
        "rot in commands found",
        "rot in a segment header found",
        "rot in events made again",
        "rot in the mark survived",
        "rot in the identity found",
        "lost write found",
        "misdirected write found",
        "clock went back",
        "clock jumped forward",
        "day ended",
        "orderly close",
        "duplicate answered",
        "duplicate answered after a restart",
        "outside reader survived a restart",
        "self trade prevented",
        "cancel lost to a fill",
        "hold released by partial cancel",
        "undecodable command",
        "auction uncrossed",
    };
    static_assert(names.size() == situation_count);
    return names.at(static_cast<std::size_t>(situation));
}

}  // namespace bw::simulation
