// DayCommands: the end of a trading day (what expires, what is counted anew, the closing prices),
// and whether the logs have room. Cost: EndDay O(open orders + positions + client ids).
#pragma once

#include "engine/answers.hpp"
#include "engine/approvals.hpp"
#include "engine/market.hpp"
#include "matching/open_orders.hpp"
#include "model/rules.hpp"
#include "order_manager/known_ids.hpp"

namespace bw::engine {

class DayCommands {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        Answers& answers;
        Market& market;
        model::Rules& rules;
        Touched& touched;
        matching::Instruments& instruments;
        wallet::Settlement& settlement;
        order_manager::KnownIds& ids;
        matching::OpenOrders& orders;
        Approvals& approvals;
    };
    explicit DayCommands(const Sees& sees)
        : events_(sees.events),
          answers_(sees.answers),
          market_(sees.market),
          rules_(sees.rules),
          touched_(sees.touched),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          ids_(sees.ids),
          orders_(sees.orders),
          approvals_(sees.approvals) {}

    void on(const codec::EndDay& command);
    /// Requires: a business date, later than the last one.
    void end_day(std::uint32_t date, model::RequestId request);
    void on(const codec::SetStorageState& command);

 private:
    using OrderSlot = order_book::OrderSlot;

    void expire(std::uint32_t instrument, model::RequestId request);
    void close_day(std::uint32_t instrument, model::RequestId request);
    void forget_client_ids();
    void change_rules(model::RequestId request);

    codec::EventBuffer& events_;
    Answers& answers_;
    Market& market_;
    model::Rules& rules_;
    Touched& touched_;
    matching::Instruments& instruments_;
    wallet::Settlement& settlement_;
    order_manager::KnownIds& ids_;
    matching::OpenOrders& orders_;
    Approvals& approvals_;
};

}  // namespace bw::engine
