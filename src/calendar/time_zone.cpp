#include "calendar/time_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace bw::calendar {
namespace {

constexpr std::int64_t beginning = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::int32_t offset_max = 26 * 3600;  // RFC 8536: no zone is 26 hours away
constexpr std::size_t header_bytes = 44;
constexpr std::size_t type_bytes = 6;

/// Big-endian integers from the left. Reading past the end gives zeros and makes good() false.
class BytesReader {
 public:
    explicit BytesReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }

    std::span<const std::byte> take(std::size_t count) {
        good_ = good_ && count <= rest_.size();
        if (!good_) return {};
        const auto out = rest_.first(count);
        rest_ = rest_.subspan(count);
        return out;
    }
    std::uint64_t big_endian(std::size_t count) {
        std::uint64_t value = 0;
        for (const std::byte byte : take(count))
            value = value << 8 | std::to_integer<unsigned>(byte);
        return value;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(big_endian(1)); }
    std::int32_t int32() { return static_cast<std::int32_t>(big_endian(4)); }
    std::int64_t int64() { return static_cast<std::int64_t>(big_endian(8)); }

 private:
    std::span<const std::byte> rest_;
    bool good_ = true;
};

/// Counts in the header of a data block; they determine the length of the block.
struct Header {
    char version = 0;
    std::size_t universal, standard, leaps, times, types, characters;

    [[nodiscard]] std::size_t block_bytes(std::size_t time_bytes) const {
        return times * (time_bytes + 1) + types * type_bytes + characters +
               leaps * (time_bytes + 4) + standard + universal;
    }
};

std::optional<Header> read_header(BytesReader& reader) {
    const auto bytes = reader.take(header_bytes);
    if (bytes.empty()) return std::nullopt;
    BytesReader fields(bytes);
    if (fields.big_endian(4) != 0x545A6966) return std::nullopt;  // "TZif"
    Header out{};
    out.version = static_cast<char>(fields.byte());
    fields.take(15);
    for (std::size_t* count :
         {&out.universal, &out.standard, &out.leaps, &out.times, &out.types, &out.characters})
        *count = fields.big_endian(4);
    return out;
}

int year_of(std::int64_t utc) {
    const std::chrono::sys_days date{
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{utc}})};
    return static_cast<int>(std::chrono::year_month_day{date}.year());
}

/// The line between two newlines at the end of the file.
std::optional<std::string_view> footer_of(std::span<const std::byte> rest) {
    const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
    if (text.size() < 2 || text.front() != '\n' || text.back() != '\n') return std::nullopt;
    return text.substr(1, text.size() - 2);
}

}  // namespace

base::Result<TimeZone> TimeZone::parse(const std::string& name, std::span<const std::byte> file) {
    const auto damaged = [&](std::string_view what) {
        return base::error(fmt::format("time zone {}: {}", name, what));
    };
    BytesReader reader(file);
    const auto old_header = read_header(reader);
    if (!old_header) return damaged("not a TZif file");
    if (old_header->version < '2') return damaged("TZif version 1 is too old");
    reader.take(old_header->block_bytes(4));
    const auto header = read_header(reader);
    if (!header || header->types == 0 || file.size() < header->block_bytes(8))
        return damaged("the TZif file is cut off");

    TimeZone out;
    std::vector<std::uint8_t> types;
    types.reserve(header->times);
    for (std::size_t i = 0; i < header->times; ++i) out.changes_.push_back({reader.int64(), 0});
    for (std::size_t i = 0; i < header->times; ++i) types.push_back(reader.byte());
    std::vector<std::int32_t> offsets;
    for (std::size_t i = 0; i < header->types; ++i) {
        offsets.push_back(reader.int32());
        reader.take(type_bytes - 4);
    }
    reader.take(header->characters + header->leaps * 12 + header->standard + header->universal);
    const auto footer = footer_of(reader.rest());
    if (!reader.good() || !footer) return damaged("the TZif file is cut off");

    out.first_offset_ = offsets.front();
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (types[i] >= offsets.size()) return damaged("the TZif file names an unknown type");
        out.changes_[i].offset = offsets[types[i]];
    }
    const auto too_far = [](std::int32_t offset) {
        return offset < -offset_max || offset > offset_max;
    };
    if (std::ranges::any_of(offsets, too_far)) return damaged("an offset of more than 26 hours");
    if (!std::ranges::is_sorted(out.changes_, std::ranges::less_equal{}, &OffsetChange::at))
        return damaged("the changes do not rise in time");
    if (!footer->empty()) out.rule_ = PosixRule::parse(*footer);
    if (!footer->empty() && !out.rule_)
        return damaged(
            fmt::format("the rule {} at the end of the TZif file is not known", *footer));
    return out;
}

TimeZone::Span TimeZone::span_at(std::int64_t utc) const {
    const auto next = std::ranges::upper_bound(changes_, utc, {}, &OffsetChange::at);
    if (next == changes_.end() && rule_) return span_of_rule(*rule_, utc);
    const bool first = next == changes_.begin();
    return {first ? beginning : std::prev(next)->at, next == changes_.end() ? never : next->at,
            first ? first_offset_ : std::prev(next)->offset};
}

TimeZone::Span TimeZone::span_of_rule(const PosixRule& rule, std::int64_t utc) const {
    const std::int64_t last = changes_.empty() ? beginning : changes_.back().at;
    Span out{last, never, changes_.empty() ? rule.standard_offset() : changes_.back().offset};
    const int year = year_of(utc);
    for (int y = year - 1; y <= year + 1; ++y) {
        for (const OffsetChange& change : rule.changes_of(y)) {
            if (change.at <= last) continue;
            if (change.at > utc) {
                out.end = std::min(out.end, change.at);
            } else {
                out.begin = change.at;
                out.offset = change.offset;
            }
        }
    }
    return out;
}

std::int64_t TimeZone::to_utc(std::int64_t local) const {
    // No offset exceeds offset_max, so the moment is not earlier than this.
    Span span = span_at(local - offset_max);
    while (local - span.offset >= span.end) span = span_at(span.end);
    return std::max(span.begin, local - span.offset);
}

}  // namespace bw::calendar
