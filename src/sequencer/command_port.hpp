// CommandPort: a gateway's end of its ring to the sequencer.
#pragma once

#include <cstddef>
#include <span>

namespace bw::sequencer {

class CommandPort {
 public:
    virtual ~CommandPort() = default;
    /// Hands one command (SBE header and block, and perhaps an attachment: at most
    /// codec::max_command_size bytes) to the sequencer. False: the ring is full and nothing was
    /// taken; only this gateway has to wait or refuse.
    [[nodiscard]] virtual bool try_send(std::span<const std::byte> message) = 0;
};

}  // namespace bw::sequencer
