#include "calendar/time_zone.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "calendar/load.hpp"
#include "calendar/tests/support.hpp"

namespace bw::calendar::tests {
namespace {

const std::vector<std::string> zones{"UTC",
                                     "America/New_York",
                                     "Europe/London",
                                     "Europe/Dublin",
                                     "Europe/Berlin",
                                     "Asia/Tokyo",
                                     "Asia/Kolkata",
                                     "Asia/Kathmandu",
                                     "Australia/Sydney",
                                     "Australia/Lord_Howe",
                                     "Pacific/Apia",
                                     "Pacific/Chatham",
                                     "America/Havana",
                                     "Africa/Casablanca",
                                     "Africa/Cairo",
                                     "Asia/Tehran",
                                     "America/Nuuk",
                                     "Asia/Gaza",
                                     "America/Santiago",
                                     "Pacific/Kiritimati",
                                     "Asia/Jerusalem"};

TimeZone zone(const std::string& name) {
    auto loaded = load_time_zone(name);
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
    return loaded ? *loaded : TimeZone::utc();
}

std::string zone_bytes(const std::string& name) {
    std::ifstream file(std::string(zone_directory) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

base::Result<TimeZone> parse(const std::string& bytes) {
    return TimeZone::parse("Test/Zone", std::as_bytes(std::span(bytes)));
}

/// A version 2 file without changes: an empty old block, one type, and the rule that goes on for
/// ever.
std::string rule_only_file(const std::string& rule, std::int32_t offset) {
    const auto number = [](std::uint32_t value) {
        return std::string{static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                           static_cast<char>(value >> 8), static_cast<char>(value)};
    };
    const std::string header =
        "TZif2" + std::string(15, '\0') + std::string(16, '\0') + number(1) + number(4);
    const std::string block =
        number(static_cast<std::uint32_t>(offset)) + std::string(2, '\0') + std::string("XXX\0", 4);
    return header + block + header + block + "\n" + rule + "\n";
}

TEST(TimeZone, agrees_with_the_c_library_at_random_moments_of_180_years) {
    std::mt19937_64 random(test_seed());
    for (const std::string& name : zones) {
        const TimeZone ours = zone(name);
        const LibraryZone theirs(name);
        for (int i = 0; i < 5'000; ++i) {
            const auto utc = static_cast<std::int64_t>(random() % 5'680'000'000u);  // to 2149
            ASSERT_EQ(ours.offset_at(utc), LibraryZone::at(utc).tm_gmtoff) << name << " " << utc;
        }
    }
}

TEST(TimeZone, agrees_with_the_c_library_around_every_change_of_2026_and_2100) {
    for (const std::string& name : zones) {
        const TimeZone ours = zone(name);
        const LibraryZone theirs(name);
        for (const int year : {2026, 2100}) {
            const std::int64_t begin = utc_seconds(date(year, 1, 1), hms(0, 0));
            for (std::int64_t utc = begin; utc < begin + 366 * 86'400; utc += 900)
                for (const std::int64_t near : {utc - 1, utc})
                    ASSERT_EQ(ours.offset_at(near), LibraryZone::at(near).tm_gmtoff)
                        << name << " " << near;
        }
    }
}

TEST(TimeZone, takes_the_first_of_two_equal_local_times) {
    const TimeZone new_york = zone("America/New_York");
    const std::int64_t local = utc_seconds(date(2026, 11, 1), hms(1, 30));
    EXPECT_EQ(new_york.to_utc(local),
              utc_seconds(date(2026, 11, 1), hms(5, 30)));  // still daylight time
    EXPECT_EQ(new_york.to_utc(utc_seconds(date(2026, 11, 1), hms(2, 0))),
              utc_seconds(date(2026, 11, 1), hms(7, 0)));
}

TEST(TimeZone, a_local_time_that_is_left_out_is_the_moment_of_the_change) {
    const TimeZone new_york = zone("America/New_York");
    const std::int64_t change = utc_seconds(date(2026, 3, 8), hms(7, 0));
    EXPECT_EQ(new_york.to_utc(utc_seconds(date(2026, 3, 8), hms(1, 59, 59))), change - 1);
    EXPECT_EQ(new_york.to_utc(utc_seconds(date(2026, 3, 8), hms(2, 0))), change);
    EXPECT_EQ(new_york.to_utc(utc_seconds(date(2026, 3, 8), hms(2, 30))), change);
    EXPECT_EQ(new_york.to_utc(utc_seconds(date(2026, 3, 8), hms(3, 0))), change);
    EXPECT_EQ(new_york.to_utc(utc_seconds(date(2026, 3, 8), hms(3, 1))), change + 60);
}

TEST(TimeZone, a_day_that_is_left_out_is_a_moment) {
    const TimeZone apia = zone("Pacific/Apia");  // went over the date line at the end of 2011-12-29
    const std::int64_t change = utc_seconds(date(2011, 12, 30), hms(10, 0));
    EXPECT_EQ(apia.to_utc(utc_seconds(date(2011, 12, 30), hms(12, 0))), change);
    EXPECT_EQ(apia.to_utc(utc_seconds(date(2011, 12, 31), hms(0, 0))), change);
}

TEST(TimeZone, to_utc_is_the_first_moment_at_which_the_wall_clock_is_there) {
    std::mt19937_64 random(test_seed());
    for (const std::string& name : zones) {
        const TimeZone ours = zone(name);
        for (int i = 0; i < 2'000; ++i) {
            const auto local = static_cast<std::int64_t>(random() % 5'000'000'000u) + 100'000;
            const std::int64_t utc = ours.to_utc(local);
            ASSERT_GE(ours.to_local(utc), local) << name;
            for (const std::int64_t before : {1, 60, 1800, 3600, 7200, 86'400})
                ASSERT_LT(ours.to_local(utc - before), local) << name << " " << local;
        }
    }
}

TEST(TimeZone, a_rule_alone_gives_both_hemispheres) {
    const auto north = parse(rule_only_file("EST5EDT,M3.2.0,M11.1.0", -5 * 3600));
    ASSERT_TRUE(north) << north.error().message;
    EXPECT_EQ(north->offset_at(utc_seconds(date(2026, 1, 1), hms(0, 0))), -5 * 3600);
    EXPECT_EQ(north->offset_at(utc_seconds(date(2026, 7, 1), hms(0, 0))), -4 * 3600);
    const auto south = parse(rule_only_file("AEST-10AEDT,M10.1.0,M4.1.0/3", 10 * 3600));
    ASSERT_TRUE(south) << south.error().message;
    EXPECT_EQ(south->offset_at(utc_seconds(date(2026, 1, 1), hms(0, 0))), 11 * 3600);
    EXPECT_EQ(south->offset_at(utc_seconds(date(2026, 7, 1), hms(0, 0))), 10 * 3600);
    const auto julian = parse(rule_only_file("<+03>-3<+04>,J60/0,300/24", 3 * 3600));
    ASSERT_TRUE(julian) << julian.error().message;
    // J60 is 1 March in every year; 300 counts 29 February.
    for (const int year : {2027, 2028}) {
        EXPECT_EQ(julian->offset_at(utc_seconds(date(year, 2, 28), hms(20, 59, 59))), 3 * 3600)
            << year;
        EXPECT_EQ(julian->offset_at(utc_seconds(date(year, 3, 1), hms(0, 0))), 4 * 3600) << year;
    }
    EXPECT_EQ(julian->offset_at(utc_seconds(date(2028, 10, 27), hms(19, 59, 59))), 4 * 3600);
    EXPECT_EQ(julian->offset_at(utc_seconds(date(2028, 10, 27), hms(20, 0))), 3 * 3600);
}

TEST(TimeZone, refuses_rules_that_are_not_of_the_form) {
    for (const char* rule :
         {"E5", "EST", "EST25", "EST5EDT", "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
          "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,M11.1.0,", "<EST5",
          "EST5EDT,J0,J5", "EST5EDT,366,J5", "EST5:60", "EST5EDT,M3.2.0/168,M11.1.0"})
        EXPECT_FALSE(parse(rule_only_file(rule, 0))) << rule;
}

TEST(TimeZone, refuses_every_cut_of_a_file_and_survives_every_changed_byte) {
    const std::string file = zone_bytes("America/New_York");
    ASSERT_GT(file.size(), 1'000u);
    for (std::size_t size = 0; size < file.size(); ++size)
        ASSERT_FALSE(parse(file.substr(0, size))) << size;
    std::mt19937_64 random(test_seed());
    for (int i = 0; i < 20'000; ++i) {
        std::string changed = file;
        changed[random() % changed.size()] = static_cast<char>(random());
        if (const auto parsed = parse(changed))
            static_cast<void>(parsed->to_utc(static_cast<std::int64_t>(random() % 4'000'000'000u)));
    }
}

TEST(TimeZone, refuses_names_that_lead_out_of_the_folder) {
    for (const char* name : {"", "/etc/passwd", "../passwd", "Europe/../Berlin", "Europe//Berlin",
                             "Europe/", "Europe", "No/Such_Zone"})
        EXPECT_FALSE(load_time_zone(name)) << name;
}

}  // namespace
}  // namespace bw::calendar::tests
