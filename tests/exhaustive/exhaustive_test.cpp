// Everything at a small scope: each kind of order in each state, with something to meet or nothing,
// through each way on from there to the end of its days; and each change of it. What is accepted
// must be what the tables of the rules accept, and nothing may be left over.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>

#include "exhaustive/venue_run.hpp"

namespace bw::exhaustive {
namespace {

using model::InstrumentState;
using model::OrderType;
using model::RejectReason;
using model::Side;

constexpr std::array scenes{Scene::empty, Scene::smaller, Scene::larger, Scene::quoted};
constexpr int failures_shown = 5;

/// One order in one state.
struct Case {
    Scene scene{};
    Side side{};
    InstrumentState state{};
    Variant variant{};
};

std::string text_of(const Case& one) {
    constexpr std::array<std::string_view, 4> names{"empty", "smaller", "larger", "quoted"};
    return fmt::format("{} {} in {}, scene {}", model::name_of(one.side), text_of(one.variant),
                       model::name_of(one.state), names[static_cast<std::size_t>(one.scene)]);
}

/// All of them; in the slow build with sanitizers every seventh.
std::vector<Case> all_cases() {
    std::vector<Case> out;
    std::size_t number = 0;
    for (const Scene scene : scenes)
        for (const Side side : {Side::buy, Side::sell})
            for (const InstrumentState state : all_states())
                for (const Variant& variant : all_variants())
                    if (number++ % BW_EVERY == 0) out.push_back({scene, side, state, variant});
    return out;
}

/// With something to meet, post-only is refused in trading.
RejectReason refusal_of(const Case& one) {
    const RejectReason by_table = refusal_of(one.variant, one.state);
    if (by_table != RejectReason::none || !one.variant.post_only()) return by_table;
    const bool meets = one.scene == Scene::smaller || one.scene == Scene::larger;
    return meets && one.state == InstrumentState::trading ? RejectReason::post_only_would_trade
                                                          : RejectReason::none;
}

std::vector<Case> accepted_cases() {
    std::vector<Case> out;
    for (const Case& one : all_cases())
        if (refusal_of(one) == RejectReason::none) out.push_back(one);
    return out;
}

std::vector<InstrumentState> states_after(InstrumentState state) {
    std::vector<InstrumentState> out;
    for (const InstrumentState next : all_states())
        if (may_follow(state, next)) out.push_back(next);
    return out;
}

class Exhaustive : public testing::Test {
 protected:
    void TearDown() override {
        fmt::print("{}: {} combinations\n",
                   testing::UnitTest::GetInstance()->current_test_info()->name(), combinations_);
        EXPECT_EQ(failures_, 0);
        EXPECT_GT(combinations_, 0);
    }
    void expect(const std::string& problem, const std::string& what) {
        ++combinations_;
        if (problem.empty()) return;
        venue_.reset();
        if (++failures_ <= failures_shown) ADD_FAILURE() << what << ": " << problem;
    }
    /// Has room for another run.
    Venue& venue() {
        if (venue_ == nullptr || venue_->full()) venue_ = std::make_unique<Venue>();
        return *venue_;
    }
    /// A market in the state of the case; the order is still to come.
    VenueRun market_of(const Case& one) {
        VenueRun run(venue(), one.scene, one.side);
        run.go(way_to(one.state));
        return run;
    }
    /// What went wrong if the reasons differ.
    static std::string difference(RejectReason expected, RejectReason seen) {
        if (expected == seen) return {};
        return fmt::format("expected {}, seen {}", model::name_of(expected), model::name_of(seen));
    }

