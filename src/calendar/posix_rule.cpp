#include "calendar/posix_rule.hpp"

#include <chrono>
#include <utility>

namespace bw::calendar {
namespace {

constexpr std::int64_t day_s = 86'400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

/// Parses the text from the left; after a failure `good` stays false.
class PosixRule::Reader {
 public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

    bool skip(char c) {
        if (!next_is(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void require(char c) { good_ = skip(c) && good_; }

    /// EST, or <+03>.
    void name() {
        std::size_t size = 0;
        if (skip('<')) {
            while (size < rest_.size() && rest_[size] != '>') ++size;
            rest_.remove_prefix(size);
            require('>');
        } else {
            while (size < rest_.size() && is_letter(rest_[size])) ++size;
            rest_.remove_prefix(size);
        }
        good_ = good_ && size >= 3;
    }

    int number(int lowest, int highest) {
        int value = 0;
        std::size_t digits = 0;
        while (digits < rest_.size() && digits < 4 && is_digit(rest_[digits]))
            value = value * 10 + (rest_[digits++] - '0');
        rest_.remove_prefix(digits);
        good_ = good_ && digits > 0 && value >= lowest && value <= highest;
        return value;
    }

    /// [+-]hh[:mm[:ss]] in seconds.
    std::int32_t time(int most_hours) {
        const bool negative = skip('-');
        if (!negative) skip('+');
        std::int32_t seconds = number(0, most_hours) * 3600;
        if (skip(':')) seconds += number(0, 59) * 60;
        if (skip(':')) seconds += number(0, 59);
        return negative ? -seconds : seconds;
    }

    ChangeDay change_day() {
        ChangeDay out;
        if (skip('M')) {
            out.month = number(1, 12);
            require('.');
            out.week = number(1, 5);
            require('.');
            out.weekday = number(0, 6);
        } else if (skip('J')) {
            out.kind = DayKind::julian_without_leap;
            out.day = number(1, 365);
        } else {
            out.kind = DayKind::day_of_year;
            out.day = number(0, 365);
        }
        if (skip('/')) out.time = time(167);
        return out;
    }

 private:
    std::string_view rest_;
    bool good_ = true;
};

std::optional<PosixRule> PosixRule::parse(std::string_view text) {
    PosixRule out;
    Reader reader(text);
    reader.name();
    out.standard_ = -reader.time(24);  // POSIX counts westwards
    if (reader.good() && !reader.at_end()) {
        out.has_daylight_ = true;
        reader.name();
        out.daylight_ = reader.next_is(',') ? out.standard_ + 3600 : -reader.time(24);
        reader.require(',');
        out.begin_ = reader.change_day();
        reader.require(',');
        out.end_ = reader.change_day();
    }
    if (!reader.good() || !reader.at_end()) return std::nullopt;
    return out;
}

std::int64_t PosixRule::midnight_of(const ChangeDay& day, int year) {
    using namespace std::chrono;
    const auto seconds_of = [](sys_days date) { return date.time_since_epoch().count() * day_s; };
    const std::chrono::year y{year};
    const sys_days january_1{y / January / 1};
    if (day.kind == DayKind::day_of_year) return seconds_of(january_1 + days{day.day});
    if (day.kind == DayKind::julian_without_leap) {
        const bool after_february = y.is_leap() && day.day >= 60;
        return seconds_of(january_1 + days{day.day} - days{after_february ? 0 : 1});
    }
    const auto month = y / static_cast<unsigned>(day.month);
    const weekday on{static_cast<unsigned>(day.weekday)};
    if (day.week == 5) return seconds_of(sys_days{month / on[last]});
    return seconds_of(sys_days{month / on[static_cast<unsigned>(day.week)]});
}

std::vector<OffsetChange> PosixRule::changes_of(int year) const {
    if (!has_daylight_) return {};
    // Each change is given in the local time in force before it.
    OffsetChange begin{midnight_of(begin_, year) + begin_.time - standard_, daylight_};
    OffsetChange end{midnight_of(end_, year) + end_.time - daylight_, standard_};
    if (end.at < begin.at) std::swap(begin, end);  // southern hemisphere
    return {begin, end};
}

}  // namespace bw::calendar
