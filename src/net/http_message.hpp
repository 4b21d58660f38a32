// One HTTP request and its answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bw::net {

/// Views into the buffers of the connection, valid during the call that passes it.
struct HttpRequest {
    std::string_view method;
    std::string_view path;   ///< raw, up to '?'
    std::string_view query;  ///< raw, after '?'
    std::string_view body;
    /// The headers, in the order in which they came.
    std::vector<std::pair<std::string_view, std::string_view>> headers;

    /// The value of a header; empty when it is absent or given more than once. Names are compared
    /// without regard to case (RFC 9110, 5.1).
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpResponse {
    std::uint16_t status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Why the server refuses what came, before its handler sees it.
enum class HttpFault : std::uint8_t {
    malformed,
    header_too_large,
    body_too_large,
    too_slow,
    wrong_version,  ///< of the WebSocket protocol
    too_many_connections,
};

[[nodiscard]] std::uint16_t status_of(HttpFault fault);

enum class AfterAnswer : std::uint8_t { keep_open, close };

/// Status line, headers and, unless `head_only`, the body. The length is that of the body in both
/// cases.
[[nodiscard]] std::string rendered(const HttpResponse& response, AfterAnswer after, bool head_only);

/// "OK" for 200; empty for a status without a name.
[[nodiscard]] std::string_view reason_of(std::uint16_t status);

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Whether a comma-separated list has this token, e.g. "keep-alive, Upgrade".
[[nodiscard]] bool has_token(std::string_view list, std::string_view token);

}  // namespace bw::net
