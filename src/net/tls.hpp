// TLS 1.3 (RFC 8446) by OpenSSL. TlsContext holds the certificate and key of a server and hands out
// sessions; TlsSession encrypts one connection.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/stream.hpp"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace bw::net {

/// Files in PEM form.
struct TlsFiles {
    std::string certificate;  ///< the server's, then those of its issuers
    std::string key;          ///< not encrypted; mode 0600 or less
};

class TlsSession {
 public:
    explicit TlsSession(SSL* owned) : ssl_(owned) {}
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    [[nodiscard]] Stream::State shake_hands();
    [[nodiscard]] Stream::Result read(std::span<char> into);
    /// Copies the pieces into records of up to 16 KiB.
    [[nodiscard]] Stream::Result write(std::span<const std::string_view> pieces);
    [[nodiscard]] bool has_unsent() const { return record_sent_ < record_.size(); }
    /// Sends close_notify, once.
    void say_goodbye();

 private:
    [[nodiscard]] Stream::State state_of(int returned);

    SSL* ssl_;
    std::string record_;  // what is being sent; kept until OpenSSL has taken it
    std::size_t record_sent_ = 0;
};

class TlsContext {
 public:
    /// Error: a file is missing, unreadable, not PEM, open to others, or the key does not belong to
    /// the certificate.
    [[nodiscard]] static base::Result<std::shared_ptr<const TlsContext>> open(
        const TlsFiles& files);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// nullptr: OpenSSL has no memory. `fd` stays with the caller.
    [[nodiscard]] std::unique_ptr<TlsSession> session(int fd) const;
    /// Last moment at which the certificate is valid, in seconds since the Unix epoch.
    [[nodiscard]] std::int64_t expires_s() const { return expires_s_; }

 private:
    explicit TlsContext(SSL_CTX* owned) : context_(owned) {}

    SSL_CTX* context_;
    std::int64_t expires_s_ = 0;
};

}  // namespace bw::net
