// LoopMetrics: what one I/O thread counts. Written by that thread, read by any.
#pragma once

#include <array>

#include "net/http_message.hpp"
#include "observe/cells.hpp"

namespace bw::net {

inline constexpr std::size_t http_faults = 6;

struct LoopMetrics {
    observe::Counter accepted;
    observe::Counter turned_away;  ///< connections without a place
    observe::Counter denied;       ///< connections of denied addresses
    observe::Counter paused;       ///< requests after which a connection was left unread
    observe::Counter handshakes_failed;
    std::array<observe::Counter, http_faults> faults;  ///< by HttpFault
    observe::Gauge open;
    observe::Gauge trusted;
    observe::Gauge websockets;
    observe::Gauge addresses;
    observe::Gauge buffered_bytes;
};

}  // namespace bw::net
