// A signed request is what the exchange's authenticator computes from its parts.
#include "bench/request_template.hpp"

#include <gtest/gtest.h>

#include "access/signature.hpp"

namespace bw::bench {
namespace {

constexpr std::string_view body = R"({"symbol":"BENCH"})";
constexpr std::uint64_t now_ms = 1'767'225'600'123;
const ApiKey key{"0123456789abcdef",
                 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"};

access::Secret secret() {
    access::Secret secret;
    for (std::size_t i = 0; i < secret.size(); ++i)
        secret[i] = static_cast<access::Secret::value_type>(i);
    return secret;
}

std::string header(std::string_view text, const std::string& name) {
    const std::size_t at = text.find(name + ": ") + name.size() + 2;
    return std::string(text.substr(at, text.find("\r\n", at) - at));
}

void expect_signed(std::string_view text, const RequestText& request, std::uint64_t nonce) {
    EXPECT_EQ(header(text, "BW-KEY"), key.id);
    EXPECT_EQ(header(text, "BW-TIMESTAMP"), std::to_string(now_ms));
    EXPECT_EQ(header(text, "BW-NONCE"), std::to_string(nonce));
    const std::string timestamp_text = std::to_string(now_ms);
    const std::string nonce_text = std::to_string(nonce);
    EXPECT_EQ(header(text, "BW-SIGNATURE"), access::sign({.method = request.method,
                                                          .path = request.path,
                                                          .query = "",
                                                          .body = request.body,
                                                          .key_id = key.id,
                                                          .timestamp_ms = timestamp_text,
                                                          .nonce = nonce_text,
                                                          .signature = ""},
                                                         secret()));
    EXPECT_TRUE(text.ends_with(std::string("\r\n\r\n") + std::string(request.body)));
}

TEST(RequestTemplate, signs_as_the_exchange_does_each_time) {
    const RequestText post{"POST", "/v1/order", body};
    RequestTemplate request(key, post);
    for (const std::uint64_t nonce :
         {std::uint64_t{1'000'000'000'000'000}, RequestTemplate::fresh_nonce(),
          std::uint64_t{9'999'999'999'999'999}})
        expect_signed(request.sign(now_ms, nonce), post, nonce);
    EXPECT_EQ(header(request.sign(now_ms, RequestTemplate::fresh_nonce()), "Content-Length"),
              std::to_string(body.size()));
}

TEST(RequestTemplate, has_no_body_headers_without_a_body) {
    const RequestText cancel{"DELETE", "/v1/order/17", ""};
    RequestTemplate request(key, cancel);
    const std::uint64_t nonce = RequestTemplate::fresh_nonce();
    const std::string_view text = request.sign(now_ms, nonce);
    expect_signed(text, cancel, nonce);
    EXPECT_TRUE(text.starts_with("DELETE /v1/order/17 HTTP/1.1\r\n"));
    EXPECT_EQ(text.find("Content-"), std::string_view::npos);
}

}  // namespace
}  // namespace bw::bench
