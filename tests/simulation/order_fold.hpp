// OrderFold: a reader that keeps the state of every order, all cash and all shares from events
// alone, and checks what they must obey. Written for plain limit and market orders, the only ones
// that the simulated clients send.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "codec/events.hpp"
#include "event_store/log/record.hpp"
#include "views/market/market_data.hpp"

namespace bw::simulation {

class OrderFold {
 public:
    struct Order {
        std::uint32_t account = 0;
        std::uint32_t instrument = 0;
        model::Side side{};
        bool market = false;
        std::int64_t price = 0;
        std::uint64_t remaining = 0;
        std::int64_t hold = 0;
    };
    struct Balance {
        __int128 total = 0;
        __int128 held = 0;
    };

    /// Requires: records in sequence order from 1.
    void apply(const event_store::RecordView& record);
    /// The whole state; between two commands only.
    void check_all() const;

    [[nodiscard]] bool between_commands() const { return between_commands_; }
    [[nodiscard]] const std::map<std::uint64_t, Order>& orders() const { return orders_; }
    [[nodiscard]] views::market::Depth depth(std::uint32_t instrument) const;
    [[nodiscard]] const std::map<std::uint32_t, codec::InstrumentUpdated>& instruments() const {
        return instruments_;
    }
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    [[nodiscard]] std::uint64_t days() const { return day_; }

 private:
    void on(const codec::OrderAccepted& event);
    void on(const codec::TradeExecuted& event);
    void on(const codec::OrderCancelled& event);
    void on(const codec::OrderReduced& event);
    void on(const codec::OrderReplaced& event);
    void on(const codec::CashMoved& event);
    void on(const codec::SharesMoved& event);
    void on(const codec::InstrumentUpdated& event);
    void on(const codec::DayEnded& event);
    template <class Event>
    void on(const Event&) {}

    using Key = std::pair<std::uint32_t, std::uint32_t>;
    [[nodiscard]] Order& open_order(model::OrderId id);
    [[nodiscard]] Balance& cash(std::uint32_t account, std::uint32_t instrument);
    void fill(model::OrderId id, const codec::TradeExecuted& event, std::uint64_t remaining);
    void release(Order& order, std::uint64_t quantity, std::int64_t hold);
    void close_if_done(std::uint64_t id);
    void touch(const Balance& balance) { touched_.push_back(&balance); }

    std::uint64_t sequence_ = 0;
    std::uint64_t command_ = 0;
    bool between_commands_ = true;
    std::uint64_t day_ = 0;
    std::map<std::uint64_t, Order> orders_;
    std::map<std::uint32_t, codec::InstrumentUpdated> instruments_;
    std::map<std::pair<std::uint32_t, model::Currency>, Balance> cash_;  ///< account, currency
    std::map<Key, Balance> shares_;                                      ///< account, instrument
    std::map<model::Currency, __int128> issued_cash_;
    std::map<std::uint32_t, __int128> issued_shares_;
    std::map<model::Currency, __int128> fees_;
    /// the day
    std::map<std::pair<std::uint32_t, model::ClientOrderId>, std::uint64_t> client_ids_;
    std::unordered_set<std::uint64_t> ids_;      ///< of orders, ever accepted
    std::unordered_set<std::uint64_t> matches_;  ///< numbers of trades
    std::vector<const Balance*> touched_;        ///< by the command that is read now
};

}  // namespace bw::simulation
