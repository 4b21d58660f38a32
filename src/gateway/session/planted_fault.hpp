// Faults of the gateways (tracker, REST, WebSocket) that can be switched on in a build made for it
// (BW_PLANTED_FAULTS), one at a time, to see that the simulation finds them. In every other build
// planted() is the constant false and leaves nothing behind.
#pragma once

#include <cstdint>

namespace bw::gateway {

enum class Fault : std::uint8_t {
    none,
    answered_at_the_first_event,
    duplicate_is_not_answered,
    waiting_request_is_forgotten,
    answer_comes_twice,
    report_goes_to_the_other_side,
    resume_skips_a_report,
    cancels_twice_on_disconnect,
    cancels_when_the_exchange_closes,
    news_in_the_middle_of_a_command,
    stale_level_stays,
    count
};

#ifdef BW_PLANTED_FAULTS
inline Fault planted_fault = Fault::none;
[[nodiscard]] inline bool planted(Fault fault) { return planted_fault == fault; }
#else
[[nodiscard]] constexpr bool planted(Fault) { return false; }
#endif

}  // namespace bw::gateway
