// TraceContext: the place of a request in the trace of its client, as the header `traceparent`
// brings it (W3C Trace Context, Recommendation of 23 November 2021, 3.2). It stays beside the
// request, in log lines and in the gateway's table of waiting requests; no command carries it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bw::telemetry {

struct TraceContext {
    std::array<std::uint8_t, 16> trace_id{};  ///< never all zero
    std::array<std::uint8_t, 8> span_id{};    ///< of the client's span; never all zero
    std::uint8_t flags = 0;                   ///< bit 0: the client records this trace

    friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

/// Nothing if the text is not a `traceparent`: for version 00 exactly
/// "00-<32 hex>-<16 hex>-<2 hex>", in lower case, no id all zero. A higher version (not ff) may
/// have more after another "-", which is left out.
[[nodiscard]] std::optional<TraceContext> parse_traceparent(std::string_view text);

}  // namespace bw::telemetry
