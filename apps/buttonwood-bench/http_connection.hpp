// HttpConnection: one TCP connection to the exchange on this machine, non-blocking and without
// delay, and the answers that arrive on it. Move-only. Threads: one.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "bench/http_answers.hpp"

namespace bw::apps {

class HttpConnection {
 public:
    [[nodiscard]] static base::Result<HttpConnection> connect(std::uint16_t port);
    ~HttpConnection() { close(); }
    HttpConnection(HttpConnection&& other) noexcept;
    HttpConnection& operator=(HttpConnection&&) = delete;
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    /// Whether the kernel took all of `bytes`. It does as long as few requests are unanswered; if
    /// not, the connection is unusable.
    [[nodiscard]] bool send(std::string_view bytes);
    /// Reads what has arrived. False: the connection has ended.
    [[nodiscard]] bool receive();
    /// Sends one request and waits for its answer, for at most 10 s. Error: none came.
    [[nodiscard]] base::Result<bench::HttpAnswer> call(std::string_view request);
    void close();

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool open() const { return descriptor_ >= 0; }
    [[nodiscard]] bench::HttpAnswers& answers() { return answers_; }

 private:
    explicit HttpConnection(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
    bench::HttpAnswers answers_;
};

}  // namespace bw::apps
