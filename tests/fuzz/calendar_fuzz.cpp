// Any bytes as a time zone (first byte even) or as a calendar file (odd): they are refused with a
// message, or what they say is a zone or a calendar whose moments never go back.
#include <cstdint>
#include <span>
#include <string_view>

#include "base/assert.hpp"
#include "calendar/calendar.hpp"
#include "calendar/configuration.hpp"
#include "calendar/time_zone.hpp"

namespace {

using namespace bw::calendar;

constexpr std::int64_t day_s = 86'400;
constexpr std::uint64_t day_ns = 86'400'000'000'000;

void use_zone(std::span<const std::byte> bytes) {
    const auto zone = TimeZone::parse("Fuzz/Zone", bytes);
    if (!zone) return;
    for (std::int64_t local = 0; local < 130 * 366 * day_s; local += 191 * day_s + 12'345) {
        const std::int64_t moment = zone->to_utc(local);
        BW_ASSERT(zone->to_local(moment) >= local);
    }
}

void use_calendar(std::string_view text) {
    auto configuration = parse_configuration(text, "fuzz.toml");
    if (!configuration) {
        BW_ASSERT(configuration.error().message.starts_with("fuzz.toml:"));
        return;
    }
    const Calendar calendar(configuration->rules, TimeZone::utc());
    const std::uint64_t begin = 20'000 * day_ns;
    for (std::uint64_t now = begin; now < begin + 20 * day_ns; now += day_ns / 7) {
        BW_ASSERT(calendar.latest_change(now).at_ns <= now);
        BW_ASSERT(calendar.next_change(now).at_ns > now);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span bytes = std::as_bytes(std::span(data, size)).subspan(1);
    if (data[0] % 2 == 0)
        use_zone(bytes);
    else
        use_calendar({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return 0;
}
