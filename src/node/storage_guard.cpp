#include "node/storage_guard.hpp"

#include <cstring>

#include "codec/commands.hpp"

namespace bw::node {

sequencer::RingSlot storage_state_command(bool scarce) {
    codec::Framed<codec::SetStorageState> framed;
    framed.body.scarce = scarce ? 1 : 0;
    const auto bytes = codec::bytes_of(framed);
    sequencer::RingSlot slot{};
    slot.size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(slot.bytes, bytes.data(), bytes.size());
    return slot;
}

}  // namespace bw::node
