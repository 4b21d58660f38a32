#include "net/http_message.hpp"

#include <algorithm>
#include <charconv>

namespace bw::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
    std::string_view found;
    bool seen = false;
    for (const auto& [each, value] : headers) {
        if (!equal_ignoring_case(each, name)) continue;
        if (seen) return {};
        seen = true;
        found = value;
    }
    return found;
}

std::uint16_t status_of(HttpFault fault) {
    switch (fault) {
        case HttpFault::malformed: return 400;
        case HttpFault::header_too_large: return 431;
        case HttpFault::body_too_large: return 413;
        case HttpFault::too_slow: return 408;
        case HttpFault::wrong_version: return 426;
        case HttpFault::too_many_connections: return 503;
    }
    return 400;
}

std::string rendered(const HttpResponse& response, AfterAnswer after, bool head_only) {
    std::string out;
    out.reserve(256 + (head_only ? 0 : response.body.size()));
    out += "HTTP/1.1 ";
    append_number(out, response.status);
    out += ' ';
    out += reason_of(response.status);
    out += "\r\nContent-Type: ";
    out += response.content_type;
    out += "\r\nContent-Length: ";
    append_number(out, response.body.size());
    out += "\r\nX-Content-Type-Options: nosniff\r\n";
    for (const auto& [name, value] : response.headers) {
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    out += after == AfterAnswer::keep_open ? "Connection: keep-alive\r\n\r\n"
                                           : "Connection: close\r\n\r\n";
    if (!head_only) out += response.body;
    return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (equal_ignoring_case(trimmed(list.substr(0, comma)), token)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

}  // namespace bw::net
