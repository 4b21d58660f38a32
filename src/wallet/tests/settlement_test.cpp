// What a trade, a bust, a correction and a split do to cash and shares, one behaviour at a time;
// then random trades beside a model that keeps a ledger of every booking.
#include "wallet/settlement.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "codec/registry.hpp"
#include "support/seed.hpp"

namespace bw::wallet {
namespace {

using model::FeeRate;
using model::MatchNumber;
using model::Money;
using model::Price;
using model::Quantity;
using model::RejectReason;
using model::Side;
using order_book::Order;

constexpr AccountIndex alice = 0;
constexpr AccountIndex bob = 1;
constexpr InstrumentIndex acme = 0;

class NoSink final : public codec::EventSink {
 public:
    void take(std::span<const std::byte>, bool) override {}
};

/// A settlement of two accounts with money and shares.
class Office {
 public:
    Office() {
        EXPECT_EQ(settlement.move_cash(alice, dollar, Money{1'000'000}), RejectReason::none);
        EXPECT_EQ(settlement.move_cash(bob, dollar, Money{1'000'000}), RejectReason::none);
        EXPECT_EQ(settlement.move_shares(alice, acme, 1'000), RejectReason::none);
        EXPECT_EQ(settlement.move_shares(bob, acme, 1'000), RejectReason::none);
    }

    /// An order whose hold is set aside; not open.
    Order order(AccountIndex owner, Side side, std::int64_t price, std::uint64_t quantity) {
        Order made{};
        made.price = Price{price};
        made.remaining = Quantity{quantity};
        made.side = side;
        made.account = owner;
        made.position = settlement.wallet().find_position(owner, acme);
        made.fee_schedule = settlement.fees().in_force(0);
        if (side == Side::buy)
            made.hold = *hold_for(value_of(made.price, made.remaining),
                                  settlement.fees().schedule(made.fee_schedule).hold);
        settlement.hold(made, 0);
        return made;
    }
    /// The maker rests, the taker comes in.
    void trade(Order& maker, Order& taker, std::uint64_t quantity, std::int64_t price) {
        maker.remaining -= Quantity{quantity};
        taker.remaining -= Quantity{quantity};
        settlement.settle<false>(
            {maker, taker, Quantity{quantity}, Price{price}, model::TradeKind::continuous, 0});
        events.end_command();
    }
    /// Bob sells 10 to Alice at 100.
    void trade_ten() {
        Order sell = order(bob, Side::sell, 100, 10);
        settlement.count_open(sell);
        Order buy = order(alice, Side::buy, 100, 10);
        trade(sell, buy, 10, 100);
    }
    [[nodiscard]] const Cash& cash(AccountIndex account) const {
        return settlement.wallet().cash(account, 0);
    }
    [[nodiscard]] const Position& shares(AccountIndex account) const {
        return settlement.wallet().position(settlement.wallet().find_position(account, acme));
    }

    model::Currency dollar = *model::Currency::from("USD");
    NoSink sink;
    codec::EventBuffer events{sink};
    Settlement settlement{
        events, {.accounts = 8, .positions = 16, .instruments = 4, .currencies = 2, .trades = 4}};
};

TEST(Settlement, a_buy_holds_cash_and_a_sell_holds_shares) {
    Office office;
    static_cast<void>(office.order(alice, Side::buy, 100, 10));
    static_cast<void>(office.order(bob, Side::sell, 100, 10));
    EXPECT_EQ(office.cash(alice).held, Money{1'000});
    EXPECT_EQ(office.shares(bob).held, Quantity{10});
}

TEST(Settlement, a_released_order_holds_nothing) {
    Office office;
    office.settlement.release(office.order(alice, Side::buy, 100, 10), 0);
    office.settlement.release(office.order(bob, Side::sell, 100, 10), 0);
    EXPECT_EQ(office.cash(alice).held, Money{0});
    EXPECT_EQ(office.shares(bob).held, Quantity{0});
}

TEST(Settlement, a_reduced_buy_frees_what_the_part_held) {
    Office office;
    Order buy = office.order(alice, Side::buy, 100, 10);
    buy.remaining -= Quantity{4};
    EXPECT_EQ(office.settlement.release_part(buy, Quantity{4}, 0), Money{400});
    EXPECT_EQ(office.cash(alice).held, Money{600});
}

TEST(Settlement, a_changed_hold_takes_the_place_of_the_old_one) {
    Office office;
    const Order buy = office.order(alice, Side::buy, 100, 10);
    office.settlement.change_hold(buy, Money{300}, Quantity{3}, 0);
    EXPECT_EQ(office.cash(alice).held, Money{300});
}

TEST(Settlement, a_trade_moves_cash_one_way_and_shares_the_other) {
    Office office;
    office.trade_ten();
    EXPECT_EQ(office.cash(alice).total, Money{999'000});
    EXPECT_EQ(office.cash(bob).total, Money{1'001'000});
    EXPECT_EQ(office.shares(alice).total, Quantity{1'010});
    EXPECT_EQ(office.shares(bob).total, Quantity{990});
}

TEST(Settlement, a_trade_leaves_nothing_held_of_what_it_filled) {
    Office office;
    office.trade_ten();
    EXPECT_EQ(office.cash(alice).held, Money{0});
    EXPECT_EQ(office.shares(bob).held, Quantity{0});
}

TEST(Settlement, a_buyer_pays_the_maker_s_price_and_gets_the_rest_of_the_hold_back) {
    Office office;
    Order sell = office.order(bob, Side::sell, 90, 10);
    office.settlement.count_open(sell);
    Order buy = office.order(alice, Side::buy, 100, 10);
    office.trade(sell, buy, 10, 90);
    EXPECT_EQ(office.cash(alice).total, Money{999'100});
    EXPECT_EQ(office.cash(alice).held, Money{0});
}

TEST(Settlement, both_sides_pay_their_fees) {
    Office office;
    office.settlement.fees().set(0, FeeRate{1'000}, FeeRate{5'000}, FeeRate{0});
    office.trade_ten();
    EXPECT_EQ(office.cash(bob).total, Money{1'000'999}) << "the maker pays 0.1 % of 1,000";
    EXPECT_EQ(office.cash(alice).total, Money{998'995}) << "the taker pays 0.5 % of 1,000";
}

TEST(Settlement, an_order_keeps_the_fees_it_entered_with) {
    Office office;
    Order sell = office.order(bob, Side::sell, 100, 10);
    office.settlement.count_open(sell);
    Order buy = office.order(alice, Side::buy, 100, 10);
    office.settlement.fees().set(0, FeeRate{10'000}, FeeRate{10'000}, FeeRate{0});
    office.trade(sell, buy, 10, 100);
    EXPECT_EQ(office.cash(bob).total, Money{1'001'000});
}

TEST(Settlement, a_withdrawal_of_what_is_held_is_refused) {
    Office office;
    static_cast<void>(office.order(alice, Side::buy, 100, 10));
    EXPECT_EQ(office.settlement.move_cash(alice, office.dollar, Money{-999'001}),
              RejectReason::insufficient_cash);
    EXPECT_EQ(office.settlement.move_cash(alice, office.dollar, Money{-999'000}),
              RejectReason::none);
}

TEST(Settlement, a_withdrawal_of_shares_that_are_held_is_refused) {
    Office office;
    static_cast<void>(office.order(bob, Side::sell, 100, 10));
    EXPECT_EQ(office.settlement.move_shares(bob, acme, -991), RejectReason::insufficient_shares);
    EXPECT_EQ(office.settlement.move_shares(bob, acme, -990), RejectReason::none);
}

TEST(Settlement, a_third_currency_has_no_room) {
    Office office;
    EXPECT_EQ(office.settlement.move_cash(alice, *model::Currency::from("EUR"), Money{1}),
              RejectReason::none);
    EXPECT_EQ(office.settlement.move_cash(alice, *model::Currency::from("CHF"), Money{1}),
              RejectReason::currency_capacity_reached);
}

TEST(Settlement, a_bust_undoes_the_trade_and_its_fees) {
    Office office;
    office.settlement.fees().set(0, FeeRate{1'000}, FeeRate{5'000}, FeeRate{0});
    office.trade_ten();
    ASSERT_EQ(office.settlement.check_trade(MatchNumber{1}), RejectReason::none);
    ASSERT_EQ(office.settlement.check_bust(MatchNumber{1}, 0), RejectReason::none);
    office.settlement.bust(MatchNumber{1}, 0);
    EXPECT_EQ(office.cash(alice).total, Money{1'000'000});
    EXPECT_EQ(office.cash(bob).total, Money{1'000'000});
    EXPECT_EQ(office.shares(alice).total, Quantity{1'000});
}

TEST(Settlement, a_trade_can_be_busted_once) {
    Office office;
    office.trade_ten();
    office.settlement.bust(MatchNumber{1}, 0);
    EXPECT_EQ(office.settlement.check_trade(MatchNumber{1}), RejectReason::trade_busted);
}

TEST(Settlement, a_bust_needs_the_shares_to_be_there_still) {
    Office office;
    office.trade_ten();
    ASSERT_EQ(office.settlement.move_shares(alice, acme, -1'001), RejectReason::none);
    EXPECT_EQ(office.settlement.check_bust(MatchNumber{1}, 0), RejectReason::insufficient_shares);
}

TEST(Settlement, only_the_newest_trades_are_kept) {
    Office office;
    for (int i = 0; i < 5; ++i) office.trade_ten();
    EXPECT_EQ(office.settlement.check_trade(MatchNumber{1}), RejectReason::unknown_trade);
    EXPECT_EQ(office.settlement.check_trade(MatchNumber{2}), RejectReason::none);
    EXPECT_EQ(office.settlement.check_trade(MatchNumber{6}), RejectReason::unknown_trade);
}

TEST(Settlement, a_correction_moves_the_difference) {
    Office office;
    office.trade_ten();
    ASSERT_EQ(office.settlement.check_correction(MatchNumber{1}, Price{110}, 0),
              RejectReason::none);
    office.settlement.correct(MatchNumber{1}, Price{110}, 0);
    EXPECT_EQ(office.cash(alice).total, Money{998'900});
    EXPECT_EQ(office.cash(bob).total, Money{1'001'100});
    EXPECT_EQ(office.settlement.find_trade(MatchNumber{1})->price, Price{110});
}

TEST(Settlement, a_split_multiplies_every_position) {
    Office office;
    ASSERT_TRUE(office.settlement.split_fits(acme, 3, 2));
    office.settlement.split(acme, 3, 2);
    EXPECT_EQ(office.shares(alice).total, Quantity{1'500});
    EXPECT_EQ(office.settlement.issued(acme), Quantity{3'000});
}

TEST(Settlement, trades_before_a_split_cannot_be_busted) {
    Office office;
    office.trade_ten();
    office.settlement.split(acme, 2, 1);
    EXPECT_EQ(office.settlement.check_trade(MatchNumber{1}), RejectReason::unknown_trade);
}

TEST(Settlement, daily_counters_begin_anew) {
    Office office;
    office.trade_ten();
    EXPECT_EQ(office.shares(alice).day_quantity, Quantity{10});
    office.settlement.end_day();
    EXPECT_EQ(office.shares(alice).day_quantity, Quantity{0});
}

/// Books every movement on its own and adds them up when asked.
struct Ledger {
    std::map<AccountIndex, std::vector<std::int64_t>> cash;
    std::map<AccountIndex, std::vector<std::int64_t>> shares;
    static std::int64_t sum(const std::vector<std::int64_t>& bookings) {
        std::int64_t total = 0;
        for (const std::int64_t booking : bookings) total += booking;
        return total;
    }
    /// In whole numbers, rounded towards zero, as the rules say.
    static std::int64_t fee(std::int64_t amount, std::int64_t ppm) {
        return amount * ppm / 1'000'000;
    }
};

TEST(Settlement, equals_a_ledger_of_bookings) {
    std::mt19937_64 random(test_support::announced_seed());
    Office office;
    Ledger ledger;
    for (const AccountIndex account : {alice, bob}) {
        ledger.cash[account] = {1'000'000};
        ledger.shares[account] = {1'000};
    }
    const std::int64_t maker_ppm = static_cast<std::int64_t>(random() % 4'000) - 2'000;
    const std::int64_t taker_ppm = 2'000 + static_cast<std::int64_t>(random() % 2'000);
    office.settlement.fees().set(0, FeeRate{static_cast<std::int32_t>(maker_ppm)},
                                 FeeRate{static_cast<std::int32_t>(taker_ppm)}, FeeRate{0});
    for (int i = 0; i < 5'000; ++i) {
        const AccountIndex seller = random() % 2 == 0 ? alice : bob;
        const AccountIndex buyer = seller == alice ? bob : alice;
        const auto quantity = static_cast<std::int64_t>(1 + random() % 5);
        const auto price = static_cast<std::int64_t>(1 + random() % 200);
        if (Ledger::sum(ledger.shares[seller]) < quantity ||
            Ledger::sum(ledger.cash[buyer]) < 2 * price * quantity)
            continue;
        Order sell = office.order(seller, Side::sell, price, static_cast<std::uint64_t>(quantity));
        Order buy = office.order(buyer, Side::buy, price, static_cast<std::uint64_t>(quantity));
        const bool buyer_makes = random() % 2 == 0;
        Order& maker = buyer_makes ? buy : sell;
        Order& taker = buyer_makes ? sell : buy;
        maker.remaining = taker.remaining = Quantity{static_cast<std::uint64_t>(quantity)};
        office.settlement.count_open(maker);
        office.trade(maker, taker, static_cast<std::uint64_t>(quantity), price);

        const std::int64_t amount = price * quantity;
        ledger.cash[buyer].push_back(-amount);
        ledger.cash[seller].push_back(amount);
        ledger.cash[buyer_makes ? buyer : seller].push_back(-Ledger::fee(amount, maker_ppm));
        ledger.cash[buyer_makes ? seller : buyer].push_back(-Ledger::fee(amount, taker_ppm));
        ledger.shares[buyer].push_back(quantity);
        ledger.shares[seller].push_back(-quantity);
        for (const AccountIndex account : {alice, bob}) {
            ASSERT_EQ(office.cash(account).total.value(), Ledger::sum(ledger.cash[account]));
            ASSERT_EQ(office.cash(account).held.value(), 0);
            ASSERT_EQ(static_cast<std::int64_t>(office.shares(account).total.value()),
                      Ledger::sum(ledger.shares[account]));
            ASSERT_EQ(office.shares(account).held.value(), 0u);
        }
        office.settlement.verify(OpenTotals(2, office.settlement.wallet().positions()), 2, 1);
    }
}

}  // namespace
}  // namespace bw::wallet
