// Events of the market's operation and of special orders. Layouts follow
// protocol/sbe/buttonwood.xml.
#pragma once

#include <array>

#include "codec/fields.hpp"

namespace bw::codec {

/// A stop order became a market or limit order; its trades and what becomes of the rest follow.
struct OrderTriggered {
    static constexpr std::uint16_t template_id = 109;
    static constexpr std::string_view name = "OrderTriggered";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price stop_price;
    model::Price last_price;  ///< that triggered it
    model::AccountId account;
    model::InstrumentId instrument;

    static constexpr auto fields() {
        using M = OrderTriggered;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, order_id),         BW_FIELD(M, stop_price),
                          BW_FIELD(M, last_price),       BW_FIELD(M, account),
                          BW_FIELD(M, instrument)};
    }
};

/// An iceberg order shows a new part of its reserve, at the end of its price level.
struct OrderRefreshed {
    static constexpr std::uint16_t template_id = 111;
    static constexpr std::string_view name = "OrderRefreshed";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity displayed;
    model::Quantity remaining;  ///< displayed and reserve
    model::AccountId account;
    model::InstrumentId instrument;

    static constexpr auto fields() {
        using M = OrderRefreshed;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, order_id),         BW_FIELD(M, displayed),
                          BW_FIELD(M, remaining),        BW_FIELD(M, account),
                          BW_FIELD(M, instrument)};
    }
};

/// Follows the OrderAccepted of an order that has any of these.
struct OrderConditions {
    static constexpr std::uint16_t template_id = 112;
    static constexpr std::string_view name = "OrderConditions";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity display_quantity;  ///< 0: all
    model::Price stop_price;           ///< 0: none
    model::Price offset;
    model::AccountId account;
    model::InstrumentId instrument;
    model::PegKind peg;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = OrderConditions;
        return std::array{
            BW_FIELD(M, command_sequence), BW_FIELD(M, request_id), BW_FIELD(M, order_id),
            BW_FIELD(M, display_quantity), BW_FIELD(M, stop_price), BW_FIELD(M, offset),
            BW_FIELD(M, account),          BW_FIELD(M, instrument), BW_FIELD(M, peg),
            BW_FIELD(M, reserved),         BW_FIELD(M, reserved2),  BW_FIELD(M, reserved3)};
    }
};

struct PriceBandsSet {
    static constexpr std::uint16_t template_id = 113;
    static constexpr std::string_view name = "PriceBandsSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::InstrumentId instrument;
    model::Ppm static_band;
    model::Ppm dynamic_band;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = PriceBandsSet;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, instrument),       BW_FIELD(M, static_band),
                          BW_FIELD(M, dynamic_band),     BW_FIELD(M, reserved)};
    }
};

/// Follows the OrderCancelled (outside_limit_band) events.
struct LimitBandsSet {
    static constexpr std::uint16_t template_id = 114;
    static constexpr std::string_view name = "LimitBandsSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price lower;
    model::Price upper;
    model::InstrumentId instrument;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = LimitBandsSet;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, lower),
                          BW_FIELD(M, upper),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, reserved)};
    }
};

struct AllocationSet {
    static constexpr std::uint16_t template_id = 115;
    static constexpr std::string_view name = "AllocationSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::InstrumentId instrument;
    model::AccountId lead_account;
    model::Ppm lead_share;
    model::Allocation allocation;
    std::uint8_t reserved;
    std::uint16_t reserved2;

    static constexpr auto fields() {
        using M = AllocationSet;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, instrument),       BW_FIELD(M, lead_account),
                          BW_FIELD(M, lead_share),       BW_FIELD(M, allocation),
                          BW_FIELD(M, reserved),         BW_FIELD(M, reserved2)};
    }
};

struct TickTableSet {
    static constexpr std::uint16_t template_id = 116;
    static constexpr std::string_view name = "TickTableSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price from_price_1;
    model::Price tick_1;
    model::Price from_price_2;
    model::Price tick_2;
    model::Price from_price_3;
    model::Price tick_3;
    model::Price from_price_4;
    model::Price tick_4;
    model::InstrumentId instrument;
    std::uint32_t rows;

