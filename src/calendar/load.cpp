#include "calendar/load.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <system_error>
#include <utility>

namespace bw::calendar {
namespace {

base::Result<std::string> read_file(const std::string& path) {
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown))
        return base::error(fmt::format("{} is a folder", path));
    std::ifstream file(path, std::ios::binary);
    if (!file) return base::error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.empty()) return base::error(fmt::format("{} is empty", path));
    return bytes;
}

/// Letters, digits and _ + - in parts divided by /: so no name leads out of the folder.
bool is_zone_name(const std::string& name) {
    bool part_begins = true;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (part_begins && !letter) return false;
        part_begins = c == '/';
        const bool inner = (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '/';
        if (!letter && !inner) return false;
    }
    return !part_begins;
}

}  // namespace

base::Result<TimeZone> load_time_zone(const std::string& name, const std::string& directory) {
    if (!is_zone_name(name))
        return base::error(
            fmt::format("{} is not the name of a time zone, like Europe/Paris", name));
    const auto bytes = read_file(directory + "/" + name);
    if (!bytes)
        return base::error(
            fmt::format("time zone {}: {} (package tzdata)", name, bytes.error().message));
    return TimeZone::parse(name, std::as_bytes(std::span(*bytes)));
}

base::Result<Venue> load_venue(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return std::unexpected(text.error());
    auto configuration = parse_configuration(*text, path);
    if (!configuration) return std::unexpected(configuration.error());
    auto zone = load_time_zone(configuration->time_zone);
    if (!zone)
        return base::error(
            fmt::format("{}:{}: {}", path, configuration->time_zone_line, zone.error().message));
    return Venue{std::move(configuration->name), std::move(configuration->time_zone),
                 Calendar(std::move(configuration->rules), std::move(*zone)),
                 std::move(configuration->automatics)};
}

}  // namespace bw::calendar
