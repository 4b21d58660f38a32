#include "net/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace bw::net {
namespace {

constexpr std::size_t record_bytes_max = 16 * 1024;  // RFC 8446, 5.1

std::string reason_of_openssl() {
    char text[256] = "unknown reason";
    if (const unsigned long code = ::ERR_get_error(); code != 0)
        ::ERR_error_string_n(code, text, sizeof text);
    ::ERR_clear_error();
    return text;
}

/// Only its owner may read the key.
base::Result<void> check_mode(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0)
        return base::error(
            fmt::format("cannot read the TLS key {}: {}", path, std::strerror(errno)));
    if ((status.st_mode & 077) == 0) return {};
    return base::error(fmt::format(
        "the TLS key {} may be read by others (mode {:04o}); make it private: chmod 600 {}", path,
        status.st_mode & 07777, path));
}

std::int64_t expiry_of(SSL_CTX* context) {
    const X509* certificate = ::SSL_CTX_get0_certificate(context);
    std::tm utc{};
    if (certificate == nullptr || ::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate), &utc) != 1)
        return 0;
    return ::timegm(&utc);
}

}  // namespace

base::Result<std::shared_ptr<const TlsContext>> TlsContext::open(const TlsFiles& files) {
    if (auto checked = check_mode(files.key); !checked) return std::unexpected(checked.error());
    std::shared_ptr<TlsContext> context(new TlsContext(::SSL_CTX_new(::TLS_server_method())));
    SSL_CTX* raw = context->context_;
    if (raw == nullptr) return base::error("cannot start TLS: " + reason_of_openssl());
    ::SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
    ::SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // A record may be written again from another place of memory; read-ahead saves a system call
    // per record. Idle sessions give their buffers back.
    ::SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    ::SSL_CTX_set_num_tickets(raw, 1);
    if (::SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1)
        return base::error(fmt::format("cannot use the TLS certificate {}: {}", files.certificate,
                                       reason_of_openssl()));
    if (::SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        ::SSL_CTX_check_private_key(raw) != 1)
        return base::error(fmt::format("cannot use the TLS key {} with the certificate {}: {}",
                                       files.key, files.certificate, reason_of_openssl()));
    context->expires_s_ = expiry_of(raw);
    return std::shared_ptr<const TlsContext>(std::move(context));
}

TlsContext::~TlsContext() { ::SSL_CTX_free(context_); }

std::unique_ptr<TlsSession> TlsContext::session(int fd) const {
    SSL* ssl = ::SSL_new(context_);
    if (ssl == nullptr) return nullptr;
    auto session = std::make_unique<TlsSession>(ssl);
    if (::SSL_set_fd(ssl, fd) != 1) return nullptr;
    ::SSL_set_accept_state(ssl);
    return session;
}

TlsSession::~TlsSession() { ::SSL_free(ssl_); }

Stream::State TlsSession::state_of(int returned) {
    switch (::SSL_get_error(ssl_, returned)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE: return Stream::State::blocked;
        case SSL_ERROR_ZERO_RETURN: return Stream::State::finished;
        default: ::ERR_clear_error(); return Stream::State::failed;
    }
}

Stream::State TlsSession::shake_hands() {
    ::ERR_clear_error();
    const int returned = ::SSL_do_handshake(ssl_);
    return returned == 1 ? Stream::State::open : state_of(returned);
}

Stream::Result TlsSession::read(std::span<char> into) {
    ::ERR_clear_error();
    std::size_t got = 0;
    const int returned = ::SSL_read_ex(ssl_, into.data(), into.size(), &got);
    return returned == 1 ? Stream::Result{got, Stream::State::open}
                         : Stream::Result{0, state_of(returned)};
}

Stream::Result TlsSession::write(std::span<const std::string_view> pieces) {
    Stream::Result result;
    ::ERR_clear_error();
    if (record_sent_ == record_.size()) {
        record_.clear();
        record_sent_ = 0;
        for (const std::string_view piece : pieces) {
            record_ += piece.substr(0, record_bytes_max - record_.size());
            if (record_.size() == record_bytes_max) break;
        }
        result.bytes = record_.size();  // ours from here on
    }
    while (record_sent_ < record_.size()) {
        std::size_t sent = 0;
        const int returned = ::SSL_write_ex(ssl_, record_.data() + record_sent_,
                                            record_.size() - record_sent_, &sent);
        if (returned != 1) {
            result.state = state_of(returned);
            return result;
        }
        record_sent_ += sent;
    }
    return result;
}

void TlsSession::say_goodbye() {
    ::ERR_clear_error();
    static_cast<void>(::SSL_shutdown(ssl_));
    ::ERR_clear_error();
}

}  // namespace bw::net
