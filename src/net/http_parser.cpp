#include "net/http_parser.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

namespace bw::net {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Error = boost::system::error_code;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// RFC 9112, 5.2: a line that continues the one before is obsolete, and receivers differ about it.
bool has_folded_line(std::string_view header) {
    for (std::size_t at = header.find('\n'); at + 1 < header.size(); at = header.find('\n', at + 1))
        if (header[at + 1] == ' ' || header[at + 1] == '\t') return true;
    return false;
}

/// Name or address with an optional port (RFC 9110, 7.2).
bool is_host(std::string_view text) {
    static constexpr std::string_view also = ".-_~:[]%";
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               also.contains(c);
    });
}

/// The path and query of an absolute-form target (RFC 9112, 3.2.2); any other target as it is.
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        target.remove_prefix(scheme.size());
        const std::size_t end = target.find_first_of("/?");
        return end == std::string_view::npos ? "/" : target.substr(end);
    }
    return target;
}

}  // namespace

struct HttpParser::Beast {
    std::optional<http::request_parser<http::string_body>> parser;
};

HttpParser::HttpParser(const HttpLimits& limits)
    : limits_(limits), beast_(std::make_unique<Beast>()) {
    restart();
}
HttpParser::~HttpParser() = default;
HttpParser::HttpParser(HttpParser&&) noexcept = default;
HttpParser& HttpParser::operator=(HttpParser&&) noexcept = default;

void HttpParser::restart() {
    beast_->parser.emplace();
    beast_->parser->header_limit(limits_.header_bytes_max);
    beast_->parser->body_limit(limits_.body_bytes_max);
    request_.headers.clear();
    continues_ = false;
}

HttpParser::Status HttpParser::put(std::string_view bytes, std::size_t& used) {
    used = 0;
    auto& parser = *beast_->parser;
    while (used < bytes.size() && !parser.is_done()) {
        const bool had_header = parser.is_header_done();
        const std::string_view rest = bytes.substr(used);
        Error error;
        const std::size_t taken = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
        used += taken;
        if (error == http::error::need_more) return Status::needs_more;
        if (error == http::error::header_limit)
            return fail(HttpFault::header_too_large, "The header is too large.");
        if (error == http::error::body_limit)
            return fail(HttpFault::body_too_large, body_limit_text());
        if (error)
            return fail(
                HttpFault::malformed,
                fmt::format("This is not a well-formed HTTP request: {}.", error.message()));
        if (!had_header && parser.is_header_done())
            if (header_done(rest.substr(0, taken)) == Status::failed) return Status::failed;
        if (taken == 0) break;
    }
    return parser.is_done() ? done() : Status::needs_more;
}

HttpParser::Status HttpParser::header_done(std::string_view header) {
    const auto& message = beast_->parser->get();
    const auto malformed = [this](const char* detail) {
        return fail(HttpFault::malformed, detail);
    };
    if (has_folded_line(header)) return malformed("Header lines may not be folded.");
    const auto encodings = message.equal_range(http::field::transfer_encoding);
    const auto count = std::distance(encodings.first, encodings.second);
    if (count > 1 || (count == 1 && !beast::iequals(encodings.first->value(), "chunked")))
        return malformed("The only Transfer-Encoding is chunked.");
    if (count == 1 && (message.count(http::field::content_length) > 0 || message.version() < 11))
        return malformed("Transfer-Encoding does not go with Content-Length or HTTP/1.0.");
    const auto hosts = message.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && message.version() >= 11))
        return malformed("Exactly one Host header is needed.");
    if (!is_host(view(message[http::field::host])))
        return malformed("The Host header is malformed.");
    if (!without_authority(view(message.target())).starts_with('/'))
        return malformed("The target must be a path.");
    if (const auto length = beast_->parser->content_length();
        length && *length > limits_.body_bytes_max)
        return fail(HttpFault::body_too_large, body_limit_text());
    continues_ = message.version() >= 11 && !beast_->parser->is_done() &&
                 beast::iequals(message[http::field::expect], "100-continue");
    return Status::needs_more;
}

HttpParser::Status HttpParser::done() {
    const auto& message = beast_->parser->get();
    const std::string_view target = without_authority(view(message.target()));
    const std::size_t mark = target.find('?');
    request_.method = view(message.method_string());
    request_.path = target.substr(0, mark);
    request_.query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
    request_.body = message.body();
    for (const auto& field : message)
        request_.headers.emplace_back(view(field.name_string()), view(field.value()));
    return Status::complete;
}

bool HttpParser::in_body() const {
    return beast_->parser->is_header_done() && !beast_->parser->is_done();
}

bool HttpParser::takes_continue() { return std::exchange(continues_, false); }

bool HttpParser::keep_alive() const { return beast_->parser->get().keep_alive(); }

HttpParser::Status HttpParser::fail(HttpFault fault, std::string detail) {
    fault_ = fault;
    detail_ = std::move(detail);
    return Status::failed;
}

std::string HttpParser::body_limit_text() const {
    return fmt::format("The body may have {} bytes at most.", limits_.body_bytes_max);
}

std::string_view reason_of(std::uint16_t status) {
    return view(http::obsolete_reason(static_cast<http::status>(status)));
}

}  // namespace bw::net
