// OrderFacts: what became of every order ever entered, and what each account must have been told,
// from events alone. What gateways answer and report is compared with it. It knows nothing of the
// gateways' own views.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "codec/events.hpp"
#include "event_store/log/record.hpp"

namespace bw::simulation {

struct OrderFact {
    std::uint32_t account = 0;
    std::uint32_t instrument = 0;
    std::string client_order_id{};
    std::uint64_t request = 0;  ///< whose command entered it
    std::uint64_t day = 0;      ///< days that had ended before
    std::uint64_t quantity = 0;
    std::uint64_t filled = 0;
    std::uint64_t remaining = 0;
    std::uint64_t cancelled = 0;
    model::OrderStatus status = model::OrderStatus::accepted;
    model::RejectReason reason = model::RejectReason::none;

    [[nodiscard]] bool open() const {
        return status == model::OrderStatus::accepted ||
               status == model::OrderStatus::partially_filled;
    }
};

/// The n-th report of an account is about this event.
struct ReportFact {
    std::uint64_t event = 0;
    std::uint64_t order = 0;  ///< 0: about none
};

class OrderFacts {
 public:
    /// Requires: records in sequence order from 1.
    void apply(const event_store::RecordView& record);

    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    [[nodiscard]] std::uint64_t days() const { return days_; }
    [[nodiscard]] bool storage_scarce() const { return scarce_; }
    /// nullptr: never entered.
    [[nodiscard]] const OrderFact* order(std::uint64_t id) const;
    /// The number of the latest order of this account under this id; 0: none.
    [[nodiscard]] std::uint64_t order_of(std::uint32_t account,
                                         const std::string& client_order_id) const;
    [[nodiscard]] std::uint64_t open_orders(std::uint32_t account) const;
    [[nodiscard]] const std::vector<ReportFact>& reports(std::uint32_t account,
                                                         bool executions) const;
    /// Match numbers, in their order.
    [[nodiscard]] const std::vector<std::uint64_t>& trades(std::uint32_t instrument) const;

 private:
    void on(const codec::OrderAccepted& event);
    void on(const codec::CommandRejected& event);
    void on(const codec::TradeExecuted& event);
    void on(const codec::OrderCancelled& event);
    void on(const codec::OrderReduced& event);
    void on(const codec::OrderReplaced& event);
    void on(const codec::MassCancelled& event);
    void on(const codec::StorageStateSet& event) { scarce_ = event.scarce != 0; }
    void on(const codec::DayEnded&) { ++days_; }
    template <class Event>
    void on(const Event&) {}

    struct Told {
        std::vector<ReportFact> orders, executions;
    };
    void enter(std::uint64_t id, OrderFact fact);
    void fill(std::uint64_t id, std::uint64_t quantity, std::uint64_t remaining);
    void close(OrderFact& fact, model::OrderStatus status);
    void tell(std::uint32_t account, std::uint64_t order, bool execution = false);

    std::uint64_t sequence_ = 0;
    std::uint64_t days_ = 0;
    bool scarce_ = false;
    std::map<std::uint64_t, OrderFact> orders_;
    std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> by_client_;
    std::map<std::uint32_t, std::uint64_t> open_;
    std::map<std::uint32_t, Told> told_;
    std::map<std::uint32_t, std::vector<std::uint64_t>> trades_;
};

}  // namespace bw::simulation
