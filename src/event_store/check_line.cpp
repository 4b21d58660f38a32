#include "event_store/check_line.hpp"

#include <ctime>

#include <fmt/format.h>

#include "base/crc32c.hpp"

namespace bw::event_store {

std::string with_check_line(std::string body) {
    const std::uint32_t crc = base::crc32c(0, bytes_of(body));
    return std::move(body) + fmt::format("check {:08x}\n", crc);
}

bool check_line_fits(const std::string& text) {
    const std::size_t check = text.rfind("check ");
    return check != std::string::npos && with_check_line(text.substr(0, check)) == text;
}

std::string utc_text(std::uint64_t nanoseconds) {
    const auto seconds = static_cast<std::time_t>(nanoseconds / 1'000'000'000u);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

}  // namespace bw::event_store
