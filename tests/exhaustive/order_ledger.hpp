// OrderLedger: what became of every order, kept from the events alone. Each order is accepted once
// and closed once, and all of it is accounted for: filled + cancelled = ordered, and what it held
// is given back.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "codec/registry.hpp"

namespace bw::exhaustive {

struct LedgerOrder {
    model::Side side{};
    model::OrderType type{};
    model::TimeInForce time_in_force{};
    std::uint32_t account = 0;
    std::uint64_t ordered = 0;  ///< less what was reduced
    std::uint64_t filled = 0;
    std::int64_t hold = 0;
    bool open = true;

    [[nodiscard]] std::uint64_t remaining() const { return ordered - filled; }
    /// A triggered stop-limit order is a limit order.
    [[nodiscard]] bool is_limit() const { return type == model::OrderType::limit; }
};

class OrderLedger {
 public:
    void take(std::span<const std::byte> event);

    /// The first thing that does not add up, or empty.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    [[nodiscard]] const std::map<std::uint64_t, LedgerOrder>& orders() const { return orders_; }

 private:
    void on(const codec::OrderAccepted& event);
    void on(const codec::TradeExecuted& event);
    void on(const codec::OrderCancelled& event);
    void on(const codec::OrderReduced& event);
    void on(const codec::OrderReplaced& event);
    void on(const codec::OrderTriggered& event);
    template <class Other>
    void on(const Other&) {}

    LedgerOrder* find_open(model::OrderId id, const char* event);
    void fill(LedgerOrder& order, model::Quantity quantity, model::Quantity remaining);
    void expect(bool holds, const std::string& what);

    std::map<std::uint64_t, LedgerOrder> orders_;
    std::string problem_;
};

}  // namespace bw::exhaustive
