// Command streams made here, for whoever has none: the same seed gives the same stream on every
// machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "bench/stream.hpp"

namespace bw::bench {

enum class StreamShape : std::uint8_t {
    /// market makers at work: 82 % replace, 9 % new, 3 % ioc, 6 % cancel; about 1,000 resting
    /// orders per symbol
    requote,
    /// like a day of an equities venue: 50 % new, 44 % cancel, 4 % replace, 2 % ioc; 2,000 resting
    /// orders per symbol
    day,
};

[[nodiscard]] std::optional<StreamShape> shape_from(std::string_view name);

struct GeneratorOptions {
    StreamShape shape = StreamShape::requote;
    std::uint32_t symbols = 1;
    std::uint64_t commands = 1'000'000;
    std::uint64_t seed = 1;
};

/// Every cancel and replace names an order that is open at that moment under plain price-time
/// matching.
[[nodiscard]] Stream generate_stream(const GeneratorOptions& options);
[[nodiscard]] base::Result<void> save_stream(const Stream& stream, const std::string& path);

}  // namespace bw::bench
