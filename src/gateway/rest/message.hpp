// One HTTP request and its answer, as the Api takes and returns them.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/rest/gateway_log.hpp"
#include "net/http_message.hpp"
#include "platform/address.hpp"

namespace bw::gateway::rest {

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
    /// Whether the newest signature on this connection was right; handle() keeps it. A connection
    /// that is not signed in pays for its signatures from the budget of its address, before they
    /// are checked. nullptr: counts as signed in.
    bool* signed_in = nullptr;
    /// The address has no budget to pay from.
    bool unlimited = false;
    std::optional<telemetry::TraceContext> trace{};  ///< that the client sent
    /// What the log may say about the request; handle() completes it. nullptr: nobody asks.
    RequestFacts* facts = nullptr;
};

using Response = net::HttpResponse;

}  // namespace bw::gateway::rest
