// Witness: listens to commands and their events, counts what came about, and knows what has to.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "differential/naive_exchange.hpp"

namespace bw::differential {

class Witness {
 public:
    /// What the events of a command prove wrong by themselves (a trade within one group), or empty.
    [[nodiscard]] std::string see(const Bytes& command, std::span<const Bytes> events);

    /// Commands, events, reasons and kinds that a long run must bring about and that never came.
    /// `narrow`: with limits that can be reached.
    [[nodiscard]] std::vector<std::string> missing(bool narrow) const;

    /// Of commands accepted, commands refused, events, reject reasons and so on, each by its name.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
    struct Group {
        model::SelfTradePrevention mode{};
        std::uint32_t number = 0;
    };

    void count(std::string_view what, std::string_view name);
    [[nodiscard]] std::string see_trade(const codec::TradeExecuted& trade);
    void see_instrument(const codec::InstrumentUpdated& updated);

    std::map<std::string, std::uint64_t> counts_;
    std::map<model::AccountId, Group> groups_;
    std::map<model::InstrumentId, model::InstrumentState> states_;
    std::map<model::InstrumentId, model::Allocation> allocations_;
};

}  // namespace bw::differential
