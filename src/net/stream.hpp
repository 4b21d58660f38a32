// Stream: the bytes of one connection, plain or encrypted. Nothing blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "net/socket.hpp"

namespace bw::net {

class TlsSession;

class Stream {
 public:
    enum class State : std::uint8_t {
        open,      ///< there may be more
        blocked,   ///< continue when the poller says so
        finished,  ///< the peer has ended its output
        failed,
    };
    struct Result {
        std::size_t bytes = 0;
        State state = State::open;
    };

    /// Plain bytes.
    explicit Stream(Socket socket);
    /// Encrypted bytes; plain ones if `tls` is nullptr.
    Stream(Socket socket, std::unique_ptr<TlsSession> tls);
    ~Stream();
    Stream(Stream&&) noexcept;
    Stream& operator=(Stream&&) noexcept;

    [[nodiscard]] int fd() const { return socket_.fd(); }
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }

    /// Encrypted streams shake hands first; open at once for plain ones.
    [[nodiscard]] State shake_hands();
    [[nodiscard]] Result read(std::span<char> into);
    /// Writes the pieces as one sequence. `bytes` may end within a piece.
    [[nodiscard]] Result write(std::span<const std::string_view> pieces);
    /// Encrypted bytes that it took and could not send; another write, also of nothing, sends them.
    [[nodiscard]] bool has_unsent() const;

    /// Ends the output.
    void shut_output();
    void close();

    /// Pieces that one write takes.
    static constexpr std::size_t pieces_max = 64;

 private:
    Socket socket_;
    std::unique_ptr<TlsSession> tls_;
};

}  // namespace bw::net
