// What the calendar tests share: seeds, and the C library's own reading of the time zone database
// to compare with.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "calendar/calendar.hpp"

namespace bw::calendar::tests {

/// From BW_SEED, or a fresh one; printed, so that a failure can be repeated.
inline std::uint64_t test_seed() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("BW_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

/// While it lives the C library's local time is that of the zone.
class LibraryZone {
 public:
    explicit LibraryZone(const std::string& name) {
        setenv("TZ", (":" + name).c_str(), 1);
        tzset();
    }
    ~LibraryZone() {
        unsetenv("TZ");
        tzset();
    }
    LibraryZone(const LibraryZone&) = delete;
    LibraryZone& operator=(const LibraryZone&) = delete;

    [[nodiscard]] static std::tm at(std::int64_t utc) {
        const std::time_t time = utc;
        std::tm out{};
        localtime_r(&time, &out);
        return out;
    }
};

inline Date date(int year, unsigned month, unsigned day) {
    return Date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
}

constexpr std::int32_t hms(int hours, int minutes, int seconds = 0) {
    return hours * 3600 + minutes * 60 + seconds;
}

/// A moment, told in UTC.
inline std::int64_t utc_seconds(Date day, std::int32_t second_of_day) {
    return day.time_since_epoch().count() * 86'400 + second_of_day;
}
inline std::uint64_t utc_ns(Date day, std::int32_t second_of_day) {
    return static_cast<std::uint64_t>(utc_seconds(day, second_of_day)) * 1'000'000'000u;
}

}  // namespace bw::calendar::tests
