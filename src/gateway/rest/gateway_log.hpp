// What a gateway says in its log: about requests that went wrong or were slow, what operators did,
// and connections it refused. The gateway's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "access/authenticator.hpp"
#include "model/types.hpp"
#include "platform/address.hpp"
#include "telemetry/trace_context.hpp"

namespace bw::gateway::rest {

/// Who asked for what: kept beside a request until its answer, never in a command.
struct RequestFacts {
    platform::Address address{};
    std::optional<telemetry::TraceContext> trace{};
    // Api::handle() knows the rest.
    std::string_view method{}, route{};  ///< of the table of routes; empty: the request has none
    access::KeyId key_id{};
    model::AccountId account{};
    std::uint32_t operator_id = 0;
    model::RequestId request_id{};  ///< of its command, once that is sent
};

/// How a request was answered.
struct Answered {
    std::uint16_t status = 0;
    std::uint64_t took_ns = 0;
    std::uint64_t sequence = 0;  ///< of the last event of its command; 0: none
};

/// Says what is worth a line: a status from 500 on; else `slow_ns` or longer; and that something
/// was done for an operator.
void log_answer(const RequestFacts& facts, const Answered& answered, std::uint64_t slow_ns);

/// Says how many connections were refused, at most once a second for each reason.
class RefusedConnections {
 public:
    enum class Reason : std::uint8_t { no_room, denied, tls_handshake };

    /// `total`: of all connections so far. Cheap while it does not change.
    void note(Reason reason, std::uint64_t total);

 private:
    struct Told {
        std::uint64_t total = 0;
        std::uint64_t again_at_ns = 0;  ///< monotonic clock
    };

    std::array<Told, 3> told_{};
};

}  // namespace bw::gateway::rest
