// Words that mean different things must not compile together, and money must not lose a unit.
#include "model/types.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include <set>
#include <type_traits>

#include "model/enums.hpp"

namespace bw::model {
namespace {

template <class A, class B>
constexpr bool adds = requires(A a, B b) { a + b; };
template <class A, class B>
constexpr bool compares = requires(A a, B b) { a == b; };
template <class A, class B>
constexpr bool orders = requires(A a, B b) { a < b; };

static_assert(adds<Money, Money> && adds<Quantity, Quantity>);
static_assert(!adds<Price, Price> && !adds<Price, Quantity> && !adds<Money, Quantity> &&
              !adds<Money, Price>);
static_assert(!adds<OrderId, OrderId> && !adds<AccountId, AccountId> &&
              !adds<SequenceNumber, SequenceNumber>);
static_assert(!adds<Money, std::int64_t> && !adds<Quantity, int>);
static_assert(compares<Price, Price> && orders<Price, Price> &&
              orders<SequenceNumber, SequenceNumber>);
static_assert(!compares<Price, Money> && !compares<Price, Quantity> &&
              !compares<AccountId, InstrumentId>);
static_assert(!compares<OrderId, MatchNumber> && !compares<OrderId, RequestId> &&
              !compares<OrderId, std::uint64_t>);
static_assert(!orders<Quantity, int> && !orders<Timestamp, SequenceNumber>);
static_assert(!std::is_convertible_v<std::int64_t, Price> &&
              !std::is_convertible_v<Price, std::int64_t>);
static_assert(!std::is_convertible_v<std::uint64_t, Quantity> &&
              !std::is_convertible_v<Quantity, std::uint64_t>);
static_assert(!std::is_constructible_v<Price, Money> && !std::is_constructible_v<Money, Price>);
static_assert(!std::is_constructible_v<AccountId, InstrumentId> &&
              !std::is_constructible_v<OrderId, MatchNumber>);
static_assert(std::is_trivially_copyable_v<Money> && sizeof(Money) == 8 && sizeof(AccountId) == 4);

static_assert(static_cast<int>(SideSelection::buy) == static_cast<int>(Side::buy));
static_assert(static_cast<int>(SideSelection::sell) == static_cast<int>(Side::sell));
static_assert(static_cast<int>(Instruction::post_only) == 1, "the first bit");

TEST(Enums, name_their_values_and_nothing_else) {
    const auto named = []<class Enum>(Enum) {
        std::set<std::string_view> names;
        for (unsigned number = 0; number < 256; ++number)
            if (const auto name = name_of(static_cast<Enum>(number)); name != "unknown")
                names.insert(name);
        return names.size();
    };
    EXPECT_EQ(named(TimeInForce{}), 7u);
    EXPECT_EQ(named(CancelReason{}), 17u);
    EXPECT_EQ(named(SelfTradePrevention{}), 5u);
    EXPECT_EQ(named(SideSelection{}), 3u);
    EXPECT_EQ(named(OrderType{}), 6u);
    EXPECT_EQ(named(InstrumentState{}), 9u);
    EXPECT_EQ(named(HaltReason{}), 8u);
    EXPECT_EQ(named(PegKind{}), 4u);
    EXPECT_EQ(named(Allocation{}), 4u);
    EXPECT_EQ(named(KillScope{}), 3u);
    EXPECT_EQ(named(TradeKind{}), 3u);
}

/// Place and name lead back to the value.
template <class Enum>
void expect_one_row_each() {
    std::size_t position = 0;
    for (const Enum value : values_of<Enum>()) {
        EXPECT_EQ(position_of(value), position++) << name_of(value);
        EXPECT_EQ(from_name<Enum>(name_of(value)), value) << name_of(value);
    }
}

TEST(Enums, give_back_their_values_by_name_and_by_place) {
    expect_one_row_each<Side>();
    expect_one_row_each<OrderStatus>();
    expect_one_row_each<CancelReason>();
    expect_one_row_each<RejectReason>();
}

TEST(Enums, explain_why_an_order_was_cancelled_and_an_instrument_halted) {
    for (const CancelReason reason : values_of<CancelReason>())
        EXPECT_TRUE(sentence_of(reason).ends_with('.')) << name_of(reason);
    for (const HaltReason reason : values_of<HaltReason>())
        EXPECT_TRUE(sentence_of(reason).ends_with('.')) << name_of(reason);
}

TEST(Enums, answer_for_a_number_that_is_no_value) {
    const auto dense = static_cast<CancelReason>(values_of<CancelReason>().size());
    const auto sparse = static_cast<RejectReason>(2'000);
    EXPECT_EQ(name_of(dense), "unknown");
    EXPECT_EQ(name_of(sparse), "unknown");
    EXPECT_EQ(position_of(dense), std::nullopt);
    EXPECT_EQ(position_of(sparse), std::nullopt);
    EXPECT_EQ(sentence_of(sparse), "");
}

TEST(Enums, have_no_value_for_another_text) {
    for (const std::string_view text : {"", "unknown", "Buy", "buy ", "sellbuy"})
        EXPECT_EQ(from_name<Side>(text), std::nullopt) << text;
}

static_assert(from_name<OrderStatus>("new") == OrderStatus::accepted, "also while compiling");

TEST(Notional, is_exact_up_to_the_last_unit) {
    EXPECT_EQ(notional(Price{1'000'000}, Quantity{30}), Money{30'000'000});
    EXPECT_EQ(notional(Price{1}, Quantity{9'223'372'036'854'775'807ull}), unlimited_money);
    EXPECT_EQ(notional(Price{1}, Quantity{9'223'372'036'854'775'808ull}), std::nullopt);
    EXPECT_EQ(notional(max_price, max_quantity), std::nullopt);
    EXPECT_EQ(notional(Price{-1}, Quantity{5}), Money{-5});
    EXPECT_EQ(notional(no_price, Quantity{2}), std::nullopt);
}

TEST(Fee, is_rounded_towards_zero) {
    EXPECT_EQ(fee_on(Money{999}, FeeRate{1'000}), Money{0});
    EXPECT_EQ(fee_on(Money{1'000}, FeeRate{1'000}), Money{1});
    EXPECT_EQ(fee_on(Money{1'999}, FeeRate{-1'000}), Money{-1});
    EXPECT_EQ(fee_on(Money{999}, FeeRate{-1'000}), Money{0});
    EXPECT_EQ(fee_on(unlimited_money, FeeRate{ppm_unit}), unlimited_money);
    EXPECT_EQ(fee_on(Money{0}, FeeRate{100'000}), Money{0});
}

TEST(Fee, and_remainder_are_exact) {
    for (const std::int32_t rate : {-100'000, -333, -1, 0, 1, 250, 99'999, 100'000})
        for (const std::int64_t amount :
             {0l, 1l, 999l, 1'000'001l, 123'456'789'012'345l, unlimited_money.value()}) {
            const Fee fee = exact_fee(Money{amount}, FeeRate{rate});
            EXPECT_EQ(static_cast<base::int128>(amount) * rate,
                      static_cast<base::int128>(fee.amount.value()) * ppm_unit + fee.remainder);
            EXPECT_LT(std::abs(fee.remainder), std::int64_t{ppm_unit});
        }
}

TEST(RequestIds, keep_gateway_and_counter_apart) {
    const RequestId id = make_request_id(0xFFFF, (1ull << 48) - 1);
    EXPECT_EQ(gateway_of(id), 0xFFFF);
    EXPECT_EQ(gateway_of(make_request_id(7, ~0ull)), 7)
        << "a counter that runs over stays out of the gateway's bits";
    EXPECT_EQ(make_request_id(1, 5).value(), (1ull << 48) + 5);
}

TEST(RejectReasons, have_a_name_and_a_sentence_each) {
    std::set<std::string_view> names, sentences;
    std::size_t known = 0;
    for (unsigned number = 0; number < 10'000; ++number) {
        const auto reason = static_cast<RejectReason>(number);
        if (name_of(reason) == "unknown") continue;
        ++known;
        names.insert(name_of(reason));
        sentences.insert(sentence_of(reason));
        EXPECT_TRUE(sentence_of(reason).ends_with('.') || sentence_of(reason).ends_with('-'))
            << name_of(reason);
    }
    EXPECT_EQ(names.size(), known) << "two reasons have one name";
    EXPECT_EQ(sentences.size(), known) << "two reasons have one sentence";
    EXPECT_GT(known, 30u);
}

}  // namespace
}  // namespace bw::model
