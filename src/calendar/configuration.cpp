#include "calendar/configuration.hpp"

#include <algorithm>

#include "base/decimal.hpp"
#include "checked_toml/reader.hpp"

namespace bw::calendar {
namespace {

constexpr std::array<std::string_view, 7> weekday_names{
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
constexpr std::uint32_t day_s = 86'400;

/// What a calendar needs beyond plain TOML values.
class Loader : public checked_toml::Reader {
 public:
    using Reader::Reader;

    /// A time of day, in seconds; if absent, `out` keeps its value.
    void time(const toml::table& table, std::string_view name, std::int32_t& out) {
        const toml::node* node = table.get(name);
        if (node == nullptr) return;
        const auto* value = node->as_time();
        if (value == nullptr || value->get().nanosecond != 0)
            return fail(*node, fmt::format("{} is not a time of day like 09:30:00", name));
        const toml::time& t = value->get();
        out = t.hour * 3600 + t.minute * 60 + t.second;
    }

    std::optional<Date> date(const toml::node& node) {
        const auto* value = node.as_date();
        if (value == nullptr) {
            fail(node, "not a date like 2026-12-25");
            return std::nullopt;
        }
        const toml::date& d = value->get();
        return Date{std::chrono::year{d.year} / d.month / d.day};
    }
};

struct NamedTime {
    std::string_view name;
    std::int32_t PhaseTimes::* member;
    std::string_view window_name = {};
    std::int32_t PhaseTimes::* window = nullptr;
};

/// In the order of the day.
constexpr std::array<NamedTime, 7> named_times{{
    {"pre_open", &PhaseTimes::pre_open},
    {"opening_auction", &PhaseTimes::opening_auction},
    {"trading", &PhaseTimes::trading, "trading_window", &PhaseTimes::trading_window},
    {"closing_auction", &PhaseTimes::closing_auction},
    {"post_close", &PhaseTimes::post_close, "post_close_window", &PhaseTimes::post_close_window},
    {"closed", &PhaseTimes::closed},
    {"end_of_day", &PhaseTimes::end_of_day},
}};

void check_order(Loader& loader, const toml::table& table, const PhaseTimes& times) {
    for (std::size_t i = 1; i < named_times.size(); ++i) {
        const NamedTime& before = named_times[i - 1];
        const NamedTime& after = named_times[i];
        const std::int32_t window = before.window == nullptr ? 0 : times.*before.window;
        const bool may_be_equal = after.member == &PhaseTimes::end_of_day;
        const std::int32_t earliest = times.*before.member + window + (may_be_equal ? 0 : 1);
        if (times.*after.member >= earliest) continue;
        const toml::node* node = table.get(after.name);
        if (node == nullptr) node = table.get(before.name);
        loader.fail(node == nullptr ? table : *node,
                    fmt::format("{} is not after {}{}", after.name, before.name,
                                window == 0 ? "" : " and its window"));
    }
}

/// `out` holds the defaults of absent times.
void read_times(Loader& loader, const toml::table& table, bool all, PhaseTimes& out) {
    loader.allow(table,
                 {"pre_open", "opening_auction", "trading", "trading_window", "closing_auction",
                  "post_close", "post_close_window", "closed", "end_of_day"});
    for (const NamedTime& time : named_times) {
        if (all) loader.require(table, time.name);
        loader.time(table, time.name, out.*time.member);
        if (time.window == nullptr) continue;
        std::uint32_t window = static_cast<std::uint32_t>(out.*time.window);
        loader.number(table, time.window_name, 0, 3600, window);
        out.*time.window = static_cast<std::int32_t>(window);
    }
    check_order(loader, table, out);
}

void read_weekdays(Loader& loader, const toml::table& root, CalendarRules& rules) {
    const toml::node* node = loader.require(root, "weekdays");
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty())
        return loader.fail(*node, "weekdays is not a list of at least one day");
    for (const toml::node& item : *list) {
        const auto name = item.value<std::string_view>().value_or("");
        const auto found = std::ranges::find(weekday_names, name);
        if (found == weekday_names.end())
            return loader.fail(item, "not a weekday: monday to sunday, in quotes");
        rules.weekdays[static_cast<std::size_t>(found - weekday_names.begin())] = true;
    }
}

/// Entries { date = …, name = "…" }, each date once, and on a trading weekday.
void read_dates(Loader& loader, const toml::table& root, std::string_view key,
                const CalendarRules& rules, std::map<Date, std::string>& out) {
    const toml::node* node = root.get(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr) return loader.fail(*node, fmt::format("{} is not a list", key));
    for (const toml::node& item : *list) {
        const toml::table* entry = item.as_table();
        if (entry == nullptr)
            return loader.fail(item, "not of the form { date = 2026-12-25, name = \"Christmas\" }");
        loader.allow(*entry, {"date", "name"});
        const std::string name = loader.text(*entry, "name");
        const toml::node* day = loader.require(*entry, "date");
        const auto date = day == nullptr ? std::nullopt : loader.date(*day);
        if (!date) return;
        if (!rules.weekdays[std::chrono::weekday{*date}.c_encoding()])
            return loader.fail(*day, fmt::format("{} is no trading day anyway", number_of(*date)));
        if (rules.holidays.contains(*date) || !out.emplace(*date, name).second)
            return loader.fail(*day, fmt::format("{} is listed twice", number_of(*date)));
    }
}

void read_auctions(Loader& loader, const toml::table& root, Automatics& out) {
    const toml::table* table = loader.table(root, "auctions", false);
    if (table == nullptr) return;
    loader.allow(*table, {"indicative_interval", "length", "window", "after_outage"});
    loader.number(*table, "indicative_interval", 1, day_s, out.indicative_interval_s);
    loader.number(*table, "length", 1, day_s, out.auction_s);
    loader.number(*table, "window", 0, 3600, out.auction_window_s);
    loader.number(*table, "after_outage", 0, day_s, out.outage_s);
}

void read_halts(Loader& loader, const toml::table& root, Automatics& out) {
    const toml::table* table = loader.table(root, "halts", false);
    if (table == nullptr) return;
    loader.allow(*table, {"limit_state", "limit_pause", "market_wide_pause"});
    loader.number(*table, "limit_state", 1, day_s, out.limit_state_s);
    loader.number(*table, "limit_pause", 1, day_s, out.limit_pause_s);
    loader.number(*table, "market_wide_pause", 1, day_s, out.market_wide_pause_s);
}

std::optional<BandTier> read_tier(Loader& loader, const toml::node& item) {
    const toml::table* entry = item.as_table();
    if (entry == nullptr) {
        loader.fail(item, "not of the form { from = \"3.00\", ppm = 50000 }");
        return std::nullopt;
    }
    loader.allow(*entry, {"from", "ppm"});
    const auto from = base::parse_decimal(loader.text(*entry, "from"));
    if (!from || *from < 0 || *from > model::max_price.value()) {
        loader.fail(item, "from is not a price in quotes, like \"3.00\"");
        return std::nullopt;
    }
    std::uint32_t width = 0;
    loader.require(*entry, "ppm");
    loader.number(*entry, "ppm", 1, model::ppm_unit - 1, width);
    return BandTier{model::Price{*from}, model::Ppm{width}};
}

void read_limit_bands(Loader& loader, const toml::table& root, Automatics& out) {
    const toml::table* table = loader.table(root, "limit_bands", false);
    if (table == nullptr) return;
    loader.allow(*table, {"window", "interval", "threshold_ppm", "tiers"});
    LimitBandRules rules;
    std::uint32_t threshold = rules.threshold.value();
    loader.number(*table, "window", 1, limit_band_window_s_max, rules.window_s);
    loader.number(*table, "interval", 1, day_s, rules.interval_s);
    loader.number(*table, "threshold_ppm", 1, model::ppm_unit, threshold);
    rules.threshold = model::Ppm{threshold};
    const toml::node* node = loader.require(*table, "tiers");
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty())
        return loader.fail(*node, "tiers is not a list of at least one tier");
    for (const toml::node& item : *list) {
        const auto tier = read_tier(loader, item);
        if (!tier) return;
        const bool first = rules.tiers.empty();
        if (first ? tier->from != model::Price{0} : tier->from <= rules.tiers.back().from)
            return loader.fail(item,
                               "the first tier is from \"0\", each other from a higher price");
        rules.tiers.push_back(*tier);
    }
    out.limit_bands = std::move(rules);
}

void read_all(Loader& loader, const toml::table& root, Configuration& out) {
    loader.allow(root, {"name", "time_zone", "weekdays", "holidays", "half_days", "phases",
                        "half_day_phases", "auctions", "halts", "limit_bands"});
    out.name = loader.text(root, "name");
    out.time_zone = loader.text(root, "time_zone");
    if (const toml::node* zone = root.get("time_zone")) out.time_zone_line = Loader::line_of(*zone);
    read_weekdays(loader, root, out.rules);
    if (!loader.error().empty()) return;
    read_dates(loader, root, "holidays", out.rules, out.rules.holidays);
    read_dates(loader, root, "half_days", out.rules, out.rules.half_days);
    if (const toml::table* phases = loader.table(root, "phases", true))
        read_times(loader, *phases, true, out.rules.full_day);
    out.rules.half_day = out.rules.full_day;
    if (const toml::table* phases = loader.table(root, "half_day_phases", false))
        read_times(loader, *phases, false, out.rules.half_day);
    else if (!out.rules.half_days.empty())
        loader.fail(root, "half_day_phases is missing");
    read_auctions(loader, root, out.automatics);
    read_halts(loader, root, out.automatics);
    read_limit_bands(loader, root, out.automatics);
}

}  // namespace

base::Result<Configuration> parse_configuration(std::string_view text, const std::string& path) {
    const auto root = checked_toml::parse(text, path);
    if (!root) return std::unexpected(root.error());
    Loader loader(path);
    Configuration out;
    read_all(loader, *root, out);
    if (!loader.error().empty()) return base::error(loader.error());
    return out;
}

}  // namespace bw::calendar
