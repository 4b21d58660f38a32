// The words of the exchange as types that cannot be mixed up.
//
//   Price     signed, 4 implied decimals: 1 = 10^-4 of the currency unit
//   Quantity  unsigned, whole shares
//   Money     signed, 10^-4 of the currency unit; Price x Quantity = Money, through 128 bits,
//             checked
//   Timestamp nanoseconds since the Unix epoch, UTC, stamped once by the sequencer
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/checked.hpp"
#include "base/fixed_text.hpp"
#include "base/strong.hpp"

namespace bw::model {

struct PriceTag;
struct MoneyTag;
struct QuantityTag;

struct Price : base::Strong<PriceTag, std::int64_t> {
    using Strong::Strong;
};

struct Quantity : base::Strong<QuantityTag, std::uint64_t> {
    using Strong::Strong;
    friend constexpr Quantity operator+(Quantity a, Quantity b) {
        return Quantity{a.value() + b.value()};
    }
    friend constexpr Quantity operator-(Quantity a, Quantity b) {
        return Quantity{a.value() - b.value()};
    }
    constexpr Quantity& operator+=(Quantity b) { return *this = *this + b; }
    constexpr Quantity& operator-=(Quantity b) { return *this = *this - b; }
};

struct Money : base::Strong<MoneyTag, std::int64_t> {
    using Strong::Strong;
    friend constexpr Money operator+(Money a, Money b) { return Money{a.value() + b.value()}; }
    friend constexpr Money operator-(Money a, Money b) { return Money{a.value() - b.value()}; }
    constexpr Money& operator+=(Money b) { return *this = *this + b; }
    constexpr Money& operator-=(Money b) { return *this = *this - b; }
};

using SequenceNumber = base::Strong<struct SequenceNumberTag, std::uint64_t>;
using Timestamp = base::Strong<struct TimestampTag, std::uint64_t>;

/// Dense, 1-based, assigned by the engine in the order of the commands that create them. 0 = none.
using OrderId = base::Strong<struct OrderIdTag, std::uint64_t>;
using MatchNumber = base::Strong<struct MatchNumberTag, std::uint64_t>;
using AccountId = base::Strong<struct AccountIdTag, std::uint32_t>;
using InstrumentId = base::Strong<struct InstrumentIdTag, std::uint32_t>;

/// Chosen by the gateway to find the client that waits: gateway number in the top 16 bits, its own
/// counter below.
using RequestId = base::Strong<struct RequestIdTag, std::uint64_t>;

inline constexpr unsigned request_gateway_shift = 48;
[[nodiscard]] constexpr RequestId make_request_id(std::uint16_t gateway, std::uint64_t counter) {
    return RequestId{(static_cast<std::uint64_t>(gateway) << request_gateway_shift) |
                     (counter & ((1ull << request_gateway_shift) - 1))};
}
[[nodiscard]] constexpr std::uint16_t gateway_of(RequestId id) {
    return static_cast<std::uint16_t>(id.value() >> request_gateway_shift);
}

/// `[A-Za-z0-9_.-]{1,36}`; empty = the client gave none (then nothing is checked for duplicates).
using ClientOrderId = base::FixedText<36>;
using Symbol = base::FixedText<16>;
using Currency = base::FixedText<4>;

/// Parts per million of a notional.
using Ppm = base::Strong<struct PpmTag, std::uint32_t>;
inline constexpr std::uint32_t ppm_unit = 1'000'000;
/// Parts per million of a notional, paid if above 0, received (a rebate) if below.
using FeeRate = base::Strong<struct FeeRateTag, std::int32_t>;

/// SBE null of an int64: "no price" (market orders).
inline constexpr Price no_price{std::numeric_limits<std::int64_t>::min()};
/// SBE null of a uint64 / int64 / uint32: "no limit".
inline constexpr Quantity unlimited_quantity{std::numeric_limits<std::uint64_t>::max()};
inline constexpr Money unlimited_money{std::numeric_limits<std::int64_t>::max()};
inline constexpr std::uint32_t unlimited_count = std::numeric_limits<std::uint32_t>::max();

/// Prices above this are refused: 100,000,000. See Rules::max_price for that of an instrument.
inline constexpr Price max_price{1'000'000'000'000};
/// Orders above this are refused: keeps every sum of quantities far inside 64 bits.
inline constexpr Quantity max_quantity{1'000'000'000'000'000};

/// price x quantity, or nothing when it does not fit into Money.
[[nodiscard]] constexpr std::optional<Money> notional(Price price, Quantity quantity) {
    const auto product =
        static_cast<base::int128>(price.value()) * static_cast<base::int128>(quantity.value());
    const auto narrow = base::narrow_to_int64(product);
    if (!narrow) return std::nullopt;
    return Money{*narrow};
}

/// A fee and what rounding left out of it: amount x rate = 1,000,000 x fee + remainder.
struct Fee {
    Money amount;
    std::int64_t remainder;  ///< 10^-6 of a Money unit
};

/// The `rate` part of a non-negative amount, rounded towards zero to 10^-4: the remainder of a fee
/// stays with the member, of a rebate with the exchange.
[[nodiscard]] constexpr Fee exact_fee(Money amount, FeeRate rate) {
    constexpr std::int64_t unit = ppm_unit;
    // the usual case stays in 64 bits: a 128-bit division costs ten times as much
    std::int64_t product = 0;
    if (!__builtin_mul_overflow(amount.value(), std::int64_t{rate.value()}, &product)) [[likely]]
        return {Money{product / unit}, product % unit};
    const base::int128 wide = static_cast<base::int128>(amount.value()) * rate.value();
    return {Money{static_cast<std::int64_t>(wide / unit)}, static_cast<std::int64_t>(wide % unit)};
}

[[nodiscard]] constexpr Money fee_on(Money amount, FeeRate rate) {
    return exact_fee(amount, rate).amount;
}

}  // namespace bw::model
