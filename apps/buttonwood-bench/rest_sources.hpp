// What the connections of `bench rest` send.
#pragma once

#include <array>
#include <string>

#include "bench/request_template.hpp"
#include "buttonwood-bench/exchange_process.hpp"
#include "buttonwood-bench/market_operator.hpp"
#include "buttonwood-bench/rest_load.hpp"

namespace bw::apps {

/// A limit order of one share of bench_symbol, without a client id.
[[nodiscard]] bench::RequestTemplate order_request(const bench::ApiKey& key, std::string_view side,
                                                   unsigned price);

/// Limit orders of one share at one price, buys and sells in turn. A book never holds more orders
/// than there are connections, and about every second order trades.
class AlternatingOrders final : public RequestSource {
 public:
    AlternatingOrders(const bench::ApiKey& key, bool sells_first)
        : orders_{order_request(key, "buy", 100), order_request(key, "sell", 100)},
          sells_(sells_first) {}

    std::string_view next(std::uint64_t now_ms) override {
        const std::string_view request = orders_[sells_ ? 1 : 0].sign(now_ms, nonce_++);
        sells_ = !sells_;
        return request;
    }

 private:
    std::array<bench::RequestTemplate, 2> orders_;
    bool sells_;
    std::uint64_t nonce_ = bench::RequestTemplate::fresh_nonce();
};

/// An order that rests, then its cancel, again and again.
class OrdersAndCancels final : public RequestSource {
 public:
    explicit OrdersAndCancels(const bench::ApiKey& key);

    std::string_view next(std::uint64_t now_ms) override;
    void answered(const bench::HttpAnswer& answer) override;

 private:
    bench::ApiKey key_;
    bench::RequestTemplate order_;
    bench::RequestTemplate cancel_;
    std::string order_id_;  ///< of the order to cancel; empty: enter one
    bool cancels_ = false;  ///< the unanswered request is a cancel
    std::uint64_t nonce_ = bench::RequestTemplate::fresh_nonce();
};

/// One unsigned GET, again and again.
class RepeatedGet final : public RequestSource {
 public:
    explicit RepeatedGet(std::string_view target) : request_(bench::unsigned_request(target)) {}
    std::string_view next(std::uint64_t) override { return request_; }

 private:
    std::string request_;
};

/// Sets up the market of `exchange`, once: `count` traders with an account and a key each.
[[nodiscard]] base::Result<std::vector<bench::ApiKey>> make_market(const ExchangeProcess& exchange,
                                                                   unsigned count);

/// Alternating orders of each key.
[[nodiscard]] Sources alternating_orders(const std::vector<bench::ApiKey>& keys);

}  // namespace bw::apps
