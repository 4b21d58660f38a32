// What the connections of `bench rest` send.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>

#include "bench/request_template.hpp"
#include "buttonwood-bench/exchange_process.hpp"
#include "buttonwood-bench/market_operator.hpp"
#include "buttonwood-bench/rest_load.hpp"

namespace bw::apps {

/// Limit orders of one share at one price, buys and sells in turn. A book never holds more orders
/// than there are connections, and about every second order trades. Orders have no client id.
class AlternatingOrders final : public RequestSource {
 public:
    AlternatingOrders(const bench::ApiKey& key, bool sells_first)
        : orders_{order(key, "buy"), order(key, "sell")}, sells_(sells_first) {}

    std::string_view next(std::uint64_t now_ms) override {
        const std::string_view request = orders_[sells_ ? 1 : 0].sign(now_ms, nonce_++);
        sells_ = !sells_;
        return request;
    }

 private:
    static bench::RequestTemplate order(const bench::ApiKey& key, std::string_view side) {
        const std::string body = fmt::format(
            R"({{"symbol":"{}","side":"{}","type":"limit","quantity":"1","price":"100"}})",
            bench_symbol, side);
        return {key, {"POST", "/v1/order", body}};
    }

    std::array<bench::RequestTemplate, 2> orders_;
    bool sells_;
    std::uint64_t nonce_ = bench::RequestTemplate::first_nonce;
};

/// One unsigned GET, again and again.
class RepeatedGet final : public RequestSource {
 public:
    explicit RepeatedGet(std::string_view target) : request_(bench::unsigned_request(target)) {}
    std::string_view next(std::uint64_t) override { return request_; }

 private:
    std::string request_;
};

/// Sets up the market of `exchange` (once): alternating orders of `count` traders, each with an
/// account and a key of its own.
[[nodiscard]] base::Result<Sources> make_orders(const ExchangeProcess& exchange, unsigned count);

}  // namespace bw::apps
