// MarketOperator: sets up the market of a benchmark through the routes for operators: an
// instrument, and traders with an account, cash, shares and a key each. Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bench/request_template.hpp"
#include "buttonwood-bench/http_connection.hpp"

namespace bw::apps {

/// The instrument: tick 0.01, lot 1, reference price 100, collar 20 %.
inline constexpr std::string_view bench_symbol = "BENCH";

class MarketOperator {
 public:
    /// `key_file`: an operator's, as the exchange writes it.
    [[nodiscard]] static base::Result<MarketOperator> connect(std::uint16_t port,
                                                              const std::string& key_file);

    /// Lists bench_symbol.
    [[nodiscard]] base::Result<void> list_instrument();
    /// Opens `count` accounts with 10^9 USD and 10^9 shares of bench_symbol. Returns their keys.
    [[nodiscard]] base::Result<std::vector<bench::ApiKey>> open_traders(unsigned count);

 private:
    MarketOperator(HttpConnection connection, bench::ApiKey key)
        : connection_(std::move(connection)), key_(std::move(key)) {}
    [[nodiscard]] base::Result<bench::ApiKey> open_trader(unsigned number);
    /// The body of the answer, valid until the next call. Error: it is not 2xx.
    [[nodiscard]] base::Result<std::string_view> post(const std::string& path,
                                                      const std::string& body);

    HttpConnection connection_;
    bench::ApiKey key_;
    std::uint64_t nonce_ = bench::RequestTemplate::fresh_nonce();
};

}  // namespace bw::apps
