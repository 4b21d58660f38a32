// One HTTP request and its answer, as the Api takes and returns them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "access/authenticator.hpp"
#include "access/rate.hpp"
#include "gateway/rest/gateway_log.hpp"
#include "net/http_message.hpp"
#include "platform/address.hpp"

namespace bw::gateway::rest {

/// Who may use a route.
enum class Access : std::uint8_t { everyone, trader, operations };

/// What the gate knows of a request that it has let in (gate.hpp).
struct Pass {
    static constexpr std::size_t no_route = static_cast<std::size_t>(-1);

    std::size_t route = no_route;   ///< a row of the router
    std::string_view path_value{};  ///< the part of the path at {id} or {symbol}, still encoded
    Access access = Access::everyone;
    access::RateState rate{};       ///< of the budget that paid
    access::Principal principal{};  ///< unless it is for everyone
};

/// Views into the buffer of the caller, valid during Api::handle().
struct Request {
    std::string_view method;
    std::string_view path;   ///< raw, up to '?'
    std::string_view query;  ///< raw, after '?'
    std::string_view body;
    std::string_view content_type;
    platform::Address address;  ///< of the client
    std::string_view key_id, timestamp_ms, nonce,
        signature;  ///< the BW- headers; empty when absent
    /// Whether the newest signature on this connection was right; the gate keeps it. A connection
    /// that is not signed in pays for its signatures from the budget of its address, before they
    /// are checked. nullptr: counts as signed in.
    bool* signed_in = nullptr;
    /// What the gate said; nothing: handle() asks it.
    std::optional<Pass> pass{};
    /// The address has no budget to pay from.
    bool unlimited = false;
    std::optional<telemetry::TraceContext> trace{};  ///< that the client sent
    /// What the log may say about the request; handle() completes it. nullptr: nobody asks.
    RequestFacts* facts = nullptr;
};

using Response = net::HttpResponse;

}  // namespace bw::gateway::rest
