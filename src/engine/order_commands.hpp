// OrderCommands: the commands about orders. Identity and duplicates first, then admission, then the
// first effect. Each ends with one answer: the events of what happened, or a refusal and no change.
// Cost: O(1) plus O(1) per trade; MassCancel O(open orders where the account has some).
#pragma once

#include "engine/admission.hpp"
#include "engine/answers.hpp"
#include "matching/matching.hpp"
#include "order_manager/known_ids.hpp"

namespace bw::engine {

class OrderCommands {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        Answers& answers;
        const Market& market;
        const model::Rules& rules;
        Touched& touched;
        risk::Accounts& accounts;
        matching::Instruments& instruments;
        wallet::Settlement& settlement;
        order_manager::KnownIds& ids;
        matching::Matching& matching;
    };
    explicit OrderCommands(const Sees& sees)
        : events_(sees.events),
          answers_(sees.answers),
          market_(sees.market),
          rules_(sees.rules),
          touched_(sees.touched),
          accounts_(sees.accounts),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          ids_(sees.ids),
          orders_(sees.matching.orders),
          flow_(sees.matching.flow),
          admission_({sees.market, sees.rules, sees.accounts, sees.instruments, sees.settlement,
                      sees.matching.orders, sees.matching.following}) {}

    void on(const codec::NewOrder& command);
    void on(const codec::CancelOrder& command);
    void on(const codec::ReduceOrder& command);
    void on(const codec::ReplaceOrder& command);
    void on(const codec::AmendOrder& command);
    void on(const codec::MassCancel& command);

 private:
    using Order = order_book::Order;
    using OrderSlot = order_book::OrderSlot;
    using Place = order_book::Place;

    /// The order that a change names, or why it cannot be changed.
    struct Named {
        RejectReason refusal = RejectReason::none;
        model::OrderId id;
        OrderSlot slot = order_book::no_order;
    };

    void accept(const codec::NewOrder& command, model::OrderId id, const Terms& terms,
                Admitted& admitted);
    [[nodiscard]] OrderSlot make_order(const codec::NewOrder& command, model::OrderId id,
                                       const Terms& terms, const Admitted& admitted);
    void add_conditions(OrderSlot slot, const codec::NewOrder& command, const Admitted& admitted);

    [[nodiscard]] Named find_order(model::AccountId account, model::OrderId id,
                                   const model::ClientOrderId& client_id, bool must_be_active);
    template <class Command>
    void reject_change(const Command& command, const Named& named, RejectReason reason);
    [[nodiscard]] RejectReason admit_replacement(OrderSlot slot, model::Price price,
                                                 model::Quantity quantity, Admitted& out) const;
    void replace(OrderSlot slot, model::RequestId request, model::Quantity quantity,
                 const Admitted& admitted);
    [[nodiscard]] std::uint32_t mass_cancel(std::uint32_t instrument, model::Side side,
                                            const codec::MassCancel& command);

    codec::EventBuffer& events_;
    Answers& answers_;
    const Market& market_;
    const model::Rules& rules_;
    Touched& touched_;
    risk::Accounts& accounts_;
    matching::Instruments& instruments_;
    wallet::Settlement& settlement_;
    order_manager::KnownIds& ids_;
    matching::OpenOrders& orders_;
    matching::OrderFlow& flow_;
    Admission admission_;
};

}  // namespace bw::engine
