// LocalSocket: a TCP connection to a port of this machine, without Nagle's delay. Sends and
// receives never block. Move-only. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace bw::apps {

class LocalSocket {
 public:
    [[nodiscard]] static base::Result<LocalSocket> connect(std::uint16_t port);
    ~LocalSocket() { close(); }
    LocalSocket(LocalSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    LocalSocket& operator=(LocalSocket&&) = delete;
    LocalSocket(const LocalSocket&) = delete;
    LocalSocket& operator=(const LocalSocket&) = delete;

    /// Whether the kernel took all of `bytes`. It does as long as little is unread at the other
    /// end; if not, the connection is unusable.
    [[nodiscard]] bool send(std::string_view bytes);
    /// Number of bytes that had arrived, at most the size of `room`. Nothing: the connection has
    /// ended, or there is no room.
    [[nodiscard]] std::optional<std::size_t> receive(std::span<char> room);
    /// Waits until receive() has something. False: not within 10 s.
    [[nodiscard]] bool wait_readable() const;
    void close();

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool open() const { return descriptor_ >= 0; }

 private:
    explicit LocalSocket(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

}  // namespace bw::apps
