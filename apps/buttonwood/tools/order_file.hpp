// Recorded order files: `time_ms,command,order_id,side,price,quantity`, one line per command, after
// a header line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/enums.hpp"

namespace bw::apps {

enum class RecordedCommand : std::uint8_t { enter, cancel, reduce };

struct RecordedOrder {
    std::uint64_t time_ms;
    RecordedCommand command;
    std::uint64_t order_id;
    model::Side side;            ///< of `enter`
    std::int64_t price = 0;      ///< of `enter`, in ticks
    std::uint64_t quantity = 0;  ///< of `enter`; for `reduce`, the quantity to subtract
};

/// Reads a whole file: plain, compressed (`.xz`), or standard input ("-"). Error: names file, line
/// and reason.
[[nodiscard]] base::Result<std::vector<RecordedOrder>> read_order_file(const std::string& path);

}  // namespace bw::apps
