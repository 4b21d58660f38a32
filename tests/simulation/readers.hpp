// Readers of the event log that check what they read. MarketReader belongs to the exchange's
// process and compares the real books with its own; OutsideReader is another process and survives
// the exchange. Threads: one.
#pragma once

#include <memory>

#include "event_store/log/log_reader.hpp"
#include "simulation/ledger.hpp"
#include "simulation/order_fold.hpp"
#include "views/market/market_data.hpp"

namespace bw::simulation {

class MarketReader {
 public:
    explicit MarketReader(const Ledger& ledger) : ledger_(ledger) {}

    std::size_t do_work();
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    /// Compares books, balances and holds. Call it between two commands only.
    void compare() const;
    /// Starts over in a new process: its books are rebuilt from the events; its own state is kept
    /// as long as the events are unchanged.
    void start(std::unique_ptr<event_store::LogReader> events);
    void die() { events_.reset(); }

 private:
    const Ledger& ledger_;
    std::unique_ptr<event_store::LogReader> events_;
    std::unique_ptr<views::market::MarketData> market_;
    std::unique_ptr<OrderFold> fold_;
    std::uint64_t fold_generation_ = 0;  ///< of the ledger
    std::uint64_t sequence_ = 0;
    std::uint64_t commands_since_comparison_ = 0;
};

class OutsideReader {
 public:
    OutsideReader(const Ledger& ledger, std::unique_ptr<event_store::LogReader> events)
        : ledger_(ledger), events_(std::move(events)) {}

    std::size_t do_work();
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

 private:
    const Ledger& ledger_;
    std::unique_ptr<event_store::LogReader> events_;
    std::uint64_t sequence_ = 0;
};

}  // namespace bw::simulation
