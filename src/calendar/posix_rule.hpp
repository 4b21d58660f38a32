// PosixRule: the text with which a TZif file ends, e.g. EST5EDT,M3.2.0,M11.1.0: the zone's rule for
// all times after the file's last change. POSIX.1 TZ format, with the wider hours (-167 to 167) of
// TZif version 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace bw::calendar {

/// At `at` (seconds since the Unix epoch, UTC) local time becomes UTC + `offset` seconds.
struct OffsetChange {
    std::int64_t at;
    std::int32_t offset;
};

class PosixRule {
 public:
    /// Nothing if the text does not have that form.
    [[nodiscard]] static std::optional<PosixRule> parse(std::string_view text);

    /// Seconds east of UTC outside daylight-saving time.
    [[nodiscard]] std::int32_t standard_offset() const { return standard_; }
    /// The changes of a year, earlier first; none without daylight-saving time.
    [[nodiscard]] std::vector<OffsetChange> changes_of(int year) const;

 private:
    enum class DayKind : std::uint8_t { month_week_day, julian_without_leap, day_of_year };
    struct ChangeDay {
        DayKind kind = DayKind::month_week_day;
        int month = 0, week = 0, weekday = 0;  // Mm.w.d; week 5 is the last
        int day = 0;                           // Jn (1 to 365, no 29 February) or n (0 to 365)
        std::int32_t time = 7200;              // local seconds after midnight
    };
    class Reader;

    /// Seconds since the epoch of local midnight of that day, as if the zone were UTC.
    [[nodiscard]] static std::int64_t midnight_of(const ChangeDay& day, int year);

    std::int32_t standard_ = 0;
    std::int32_t daylight_ = 0;
    bool has_daylight_ = false;
    ChangeDay begin_;
    ChangeDay end_;
};

}  // namespace bw::calendar
