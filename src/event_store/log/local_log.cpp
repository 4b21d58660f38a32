#include "event_store/log/local_log.hpp"

#include <algorithm>
#include <limits>

namespace bw::event_store {

std::uint64_t LocalLog::committed_sequence() const {
    if (mode_ == Durability::memory) return writer_.appended_sequence();
    return durable_.durable_sequence();
}

AppendResult LocalLog::append(std::span<const StampedCommand> batch) {
    std::size_t bytes = 0;
    for (const StampedCommand& command : batch)
        bytes += LogWriter::record_bytes(command.message.size());
    if (!writer_.has_room_for(bytes)) return AppendResult::full;

    const std::uint64_t durable = durable_.durable_sequence();
    for (const StampedCommand& command : batch) {
        const std::uint64_t not_durable =
            command.sequence - 1 - std::min(durable, command.sequence - 1);
        const auto note = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(not_durable, std::numeric_limits<std::uint32_t>::max()));
        const bool appended =
            writer_.try_append(command.sequence, command.timestamp_ns, note, command.message);
        BW_ASSERT(appended);
    }
    if (mode_ == Durability::sync) durable_.wake_up().wake();
    return AppendResult::accepted;
}

}  // namespace bw::event_store
