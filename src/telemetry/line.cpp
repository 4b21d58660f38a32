#include "telemetry/line.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

namespace bw::telemetry {
namespace {

/// Of an escaped text; the other members together are far below line_bytes_max less this.
constexpr std::size_t escaped_bytes_max = 3'000;
constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// How many bytes the UTF-8 character at the begin of `text` has; 0: it is none.
std::size_t character_at(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    // No longer form of a shorter one, no surrogate, nothing above U+10FFFF.
    const unsigned second = byte(1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
        return 0;
    return size;
}

void append_character(std::string& out, std::string_view character) {
    const char c = character.front();
    if (c == '"' || c == '\\')
        (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    else
        out += character;
}

/// As a JSON string without its quotes. What is not UTF-8 is replaced.
void append_escaped(std::string& out, std::string_view text) {
    const std::size_t end = out.size() + escaped_bytes_max;
    while (!text.empty() && out.size() < end) {
        const std::size_t size = character_at(text);
        append_character(out, size == 0 ? replacement : text.substr(0, size));
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
}

/// Writes members after the first ones: each begins with a comma.
class Members {
 public:
    explicit Members(std::string& out) : out_(out) {}

    void text(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        fmt::format_to(std::back_inserter(out_), ",\"{}\":\"", name);
        append_escaped(out_, value);
        out_ += '"';
    }
    void count(std::string_view name, std::uint64_t value) {
        if (value != 0) fmt::format_to(std::back_inserter(out_), ",\"{}\":{}", name, value);
    }
    /// As text, as in every answer: a number above 2^53 is not exact in JavaScript.
    void id(std::string_view name, std::uint64_t value) {
        if (value != 0) fmt::format_to(std::back_inserter(out_), ",\"{}\":\"{}\"", name, value);
    }
    void hex(std::string_view name, std::span<const std::uint8_t> bytes) {
        fmt::format_to(std::back_inserter(out_), ",\"{}\":\"{:02x}\"", name, fmt::join(bytes, ""));
    }

 private:
    std::string& out_;
};

}  // namespace

Line line_of(Event event, const Facts& facts, std::uint64_t time_ns) {
    Line line;
    line.time_ns = time_ns;
    line.event = event;
    line.facts = facts;
    line.facts.message = {};
    line.message_bytes =
        static_cast<std::uint16_t>(facts.message.copy(line.text.data(), line.text.size()));
    return line;
}

void append_json(std::string& out, const Line& line, std::string_view process) {
    constexpr std::uint64_t second_ns = 1'000'000'000;
    const EventRow& row = row_of(line.event);
    const Facts& facts = line.facts;
    fmt::format_to(std::back_inserter(out),
                   "{{\"time\":\"{:%Y-%m-%dT%H:%M:%S}.{:09}Z\",\"level\":\"{}\",\"component\":\"{}"
                   "\",\"process\":\"{}\",\"event\":\"{}\"",
                   fmt::gmtime(static_cast<std::time_t>(line.time_ns / second_ns)),
                   line.time_ns % second_ns, name_of(row.level), row.component, process, row.name);
    Members members(out);
    members.text("message", line.message());
    members.text("reason", facts.reason);
    members.text("method", facts.method);
    members.text("route", facts.route);
    members.count("status", facts.status);
    members.count("duration_us", facts.duration_us);
    members.count("count", facts.count);
    members.id("request_id", facts.request_id);
    members.id("account", facts.account);
    members.count("operator", facts.operator_id);
    members.text("key_id", facts.key_id.view());
    members.count("sequence", facts.sequence);
    if (facts.address) members.text("address", facts.address->text());
    if (facts.trace) {
        members.hex("trace_id", facts.trace->trace_id);
        members.hex("span_id", facts.trace->span_id);
    }
    out += "}\n";
}

}  // namespace bw::telemetry
