#include "node/storage_guard.hpp"

#include <cstring>

#include "codec/commands.hpp"

namespace bw::node {

sequencer::RingSlot storage_state_command(bool scarce) {
    codec::Frame<codec::SetStorageState> frame;
    frame.body.scarce = scarce ? 1 : 0;
    const auto bytes = codec::bytes_of(frame);
    sequencer::RingSlot slot{};
    slot.size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(slot.bytes, bytes.data(), bytes.size());
    return slot;
}

}  // namespace bw::node
