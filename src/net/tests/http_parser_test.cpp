// Requests read from bytes, whole and in any pieces.
#include "net/http_parser.hpp"

#include <gtest/gtest.h>

#include <random>

#include "support/seed.hpp"

namespace bw::net {
namespace {

struct Parsed {
    std::vector<std::string> requests;  ///< "METHOD path?query [header=value] body"
    std::optional<HttpFault> fault;
    friend bool operator==(const Parsed&, const Parsed&) = default;
};

std::string text_of(const HttpRequest& request) {
    std::string out;
    for (const std::string_view part : {request.method, request.path, request.query, request.body})
        out += std::string(part) + "|";
    return out + std::string(request.header("X-A"));
}

/// Feeds the pieces as a connection does: what is not taken comes again with more behind it.
Parsed parse(const std::vector<std::string>& pieces) {
    HttpParser parser({.header_bytes_max = 512, .body_bytes_max = 32});
    Parsed result;
    std::string input;
    for (const std::string& piece : pieces) {
        input += piece;
        while (!input.empty()) {
            std::size_t used = 0;
            const HttpParser::Status status = parser.put(input, used);
            if (status == HttpParser::Status::failed) {
                result.fault = parser.fault();
                return result;
            }
            input.erase(0, used);
            if (status == HttpParser::Status::needs_more) break;
            result.requests.push_back(text_of(parser.request()));
            parser.restart();
        }
    }
    return result;
}

const std::string two_requests =
    "GET /a/b?c=d HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n\r\n"
    "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";

TEST(HttpParser, reads_requests_one_after_the_other) {
    const Parsed parsed = parse({two_requests});
    EXPECT_EQ(parsed.requests,
              (std::vector<std::string>{"GET|/a/b|c=d||1", "POST|/p||hello|", "POST|/c||abcde|"}));
}

TEST(HttpParser, any_cut_gives_the_same_requests) {
    const Parsed whole = parse({two_requests});
    for (std::size_t cut = 0; cut <= two_requests.size(); ++cut)
        EXPECT_EQ(parse({two_requests.substr(0, cut), two_requests.substr(cut)}), whole) << cut;
    std::mt19937_64 random(test_support::announced_seed());
    for (int round = 0; round < 200; ++round) {
        std::vector<std::string> pieces;
        for (std::size_t at = 0; at < two_requests.size();) {
            const std::size_t size = 1 + random() % 20;
            pieces.push_back(two_requests.substr(at, size));
            at += size;
        }
        ASSERT_EQ(parse(pieces), whole);
    }
}

TEST(HttpParser, an_absolute_target_is_its_path) {
    EXPECT_EQ(parse({"GET http://x:80/a?b HTTP/1.1\r\nHost: x\r\n\r\n"}).requests.front(),
              "GET|/a|b||");
    EXPECT_EQ(parse({"GET HTTPS://x HTTP/1.1\r\nHost: x\r\n\r\n"}).requests.front(), "GET|/|||");
}

TEST(HttpParser, a_header_that_comes_twice_has_no_value) {
    EXPECT_EQ(parse({"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\n\r\n"}).requests.front(),
              "GET|/|||");
}

TEST(HttpParser, refuses_what_receivers_could_take_differently) {
    const auto fault = [](const std::string& headers) {
        return parse({"POST / HTTP/1.1\r\n" + headers + "\r\n"}).fault;
    };
    for (const char* headers :
         {"", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: a@b\r\n", "Host: a/b\r\n",
          "Host: x\r\n folded\r\n", "Host: x\r\nTransfer-Encoding: chunked\r\n\tx\r\n",
          "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n",
          "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n",
          "Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n"})
        EXPECT_EQ(fault(headers), HttpFault::malformed) << headers;
    EXPECT_EQ(parse({"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n"}).fault, HttpFault::malformed);
    EXPECT_EQ(parse({"hello\r\n\r\n"}).fault, HttpFault::malformed);
    EXPECT_EQ(fault("Host: x\r\nContent-Length: 33\r\n"), HttpFault::body_too_large);
    EXPECT_EQ(fault("Host: x\r\nX: " + std::string(600, 'x') + "\r\n"),
              HttpFault::header_too_large);
}

TEST(HttpParser, the_client_is_asked_to_go_on_once_and_only_in_http_1_1) {
    const auto asks = [](const std::string& version) {
        HttpParser parser({});
        std::size_t used = 0;
        EXPECT_EQ(parser.put("POST / HTTP/" + version +
                                 "\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n",
                             used),
                  HttpParser::Status::needs_more);
        return parser.takes_continue() && !parser.takes_continue();
    };
    EXPECT_TRUE(asks("1.1"));
    EXPECT_FALSE(asks("1.0"));
}

}  // namespace
}  // namespace bw::net
