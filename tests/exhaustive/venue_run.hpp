// VenueRun: one small market with an order of each side of the question: the engine, the naive exchange beside it, and a ledger of
// what became of every order. After every command all of them must agree, and the engine's invariants must hold.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "differential/engine_runner.hpp"
#include "differential/naive_exchange.hpp"
#include "exhaustive/order_ledger.hpp"
#include "exhaustive/rules_table.hpp"

namespace bw::exhaustive {

/// What the order meets.
enum class Scene : std::uint8_t {
    empty,    ///< an empty book, no trade yet
    smaller,  ///< less than it wants at its price
    larger,   ///< more than it wants at its price
    quoted,   ///< a bid and an ask around its price
};

class VenueRun {
 public:
    VenueRun(Scene scene, model::Side side);

    /// Goes there, step by step; every step must be allowed.
    void go(const std::vector<model::InstrumentState>& states);
    /// Why the state is refused, or none.
    model::RejectReason set_state(model::InstrumentState state);
    void delist();
    /// Sends the order of this kind; why it is refused, or none.
    model::RejectReason enter(const Variant& variant);

    model::RejectReason cancel();
    model::RejectReason reduce(std::uint64_t quantity);
    model::RejectReason replace(std::uint64_t quantity);
    model::RejectReason amend(std::uint64_t quantity);
    /// Closed, two days end, what still rests is cancelled, everything is withdrawn: each step must leave what the rules leave.
    void end();

    /// The order that was entered.
    [[nodiscard]] const LedgerOrder& order() const { return ledger_.orders().at(order_id_); }
    /// Whether an order at its price would trade with the best opposite price in the book.
    [[nodiscard]] bool would_meet() const;
    [[nodiscard]] std::string problem() const {
        return problem_.empty() ? ledger_.problem() : problem_;
    }

 private:
    template <class Command>
    model::RejectReason send(Command command);
    void rest(model::Side side, std::int64_t price, std::uint64_t quantity);
    void list_and_fund();
    void trade_once();
    void check_book();
    void end_day(std::uint32_t date);
    void cancel_the_rest();
    void withdraw_everything();
    void expect(bool holds, const std::string& what);

    std::unique_ptr<differential::NaiveExchange> naive_;
    std::unique_ptr<differential::EngineRunner> engine_;
    OrderLedger ledger_;
    std::uint64_t sequence_ = 0;
    model::Side side_;
    std::int64_t price_ = 0;
    std::uint64_t order_id_ = 0;
    std::string problem_;
};

}  // namespace bw::exhaustive