    static constexpr auto fields() {
        using M = TickTableSet;
        return std::array{
            BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),   BW_FIELD(M, from_price_1),
            BW_FIELD(M, tick_1),           BW_FIELD(M, from_price_2), BW_FIELD(M, tick_2),
            BW_FIELD(M, from_price_3),     BW_FIELD(M, tick_3),       BW_FIELD(M, from_price_4),
            BW_FIELD(M, tick_4),           BW_FIELD(M, instrument),   BW_FIELD(M, rows)};
    }
};

struct ReferenceQuoteSet {
    static constexpr std::uint16_t template_id = 117;
    static constexpr std::string_view name = "ReferenceQuoteSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price bid;
    model::Price ask;
    model::InstrumentId instrument;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = ReferenceQuoteSet;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, bid),
                          BW_FIELD(M, ask),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, reserved)};
    }
};

/// What the auction would find now.
struct IndicativePrice {
    static constexpr std::uint16_t template_id = 118;
    static constexpr std::string_view name = "IndicativePrice";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price price;  ///< no_price: nothing would trade
    model::Quantity volume;
    std::int64_t surplus;  ///< shares, above 0: more to buy
    model::InstrumentId instrument;
    model::InstrumentState state;
    std::uint8_t reserved;
    std::uint16_t reserved2;

    static constexpr auto fields() {
        using M = IndicativePrice;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, price),
                          BW_FIELD(M, volume),
                          BW_FIELD(M, surplus),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, state),
                          BW_FIELD(M, reserved),
                          BW_FIELD(M, reserved2)};
    }
};

/// The result of an auction, after its trades.
struct AuctionEnded {
    static constexpr std::uint16_t template_id = 119;
    static constexpr std::string_view name = "AuctionEnded";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price price;  ///< no_price: nothing traded
    model::Quantity volume;
    std::int64_t surplus;  ///< shares at that price, above 0: more to buy
    model::InstrumentId instrument;
    model::InstrumentState state;  ///< that ended
    std::uint8_t reserved;
    std::uint16_t reserved2;

    static constexpr auto fields() {
        using M = AuctionEnded;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, price),
                          BW_FIELD(M, volume),
                          BW_FIELD(M, surplus),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, state),
                          BW_FIELD(M, reserved),
                          BW_FIELD(M, reserved2)};
    }
};

/// The best bid came to rest at the upper limit band (side buy), or the best ask at the lower one
/// (side sell); or that ended.
struct LimitStateChanged {
    static constexpr std::uint16_t template_id = 121;
    static constexpr std::string_view name = "LimitStateChanged";
    model::SequenceNumber command_sequence;
    model::InstrumentId instrument;
    std::uint8_t entered;  ///< 1: begins, 0: ends
    model::Side side;
    std::uint16_t reserved;

    static constexpr auto fields() {
        using M = LimitStateChanged;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, instrument),
                          BW_FIELD(M, entered), BW_FIELD(M, side), BW_FIELD(M, reserved)};
    }
};

/// The end of a change of many instruments.
struct MarketStateSet {
    static constexpr std::uint16_t template_id = 122;
    static constexpr std::string_view name = "MarketStateSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t changed;  ///< instruments
    model::InstrumentState state;
    model::HaltReason reason;
    std::uint8_t level;  ///< of the circuit breaker, 0: none
    std::uint8_t reserved;

    static constexpr auto fields() {
        using M = MarketStateSet;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, changed),          BW_FIELD(M, state),
                          BW_FIELD(M, reason),           BW_FIELD(M, level),
                          BW_FIELD(M, reserved)};
    }
};

/// The end of a kill switch's cancels, or its release.
struct KillSwitchSet {
    static constexpr std::uint16_t template_id = 125;
    static constexpr std::string_view name = "KillSwitchSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t id;
    std::uint32_t operator_id;
    std::uint32_t cancelled;  ///< orders
    model::KillScope scope;
    std::uint8_t on;  ///< 1: entries are refused from now on
    std::uint16_t reserved;

    static constexpr auto fields() {
        using M = KillSwitchSet;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, id),
                          BW_FIELD(M, operator_id),
                          BW_FIELD(M, cancelled),
                          BW_FIELD(M, scope),
                          BW_FIELD(M, on),
                          BW_FIELD(M, reserved)};
    }
};

