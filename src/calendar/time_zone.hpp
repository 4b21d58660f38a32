// TimeZone: one zone of the IANA database, read from a TZif file (RFC 8536), versions 2 to 4. Pure:
// bytes in, offsets out.
//
// Local times are seconds since 1970-01-01 00:00 on the wall clock, as if the zone were UTC. Leap
// seconds are not counted, as in Unix time. Cost: a binary search; after the file's last change, it
// recomputes the two changes of three years.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "calendar/posix_rule.hpp"

namespace bw::calendar {

class TimeZone {
 public:
    [[nodiscard]] static TimeZone utc() { return {}; }
    /// `name` is used in messages only.
    [[nodiscard]] static base::Result<TimeZone> parse(const std::string& name,
                                                      std::span<const std::byte> file);

    /// Seconds east of UTC at a moment.
    [[nodiscard]] std::int32_t offset_at(std::int64_t utc) const { return span_at(utc).offset; }
    [[nodiscard]] std::int64_t to_local(std::int64_t utc) const { return utc + offset_at(utc); }
    /// The first moment at which the wall clock shows `local` or later. So an hour that occurs
    /// twice gives its first occurrence, a skipped time gives the moment of the change, and a later
    /// local time never gives an earlier moment.
    [[nodiscard]] std::int64_t to_utc(std::int64_t local) const;

 private:
    /// [begin, end) with one offset.
    struct Span {
        std::int64_t begin;
        std::int64_t end;
        std::int32_t offset;
    };
    [[nodiscard]] Span span_at(std::int64_t utc) const;
    [[nodiscard]] Span span_of_rule(const PosixRule& rule, std::int64_t utc) const;

    std::int32_t first_offset_ = 0;      // before the first change
    std::vector<OffsetChange> changes_;  // rising
    std::optional<PosixRule> rule_;      // after the last change
};

}  // namespace bw::calendar
