#include "gateway/rest/gateway_log.hpp"

#include "platform/clock.hpp"
#include "telemetry/log.hpp"

namespace bw::gateway::rest {
namespace {

using telemetry::Event;

constexpr std::uint64_t between_lines_ns = 1'000'000'000;
constexpr std::array<std::string_view, 3> reason_names{"no_room", "denied", "tls_handshake"};

const platform::SystemClock steady;  // of the lines; no command sees it

bool is_done(std::uint16_t status) { return status >= 200 && status < 300; }

telemetry::Facts line_about(const RequestFacts& facts, const Answered& answered) {
    return {.method = facts.method,
            .route = facts.route,
            .request_id = facts.request_id.value(),
            .sequence = answered.sequence,
            .duration_us = answered.took_ns / 1'000,
            .account = facts.account.value(),
            .operator_id = facts.operator_id,
            .status = answered.status,
            .key_id = facts.key_id,
            .address = facts.address,
            .trace = facts.trace};
}

}  // namespace

void log_answer(const RequestFacts& facts, const Answered& answered, std::uint64_t slow_ns) {
    const bool failed = answered.status >= 500, slow = answered.took_ns >= slow_ns;
    const bool operated =
        facts.operator_id != 0 && facts.method != "GET" && is_done(answered.status);
    if (!failed && !slow && !operated) [[likely]]
        return;
    const telemetry::Facts line = line_about(facts, answered);
    if (failed)
        telemetry::log_event(Event::request_failed, line);
    else if (slow)
        telemetry::log_event(Event::request_slow, line);
    if (operated) telemetry::log_event(Event::operator_command, line);
}

void RefusedConnections::note(Reason reason, std::uint64_t total) {
    const auto which = static_cast<std::size_t>(reason);
    Told& told = told_[which];
    if (total == told.total) return;
    const std::uint64_t now_ns = steady.monotonic_ns();
    if (now_ns < told.again_at_ns) return;
    telemetry::log_event(Event::connections_refused,
                         {.reason = reason_names[which], .count = total - told.total});
    told = {total, now_ns + between_lines_ns};
}

}  // namespace bw::gateway::rest