/// Waits for another operator's Approve.
struct ProposalMade {
    static constexpr std::uint16_t template_id = 126;
    static constexpr std::string_view name = "ProposalMade";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint64_t proposal;
    std::uint32_t operator_id;
    std::uint16_t command_template;
    std::uint16_t reserved;

    static constexpr auto fields() {
        using M = ProposalMade;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, proposal),         BW_FIELD(M, operator_id),
                          BW_FIELD(M, command_template), BW_FIELD(M, reserved)};
    }
};

/// The trade is undone: shares and cash went back.
struct TradeBusted {
    static constexpr std::uint16_t template_id = 127;
    static constexpr std::string_view name = "TradeBusted";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::MatchNumber match_number;
    model::Price price;
    model::Quantity quantity;
    model::Money buyer_fee;   ///< given back
    model::Money seller_fee;  ///< given back
    model::AccountId buyer;
    model::AccountId seller;
    model::InstrumentId instrument;
    std::uint32_t proposed_by;
    std::uint32_t approved_by;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = TradeBusted;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, match_number),     BW_FIELD(M, price),
                          BW_FIELD(M, quantity),         BW_FIELD(M, buyer_fee),
                          BW_FIELD(M, seller_fee),       BW_FIELD(M, buyer),
                          BW_FIELD(M, seller),           BW_FIELD(M, instrument),
                          BW_FIELD(M, proposed_by),      BW_FIELD(M, approved_by),
                          BW_FIELD(M, reserved)};
    }
};

/// The trade has another price: the difference went from the buyer to the seller, or back.
struct TradeCorrected {
    static constexpr std::uint16_t template_id = 128;
    static constexpr std::string_view name = "TradeCorrected";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::MatchNumber match_number;
    model::Price price_before;
    model::Price price;
    model::Quantity quantity;
    model::AccountId buyer;
    model::AccountId seller;
    model::InstrumentId instrument;
    std::uint32_t proposed_by;
    std::uint32_t approved_by;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = TradeCorrected;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, match_number),
                          BW_FIELD(M, price_before),
                          BW_FIELD(M, price),
                          BW_FIELD(M, quantity),
                          BW_FIELD(M, buyer),
                          BW_FIELD(M, seller),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, proposed_by),
                          BW_FIELD(M, approved_by),
                          BW_FIELD(M, reserved)};
    }
};

/// The end of a split, after its cancels and adjusted positions.
struct SharesSplit {
    static constexpr std::uint16_t template_id = 132;
    static constexpr std::string_view name = "SharesSplit";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Quantity issued_before;
    model::Quantity issued;
    model::Price reference_price;
    model::InstrumentId instrument;
    std::uint32_t numerator;
    std::uint32_t denominator;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = SharesSplit;
        return std::array{
            BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),      BW_FIELD(M, issued_before),
            BW_FIELD(M, issued),           BW_FIELD(M, reference_price), BW_FIELD(M, instrument),
            BW_FIELD(M, numerator),        BW_FIELD(M, denominator),     BW_FIELD(M, reserved)};
    }
};

struct PositionAdjusted {
    static constexpr std::uint16_t template_id = 133;
    static constexpr std::string_view name = "PositionAdjusted";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Quantity total_before;
    model::Quantity total;
    model::AccountId account;
    model::InstrumentId instrument;

    static constexpr auto fields() {
        using M = PositionAdjusted;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, total_before),     BW_FIELD(M, total),
                          BW_FIELD(M, account),          BW_FIELD(M, instrument)};
    }
};

struct ClosingPrice {
    static constexpr std::uint16_t template_id = 134;
    static constexpr std::string_view name = "ClosingPrice";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price price;
    model::InstrumentId instrument;
    std::uint32_t business_date;

    static constexpr auto fields() {
        using M = ClosingPrice;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, price), BW_FIELD(M, instrument), BW_FIELD(M, business_date)};
    }
};

/// The end of the IndicativePrice events of a command.
struct IndicativesPublished {
    static constexpr std::uint16_t template_id = 136;
    static constexpr std::string_view name = "IndicativesPublished";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t published;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = IndicativesPublished;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, published), BW_FIELD(M, reserved)};
    }
};

}  // namespace bw::codec
