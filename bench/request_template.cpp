#include "bench/request_template.hpp"

#include <fmt/format.h>

#include "base/assert.hpp"
#include "bench/measure.hpp"

namespace bw::bench {
namespace {

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void write_hex(const unsigned char* bytes, std::size_t size, char* target) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < size; ++i) {
        target[2 * i] = digits[bytes[i] >> 4];
        target[2 * i + 1] = digits[bytes[i] & 15];
    }
}

void write_number(std::uint64_t value, char* target, std::size_t digits) {
    for (std::size_t i = digits; i > 0; --i, value /= 10)
        target[i - 1] = static_cast<char>('0' + value % 10);
    BW_ASSERT(value == 0);
}

std::string body_hash(std::string_view body) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), raw(body), body.size());
    std::string hex(2 * hash.size(), '0');
    write_hex(hash.data(), hash.size(), hex.data());
    return hex;
}

}  // namespace

std::string unsigned_request(std::string_view target) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
}

std::uint64_t RequestTemplate::fresh_nonce() { return realtime_us(); }

RequestTemplate::RequestTemplate(const ApiKey& key, const RequestText& request)
    : text_(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nBW-KEY: {}\r\nBW-TIMESTAMP: ",
                        request.method, request.path, key.id)) {
    const auto add_header = [this](std::size_t digits, std::string_view next) {
        const std::size_t at = text_.size();
        text_.append(digits, '0');
        text_ += next;
        return at;
    };
    timestamp_at_ = add_header(timestamp_digits, "\r\nBW-NONCE: ");
    nonce_at_ = add_header(nonce_digits, "\r\nBW-SIGNATURE: ");
    signature_at_ = add_header(signature_digits, "\r\n");
    if (!request.body.empty())
        text_ += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n",
                             request.body.size());
    text_ += "\r\n";
    text_ += request.body;

    std::array<unsigned char, crypto_auth_hmacsha256_KEYBYTES> secret{};
    std::size_t size = 0;
    const int bad = sodium_hex2bin(secret.data(), secret.size(), key.secret.data(),
                                   key.secret.size(), nullptr, &size, nullptr);
    BW_ASSERT(bad == 0 && size == secret.size());
    crypto_auth_hmacsha256_init(&prefix_, secret.data(), secret.size());
    const std::string prefix = fmt::format("v1\n{}\n{}\n\n{}\n{}\n", request.method, request.path,
                                           body_hash(request.body), key.id);
    crypto_auth_hmacsha256_update(&prefix_, raw(prefix), prefix.size());
}

std::string_view RequestTemplate::sign(std::uint64_t timestamp_ms, std::uint64_t nonce) {
    std::array<char, timestamp_digits + 1 + nonce_digits> rest;
    char* const nonce_text = rest.data() + timestamp_digits + 1;
    write_number(timestamp_ms, rest.data(), timestamp_digits);
    rest[timestamp_digits] = '\n';
    write_number(nonce, nonce_text, nonce_digits);
    crypto_auth_hmacsha256_state state = prefix_;
    crypto_auth_hmacsha256_update(&state, raw({rest.data(), rest.size()}), rest.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac;
    crypto_auth_hmacsha256_final(&state, mac.data());

    text_.replace(timestamp_at_, timestamp_digits, rest.data(), timestamp_digits);
    text_.replace(nonce_at_, nonce_digits, nonce_text, nonce_digits);
    write_hex(mac.data(), mac.size(), text_.data() + signature_at_);
    return text_;
}

}  // namespace bw::bench