 private:
    std::unique_ptr<Venue> venue_;
    std::uint64_t combinations_ = 0;
    std::uint64_t failures_ = 0;
};

TEST_F(Exhaustive, states_follow_as_in_the_table) {
    for (const InstrumentState from : all_states())
        for (const InstrumentState to : all_states()) {
            VenueRun run(venue(), Scene::quoted, Side::buy);
            run.go(way_to(from));
            const RejectReason expected =
                may_follow(from, to) ? RejectReason::none : RejectReason::wrong_phase;
            const std::string problem = difference(expected, run.set_state(to));
            run.end();
            expect(problem + run.problem(),
                   fmt::format("{} after {}", model::name_of(to), model::name_of(from)));
        }
}

TEST_F(Exhaustive, nothing_follows_a_delisting) {
    for (const InstrumentState to : all_states()) {
        VenueRun run(venue(), Scene::quoted, Side::buy);
        run.delist();
        expect(difference(RejectReason::wrong_phase, run.set_state(to)) + run.problem(),
               fmt::format("{} after a delisting", model::name_of(to)));
    }
    for (const Variant& variant : all_variants()) {
        VenueRun run(venue(), Scene::quoted, Side::sell);
        run.delist();
        const RejectReason expected = refusal_of(variant, InstrumentState::delisted);
        expect(difference(expected, run.enter(variant)) + run.problem(),
               text_of(variant) + " after a delisting");
    }
}

TEST_F(Exhaustive, orders_are_refused_as_in_the_table) {
    for (const Case& one : all_cases()) {
        VenueRun run = market_of(one);
        std::string problem = difference(refusal_of(one), run.enter(one.variant));
        run.end();
        expect(problem + run.problem(), text_of(one));
    }
}

/// Whatever they are and wherever they come; afterwards they are judged as if nothing had been.
TEST_F(Exhaustive, orders_are_refused_while_storage_is_scarce) {
    for (const Case& one : all_cases()) {
        VenueRun run = market_of(one);
        run.set_scarce(true);
        std::string problem = difference(RejectReason::storage_scarce, run.enter(one.variant));
        run.set_scarce(false);
        problem += difference(refusal_of(one), run.enter(one.variant));
        run.end();
        expect(problem + run.problem(), text_of(one));
    }
}

TEST_F(Exhaustive, orders_end_on_every_way_through_two_states) {
    for (const Case& one : accepted_cases())
        for (const InstrumentState next : states_after(one.state))
            for (const InstrumentState last : states_after(next)) {
                VenueRun run = market_of(one);
                (void)run.enter(one.variant);
                run.go({next, last});
                run.end();
                expect(run.problem(), fmt::format("{}, then {}, {}", text_of(one),
                                                  model::name_of(next), model::name_of(last)));
            }
}

// ---- changes

enum class Change : std::uint8_t { cancel, reduce, reduce_to_zero, replace, amend_up, amend_down };
constexpr std::array changes{Change::cancel,  Change::reduce,   Change::reduce_to_zero,
                             Change::replace, Change::amend_up, Change::amend_down};

std::string_view name_of(Change change) {
    constexpr std::array<std::string_view, 6> names{"cancel",  "reduce",   "reduce to zero",
                                                    "replace", "amend up", "amend down"};
    return names[static_cast<std::size_t>(change)];
}

/// Whether the order is entered again: more quantity, or another price.
bool enters_again(Change change) { return change == Change::replace || change == Change::amend_up; }

/// Why a change is refused in this state, by the rules of changes.
RejectReason refusal_of(Change change, const VenueRun& run, const Variant& variant,
                        InstrumentState state) {
    const LedgerOrder& order = run.order();
    if (!order.open) return RejectReason::order_closed;
    if (!enters_again(change)) return RejectReason::none;
    if (!order.is_limit()) return RejectReason::change_not_allowed;
    const RejectReason by_state = refusal_by_state(order.type, order.time_in_force, state);
    if (by_state != RejectReason::none) return by_state;
    const bool post_only = variant.post_only() && state == InstrumentState::trading;
    return post_only && run.would_meet() ? RejectReason::post_only_would_trade : RejectReason::none;
}

RejectReason make(Change change, VenueRun& run) {
    switch (change) {
        case Change::cancel: return run.cancel();
        case Change::reduce: return run.reduce(1);
        case Change::reduce_to_zero: return run.reduce(100);
        case Change::replace: return run.replace(7);
        case Change::amend_up: return run.amend(30);
        case Change::amend_down: return run.amend(9);
    }
    return RejectReason::none;
}

TEST_F(Exhaustive, changes_are_refused_as_the_rules_say) {
    for (const Case& one : accepted_cases())
        for (const InstrumentState next : states_after(one.state))
            for (const Change change : changes) {
                VenueRun run = market_of(one);
                (void)run.enter(one.variant);
                run.go({next});
                const RejectReason expected = refusal_of(change, run, one.variant, next);
                const std::string problem = difference(expected, make(change, run));
                run.end();
                expect(problem + run.problem(), fmt::format("{}, then {}, {}", text_of(one),
                                                            model::name_of(next), name_of(change)));
            }
}

/// What reduces an order is taken, what enters it again is not; the days end as always.
TEST_F(Exhaustive, changes_while_storage_is_scarce) {
    for (const Case& one : accepted_cases())
        for (const Change change : changes) {
            VenueRun run = market_of(one);
            (void)run.enter(one.variant);
            run.set_scarce(true);
            const RejectReason expected = !run.order().open      ? RejectReason::order_closed
                                          : enters_again(change) ? RejectReason::storage_scarce
                                                                 : RejectReason::none;
            const std::string problem = difference(expected, make(change, run));
            run.end();
            run.set_scarce(false);
            expect(problem + run.problem(), fmt::format("{}, {}", text_of(one), name_of(change)));
        }
}

}  // namespace
}  // namespace bw::exhaustive
