// VenueRun: one instrument with what an order may meet, the order, and a ledger of what became of
// every order. After every command the engine and the naive exchange must say the same, and the
// engine's invariants must hold. A Venue serves a few runs, one after the other, each with an
// instrument and accounts of its own.
#pragma once

#include <array>
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

/// The engine and the naive exchange beside it.
class Venue {
 public:
    Venue();

    static constexpr std::uint32_t runs_max = 4;
    [[nodiscard]] bool full() const { return runs_ == runs_max; }

 private:
    friend class VenueRun;

    differential::NaiveExchange naive_;
    differential::EngineRunner engine_;
    std::uint64_t sequence_ = 0;
    std::uint32_t runs_ = 0;
    std::uint32_t day_ = 20260105;  ///< the next that ends
};

class VenueRun {
 public:
    VenueRun(Venue& venue, Scene scene, model::Side side);

    /// Goes there, step by step; every step must be allowed.
    void go(const std::vector<model::InstrumentState>& states);
    /// Why the state is refused, or none.
    model::RejectReason set_state(model::InstrumentState state);
    void delist();
    /// Whether the logs have room for entries.
    void set_scarce(bool scarce);
    /// Sends the order of this kind; why it is refused, or none.
    model::RejectReason enter(const Variant& variant);

    model::RejectReason cancel();
    model::RejectReason reduce(std::uint64_t quantity);
    model::RejectReason replace(std::uint64_t quantity);
    model::RejectReason amend(std::uint64_t quantity);
    /// Closed, two days end, what still rests is cancelled, everything is withdrawn: each step must
    /// leave what the rules leave.
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
    void end_day(std::uint32_t date, bool first);
    [[nodiscard]] codec::NewOrder order_of(const Variant& variant) const;
    void cancel_the_rest();
    void withdraw_everything();
    void expect(bool holds, const std::string& what);

    Venue& venue_;
    model::InstrumentId instrument_;
    model::AccountId owner_;
    std::array<model::AccountId, 2> others_;
    OrderLedger ledger_;
    model::Side side_;
    std::int64_t price_ = 0;
    std::uint64_t order_id_ = 0;
    bool listed_ = false;
    std::string problem_;
};

}  // namespace bw::exhaustive
