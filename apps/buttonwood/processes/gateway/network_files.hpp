// NetworkFiles: the files that say how a gateway meets its network: certificate and key of TLS, and
// the rules for addresses. A file that changes is read again within a second, without a restart;
// one that does not serve leaves everything as it was, and says so.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "buttonwood/runtime/exchange_options.hpp"
#include "net/access_list.hpp"
#include "net/tls_certificate.hpp"

namespace bw::apps {

class NetworkFiles {
 public:
    /// Reads the files. `address`: of the gateway. Error: a file that does not serve; an address
    /// that other machines reach, without TLS and without --plain-http.
    [[nodiscard]] static base::Result<std::unique_ptr<NetworkFiles>> open(
        const NetworkOptions& network, const std::string& address);

    /// nullptr: no TLS.
    [[nodiscard]] const net::TlsCertificate* certificate() const {
        return tls_.certificate.empty() ? nullptr : &certificate_;
    }
    [[nodiscard]] const net::AccessRules& rules() const { return rules_; }

    /// Looks at the files, at most once a second. Cheap to call in every turn.
    void do_work(std::uint64_t now_ns);

 private:
    /// Of a file's content: time of the last change and size; 0 for a file that is not there.
    using Stamp = std::array<std::int64_t, 3>;

    explicit NetworkFiles(const NetworkOptions& network);
    [[nodiscard]] static Stamp stamp_of(const std::string& path);
    [[nodiscard]] base::Result<void> load_rules();

    net::TlsFiles tls_;
    std::string rules_path_;
    net::TlsCertificate certificate_;
    net::AccessRules rules_;
    Stamp certificate_stamp_{}, key_stamp_{}, rules_stamp_{};
    std::uint64_t next_look_ns_ = 0;
};

}  // namespace bw::apps
