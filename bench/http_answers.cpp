#include "bench/http_answers.hpp"

#include <algorithm>
#include <charconv>

namespace bw::bench {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::string_view version = "HTTP/1.1 ";

struct Head {
    unsigned status = 0;
    std::optional<std::size_t> length;
    bool closes = false;
};

template <class Number>
bool parse_number(std::string_view text, Number& value) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} && end == text.data() + text.size();
}

/// `name` in lower case.
bool is_named(std::string_view line, std::string_view name) {
    return line.size() > name.size() && line[name.size()] == ':' &&
           std::equal(name.begin(), name.end(), line.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b | 32 : b); });
}

std::string_view value_of(std::string_view line) {
    line.remove_prefix(line.find(':') + 1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

/// `text`: from the status line to the last header line, without the empty line.
std::optional<Head> parse_head(std::string_view text) {
    Head head;
    if (!text.starts_with(version) || text.size() < version.size() + 3 ||
        !parse_number(text.substr(version.size(), 3), head.status))
        return std::nullopt;
    std::size_t at = text.find("\r\n");
    while (at != std::string_view::npos) {
        at += 2;
        const std::size_t next = text.find("\r\n", at);
        const std::string_view line = text.substr(at, next - at);
        if (is_named(line, "content-length")) {
            std::size_t length = 0;
            if (!parse_number(value_of(line), length)) return std::nullopt;
            head.length = length;
        } else if (is_named(line, "connection")) {
            head.closes = value_of(line) == "close";
        }
        at = next;
    }
    return head.length ? std::optional(head) : std::nullopt;
}

}  // namespace

std::optional<HttpAnswer> HttpAnswers::next() {
    const std::string_view text = buffer_.view();
    const std::size_t head_size = text.find(end_of_head);
    if (broken_ || head_size == std::string_view::npos) return std::nullopt;
    const auto head = parse_head(text.substr(0, head_size));
    if (!head) {
        broken_ = true;
        return std::nullopt;
    }
    const std::size_t body_at = head_size + end_of_head.size();
    if (*head->length > text.size() - body_at) return std::nullopt;
    buffer_.take(body_at + *head->length);
    return HttpAnswer{head->status, text.substr(body_at, *head->length), head->closes};
}

}  // namespace bw::bench
