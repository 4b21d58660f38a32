#include "gateway/rest/query.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/decimal.hpp"
#include "gateway/common/client_id.hpp"
#include "gateway/common/echo.hpp"
#include "gateway/rest/time_text.hpp"

namespace bw::gateway::rest {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus_is_space) c = ' ';
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
        out += c;
    }
    if (!simdjson::validate_utf8(out)) return std::nullopt;
    return out;
}

Query::Query(std::string_view raw, std::span<const std::string_view> known) {
    while (!raw.empty() && !problem_) {
        const std::string_view part = raw.substr(0, raw.find('&'));
        raw.remove_prefix(std::min(raw.size(), part.size() + 1));
        if (!part.empty()) add(part, known);
    }
}

void Query::add(std::string_view part, std::span<const std::string_view> known) {
    const std::size_t equals = part.find('=');
    const auto name = percent_decode(part.substr(0, equals), true);
    const auto value = percent_decode(
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (!name || !value)
        return refuse({}, "The query string has a malformed escape or is not UTF-8.");
    if (std::ranges::find(known, *name) == known.end())
        return refuse(*name, "This path has no such parameter.");
    if (find(*name)) return refuse(*name, "The parameter is given twice.");
    parameters_.push_back({*name, *value});
}

void Query::refuse(std::string_view name, std::string detail) {
    if (!problem_)
        problem_ = rest::problem(ApiCode::bad_parameter, std::move(detail), common::echo_of(name));
}

const std::string* Query::find(std::string_view name) const {
    const auto found = std::ranges::find(parameters_, name, &Parameter::name);
    return found == parameters_.end() ? nullptr : &found->value;
}

std::string Query::required(std::string_view name) {
    if (const std::string* value = find(name)) return *value;
    refuse(name, fmt::format("The parameter {} is required.", name));
    return {};
}

std::size_t Query::limit(std::string_view name, std::size_t fallback, std::size_t max) {
    const std::string* text = find(name);
    if (!text) return fallback;
    const auto value = base::parse_unsigned(*text);
    if (value && *value >= 1 && *value <= max) return *value;
    refuse(name, fmt::format("{} must be a whole number from 1 to {}.", name, max));
    return fallback;
}

std::uint64_t Query::id(std::string_view name) {
    const std::string* text = find(name);
    if (!text) return 0;
    const auto value = base::parse_unsigned(*text);
    if (value && *value > 0) return *value;
    refuse(name, fmt::format("{} must be an id: a whole number above 0.", name));
    return 0;
}

PageCursor Query::cursor() {
    const std::string* text = find("cursor");
    if (!text) return {};
    const std::string_view whole = *text;
    const std::size_t dash = whole.find('-');
    const auto at = base::parse_unsigned(whole.substr(0, dash));
    const bool of_one = dash != std::string_view::npos;
    const std::uint64_t instrument =
        of_one ? base::parse_unsigned(whole.substr(dash + 1)).value_or(0) : 0;
    if (at && *at > 0 && (instrument > 0) == of_one)
        return {*at, model::InstrumentId{static_cast<std::uint32_t>(
                         std::min<std::uint64_t>(instrument, UINT32_MAX))}};
    refuse("cursor", "cursor must be the nextCursor of the page before.");
    return {};
}

void Query::expect_pages_of(model::InstrumentId instrument, const PageCursor& cursor) {
    if (problem_ || cursor.at == 0 || cursor.instrument == instrument) return;
    problem_ = rest::problem(ApiCode::stale_cursor,
                             "The cursor belongs to another symbol, or the symbol means another "
                             "instrument than when it was given. Begin again without a cursor.",
                             "cursor");
}

std::optional<model::ClientOrderId> Query::client_id(std::string_view name) {
    const std::string* text = find(name);
    if (!text) return std::nullopt;
    if (common::is_client_id(*text)) return model::ClientOrderId::from(*text);
    refuse(name, fmt::format("{} must be 1 to 36 of A-Z a-z 0-9 _ . -", name));
    return std::nullopt;
}

std::uint64_t Query::time(std::string_view name, std::uint64_t fallback) {
    const std::string* text = find(name);
    if (!text) return fallback;
    const auto value = parse_time(*text);
    if (value) return *value;
    refuse(name,
           fmt::format("{} must be a time such as 2026-01-02T03:04:05Z, or milliseconds since "
                       "the Unix epoch, from 1970 to the end of 2499.",
                       name));
    return fallback;
}

}  // namespace bw::gateway::rest
