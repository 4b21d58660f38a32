// Socket: owns a descriptor. Listener: a TCP port that is listened on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "net/address.hpp"

namespace bw::net {

class Socket {
 public:
    Socket() = default;
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() { close(); }
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        close();
        fd_ = std::exchange(other.fd_, -1);
        return *this;
    }

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    void close();
    /// Ends the output: the peer reads the end of the stream.
    void shut_output();

 private:
    int fd_ = -1;
};

/// Bytes that the kernel keeps for one connection in each direction, at most. Fixed, so that the
/// memory of all connections is bounded; Linux doubles the value for its own use.
struct KernelBuffers {
    int send_bytes = 128 * 1024;
    int receive_bytes = 64 * 1024;
};

class Listener {
 public:
    struct Accepted {
        Socket socket;
        Address peer;
    };
    enum class Trouble : std::uint8_t {
        none,            ///< nobody waits
        no_descriptors,  ///< or no kernel memory: the caller accepts again after a while
    };

    /// Port 0: any free one. The message of an error says which step failed and what to do.
    [[nodiscard]] static base::Result<Listener> open(const std::string& address, std::uint16_t port,
                                                     const KernelBuffers& buffers);

    [[nodiscard]] int fd() const { return socket_.fd(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Refuses connections from here on, also those that wait to be accepted. Any thread.
    void stop();

    /// The next connection: non-blocking, without Nagle's delay. Nothing: see `trouble`.
    [[nodiscard]] std::optional<Accepted> accept(Trouble& trouble);

 private:
    Socket socket_;
    std::uint16_t port_ = 0;
};

}  // namespace bw::net
