#include "buttonwood/processes/gateway/network_files.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "telemetry/log.hpp"

namespace bw::apps {
namespace {

using telemetry::Event;

constexpr std::uint64_t look_interval_ns = 1'000'000'000;

/// What a file that was read again is in the log.
struct Outcome {
    Event loaded, refused;
    std::string success;
};

/// Refuses an address that other machines reach, without TLS and without --plain-http; and half of
/// the TLS files.
base::Result<void> check_network(const NetworkOptions& network, const std::string& address) {
    if (network.tls_certificate.empty() != network.tls_key.empty())
        return base::error("TLS needs both --tls-certificate and --tls-key");
    const auto parsed = net::Address::parse(address);
    const bool local = parsed && net::is_loopback(*parsed);
    if (local || network.plain_http || !network.tls_certificate.empty()) return {};
    return base::error(fmt::format(
        "other machines reach {}, and without TLS they would send orders and read answers in "
        "clear; give --tls-certificate and --tls-key, or --plain-http if a TLS proxy stands in "
        "front",
        address));
}

}  // namespace

base::Result<std::unique_ptr<NetworkFiles>> NetworkFiles::open(const NetworkOptions& network,
                                                               const std::string& address) {
    if (auto checked = check_network(network, address); !checked)
        return std::unexpected(checked.error());
    std::unique_ptr<NetworkFiles> files(new NetworkFiles(network));
    if (files->certificate() != nullptr)
        if (auto loaded = files->certificate_.load(files->tls_); !loaded)
            return std::unexpected(loaded.error());
    if (auto loaded = files->load_rules(); !loaded) return std::unexpected(loaded.error());
    return files;
}

NetworkFiles::NetworkFiles(const NetworkOptions& network)
    : tls_{network.tls_certificate, network.tls_key},
      rules_path_(network.address_rules),
      certificate_stamp_(stamp_of(tls_.certificate)),
      key_stamp_(stamp_of(tls_.key)),
      rules_stamp_(stamp_of(rules_path_)) {}

NetworkFiles::Stamp NetworkFiles::stamp_of(const std::string& path) {
    struct stat status{};
    if (path.empty() || ::stat(path.c_str(), &status) != 0) return {};
    return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size};
}

base::Result<void> NetworkFiles::load_rules() {
    if (rules_path_.empty()) return {};
    std::ifstream file(rules_path_);
    if (!file)
        return base::error(
            fmt::format("cannot read the address rules {}: {}", rules_path_, std::strerror(errno)));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto list = net::AccessList::parse(text, rules_path_);
    if (!list) return std::unexpected(list.error());
    rules_.replace(std::move(*list));
    return {};
}

void NetworkFiles::do_work(std::uint64_t now_ns) {
    if (now_ns < next_look_ns_) return;
    next_look_ns_ = now_ns + look_interval_ns;
    const auto report = [](const base::Result<void>& loaded, const Outcome& outcome) {
        if (loaded)
            telemetry::log_event(outcome.loaded, {.message = outcome.success});
        else
            telemetry::log_event(outcome.refused,
                                 {.message = "nothing changed: " + loaded.error().message});
    };
    const Stamp certificate = stamp_of(tls_.certificate), key = stamp_of(tls_.key);
    if (std::exchange(certificate_stamp_, certificate) != certificate ||
        std::exchange(key_stamp_, key) != key) {
        key_stamp_ = key;
        const auto loaded = certificate_.load(tls_);
        report(
            loaded,
            {Event::certificate_loaded, Event::certificate_refused,
             loaded
                 ? fmt::format(
                       "new connections use the changed certificate, valid until {:%F %T} UTC",
                       fmt::gmtime(static_cast<std::time_t>(certificate_.context()->expires_s())))
                 : ""});
    }
    const Stamp rules = stamp_of(rules_path_);
    if (std::exchange(rules_stamp_, rules) != rules) {
        const auto loaded = load_rules();
        report(loaded, {Event::address_rules_loaded, Event::address_rules_refused,
                        fmt::format("{} address rules are in force", rules_.list()->size())});
    }
}

}  // namespace bw::apps
