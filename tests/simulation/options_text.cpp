// Options as text and back. One list of them serves both directions, so what is written is what is
// read.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdio>

#include "simulation/seed_options.hpp"

namespace bw::simulation {
namespace {

constexpr std::array moments{"before", "in", "after"};

/// Calls visit(name, field) for each plain number.
template <class Options, class Visit>
void each_number(Options& options, Visit&& visit) {
    visit("seed", options.seed);
    visit("segment-bytes", options.segment_bytes);
    visit("kept", options.kept_shared_segments);
    visit("gateways", options.gateways);
    visit("clients", options.clients);
    visit("instruments", options.instruments);
    visit("steps", options.steps);
    visit("minutes", options.minutes);
    visit("small-engine", options.small_engine);
    visit("second-opinion", options.second_opinion);
    visit("flood", options.flood);
    visit("snapshot-every", options.snapshot_every);
    visit("ring-slots", options.ring_slots);
    visit("slow-one-in", options.slow_one_in);
    visit("roll-one-in", options.roll_one_in);
    visit("lazy-one-in", options.lazy_one_in);
    visit("batch-max", options.batch_max);
    visit("eager-keeper", options.eager_keeper);
    visit("disk-mb-per-s", options.disk_mb_per_s);
    visit("disk-write-us", options.disk_write_us);
    visit("session-gateways", options.session_gateways);
    visit("session-clients", options.session_clients);
    visit("answer-timeout-ms", options.answer_timeout_ms);
    visit("rate-per-second", options.rate_per_second);
    visit("queue-bytes", options.queue_bytes);
    visit("private-history", options.private_history);
}

std::string text_of_faults(const SeedOptions& options) {
    std::string out;
    for (std::size_t i = 0; i < fault_class_count; ++i)
        if (options.faults[i])
            out += fmt::format("{}{}", out.empty() ? "" : ",", name_of(static_cast<FaultClass>(i)));
    return out;
}

std::string text_of_crash_points(const SeedOptions& options) {
    std::string out;
    for (const CrashPoint& point : options.crash_points)
        out += fmt::format("{}{}:{}:{}", out.empty() ? "" : ",", point.operation,
                           point.death == Death::power ? "power" : "process",
                           moments[static_cast<std::size_t>(point.moment)]);
    return out;
}

/// Calls take(part) for each part between commas; false if one is refused.
template <class Take>
bool each_part(std::string_view list, Take&& take) {
    while (!list.empty()) {
        const std::string_view part = list.substr(0, list.find(','));
        if (!take(part)) return false;
        list.remove_prefix(std::min(list.size(), part.size() + 1));
    }
    return true;
}

bool read_faults(SeedOptions& options, std::string_view list) {
    options.faults = {};
    return each_part(list, [&](std::string_view name) {
        for (std::size_t i = 0; i < fault_class_count; ++i)
            if (name == name_of(static_cast<FaultClass>(i))) return options.faults[i] = true;
        return false;
    });
}

bool read_crash_points(SeedOptions& options, std::string_view list) {
    options.crash_points.clear();
    return each_part(list, [&](std::string_view part) {
        CrashPoint point;
        char death[8];
        char moment[8];
        if (std::sscanf(std::string(part).c_str(), "%" SCNu64 ":%7[a-z]:%7[a-z]", &point.operation,
                        death, moment) != 3)
            return false;
        const auto found = std::ranges::find(moments, std::string_view(moment));
        if (found == moments.end()) return false;
        point.moment = static_cast<Moment>(found - moments.begin());
        point.death = std::string_view(death) == "power" ? Death::power : Death::process;
        options.crash_points.push_back(point);
        return true;
    });
}

bool read_option(SeedOptions& options, std::string_view name, std::string_view value) {
    if (name == "faults") return read_faults(options, value);
    if (name == "crash") return read_crash_points(options, value);
    if (name == "mode") {
        options.mode =
            value == "memory" ? event_store::Durability::memory : event_store::Durability::sync;
        return value == event_store::name_of(options.mode);
    }
    if (name == "without-faults" || name == "without-commands") {
        (name == "without-faults" ? options.fault_numbers : options.commands) = Mask::from(value);
        return true;
    }
    bool known = false;
    each_number(options, [&](std::string_view field, auto& number) {
        if (field != name) return;
        std::uint64_t read = 0;
        const auto [end, wrong] = std::from_chars(value.data(), value.data() + value.size(), read);
        known = wrong == std::errc{} && end == value.data() + value.size();
        number = static_cast<std::decay_t<decltype(number)>>(read);
    });
    return known;
}

}  // namespace

std::string text_of(const SeedOptions& options) {
    std::string out = fmt::format("mode={}", event_store::name_of(options.mode));
    each_number(options, [&](std::string_view name, const auto& number) {
        out += fmt::format(" {}={}", name, static_cast<std::uint64_t>(number));
    });
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out += fmt::format(" {}={}", name, value);
    };
    add("faults", text_of_faults(options));
    add("crash", text_of_crash_points(options));
    add("without-faults", options.fault_numbers.text());
    add("without-commands", options.commands.text());
    return out;
}

base::Result<SeedOptions> options_from(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    SeedOptions out;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        std::string_view rest = line.substr(0, line.find('#'));
        while (true) {
            rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(blank)));
            if (rest.empty()) break;
            const std::string_view word = rest.substr(0, rest.find_first_of(blank));
            rest.remove_prefix(word.size());
            const std::size_t sign = word.find('=');
            if (sign == std::string_view::npos ||
                !read_option(out, word.substr(0, sign), word.substr(sign + 1)))
                return base::error(fmt::format(
                    "\"{}\" is no option of a simulated life; `--each` prints them all", word));
        }
    }
    return out;
}

}  // namespace bw::simulation
