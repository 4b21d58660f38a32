// HttpParser: reads HTTP/1.x requests from bytes, one after the other. Beast parses; this adds what
// Beast accepts and receivers could take differently (RFC 9112): more than one length, folded
// lines, a malformed Host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/http_message.hpp"

namespace bw::net {

struct HttpLimits {
    std::uint32_t header_bytes_max = 16 * 1024;
    std::uint64_t body_bytes_max = 64 * 1024;
};

class HttpParser {
 public:
    enum class Status : std::uint8_t { needs_more, complete, failed };

    explicit HttpParser(const HttpLimits& limits);
    ~HttpParser();
    HttpParser(HttpParser&&) noexcept;
    HttpParser& operator=(HttpParser&&) noexcept;

    /// Takes bytes of one request; `used` of them are taken. The rest belongs to the next call,
    /// with more bytes behind it, or to the next request. After `complete` and `failed`: restart()
    /// first.
    [[nodiscard]] Status put(std::string_view bytes, std::size_t& used);
    void restart();

    /// The header is complete, the body is not.
    [[nodiscard]] bool in_body() const;
    /// The client waits for "100 Continue" before it sends the body. True once.
    [[nodiscard]] bool takes_continue();

    /// After `complete`. Views into the parser and into the bytes of the last put(), valid until
    /// restart().
    [[nodiscard]] const HttpRequest& request() const { return request_; }
    [[nodiscard]] bool keep_alive() const;

    /// After `failed`; `detail` is one sentence for the client.
    [[nodiscard]] HttpFault fault() const { return fault_; }
    [[nodiscard]] const std::string& detail() const { return detail_; }
    /// The refusal of a body that is too large.
    [[nodiscard]] std::string body_limit_text() const;

 private:
    struct Beast;

    [[nodiscard]] Status fail(HttpFault fault, std::string detail);
    [[nodiscard]] Status header_done(std::string_view header);
    [[nodiscard]] Status done();

    HttpLimits limits_;
    std::unique_ptr<Beast> beast_;
    HttpRequest request_;
    HttpFault fault_ = HttpFault::malformed;
    std::string detail_;
    bool continues_ = false;
};

}  // namespace bw::net
