// ExchangeProcess: an exchange as a process of its own, started in temporary folders for a
// benchmark of its gateways: the program `buttonwood` beside this one, `up` or `supervise`. The
// destructor stops it and removes the folders. If the benchmark is killed, the kernel sends the
// exchange SIGTERM, and the folders stay. Threads: one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "buttonwood/runtime/temporary_directory.hpp"
#include "event_store/store.hpp"

namespace bw::apps {

struct ExchangeProcessOptions {
    std::string shape = "up";  ///< subcommand: up or supervise
    event_store::Durability mode = event_store::Durability::memory;
    std::string directory;  ///< parent of the data folder; empty: the system's temporary folder
    std::string shared_directory = platform::default_shared_directory;
};

/// "sync" or "memory".
[[nodiscard]] std::string_view mode_name(event_store::Durability mode);

class ExchangeProcess {
 public:
    /// Starts it and waits until it is open, for at most 60 s.
    [[nodiscard]] static base::Result<std::unique_ptr<ExchangeProcess>> start(
        const ExchangeProcessOptions& options);
    ~ExchangeProcess();
    ExchangeProcess(const ExchangeProcess&) = delete;
    ExchangeProcess& operator=(const ExchangeProcess&) = delete;

    [[nodiscard]] pid_t process() const { return process_; }
    /// Of the REST and WebSocket gateway.
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Of the gateway for public market data: with `supervise` a process of its own.
    [[nodiscard]] std::uint16_t market_port() const { return market_port_; }
    /// Key file of the first operator.
    [[nodiscard]] std::string operator_key_file() const;

    /// SIGTERM, and waits for at most 30 s. Error: it did not end with status 0. Later calls do
    /// nothing.
    [[nodiscard]] base::Result<void> stop();

 private:
    explicit ExchangeProcess(const ExchangeProcessOptions& options)
        : root_(options.directory), shared_(options.shared_directory) {}
    [[nodiscard]] base::Result<void> spawn(const ExchangeProcessOptions& options);
    [[nodiscard]] base::Result<void> wait_until_open();
    [[nodiscard]] bool read_ports();
    /// Whether the process has ended, with its status.
    [[nodiscard]] bool ended(int& status);
    [[nodiscard]] std::string output_file() const { return root_.path() + "/output"; }
    [[nodiscard]] std::string output() const;

    TemporaryDirectory root_;
    TemporaryDirectory shared_;
    pid_t process_ = 0;  ///< 0: none runs
    std::uint16_t port_ = 0;
    std::uint16_t market_port_ = 0;
};

}  // namespace bw::apps
