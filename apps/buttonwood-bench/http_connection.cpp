#include "buttonwood-bench/http_connection.hpp"

namespace bw::apps {

base::Result<HttpConnection> HttpConnection::connect(std::uint16_t port) {
    auto socket = LocalSocket::connect(port);
    if (!socket) return std::unexpected(socket.error());
    return HttpConnection(std::move(*socket));
}

bool HttpConnection::receive() {
    const auto got = socket_.receive(answers_.room());
    answers_.received(got.value_or(0));
    return got.has_value();
}

base::Result<bench::HttpAnswer> HttpConnection::call(std::string_view request) {
    if (!socket_.send(request)) return base::error("the exchange does not take a request");
    while (socket_.wait_readable() && receive())
        if (const auto answer = answers_.next()) return *answer;
    return base::error("the exchange does not answer a request");
}

}  // namespace bw::apps
