// HttpConnection: one HTTP connection to a gateway of this machine, and the answers that arrive on
// it. Move-only. Threads: one.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "bench/http_answers.hpp"
#include "buttonwood-bench/local_socket.hpp"

namespace bw::apps {

class HttpConnection {
 public:
    [[nodiscard]] static base::Result<HttpConnection> connect(std::uint16_t port);

    /// Reads what has arrived. False: the connection has ended, or an answer is too large.
    [[nodiscard]] bool receive();
    /// Sends one request and waits for its answer, for at most 10 s. Error: none came. The answer
    /// is valid until the next call.
    [[nodiscard]] base::Result<bench::HttpAnswer> call(std::string_view request);

    [[nodiscard]] LocalSocket& socket() { return socket_; }
    [[nodiscard]] const LocalSocket& socket() const { return socket_; }
    [[nodiscard]] bench::HttpAnswers& answers() { return answers_; }

 private:
    explicit HttpConnection(LocalSocket socket) : socket_(std::move(socket)) {}

    LocalSocket socket_;
    bench::HttpAnswers answers_;
};

}  // namespace bw::apps
