// Commands of the market's operation: bands, auctions, kill switch, busts, corporate actions.
// Layouts follow protocol/sbe/buttonwood.xml.
#pragma once

#include <array>

#include "codec/fields.hpp"

namespace bw::codec {

/// How far from the static and from the moving reference an execution may be; beyond it trading
/// goes into a volatility auction.
struct SetPriceBands {
    static constexpr std::uint16_t template_id = 12;
    static constexpr std::string_view name = "SetPriceBands";
    model::RequestId request_id;
    model::InstrumentId instrument;
    model::Ppm static_band;   ///< 0: none
    model::Ppm dynamic_band;  ///< 0: none
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = SetPriceBands;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, instrument),
                          BW_FIELD(M, static_band), BW_FIELD(M, dynamic_band),
                          BW_FIELD(M, reserved)};
    }
};

/// Limit-up/limit-down: the prices within which the instrument may trade now. Both 0: no bands.
struct SetLimitBands {
    static constexpr std::uint16_t template_id = 13;
    static constexpr std::string_view name = "SetLimitBands";
    model::RequestId request_id;
    model::Price lower;
    model::Price upper;
    model::InstrumentId instrument;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = SetLimitBands;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, lower), BW_FIELD(M, upper),
                          BW_FIELD(M, instrument), BW_FIELD(M, reserved)};
    }
};

/// How an incoming order is shared among the orders at one price.
struct SetAllocation {
    static constexpr std::uint16_t template_id = 14;
    static constexpr std::string_view name = "SetAllocation";
    model::RequestId request_id;
    model::InstrumentId instrument;
    model::AccountId lead_account;  ///< lead: the lead market maker, else 0
    model::Ppm lead_share;
    model::Allocation allocation;
    std::uint8_t reserved;
    std::uint16_t reserved2;

    static constexpr auto fields() {
        using M = SetAllocation;
        return std::array{BW_FIELD(M, request_id),   BW_FIELD(M, instrument),
                          BW_FIELD(M, lead_account), BW_FIELD(M, lead_share),
                          BW_FIELD(M, allocation),   BW_FIELD(M, reserved),
                          BW_FIELD(M, reserved2)};
    }
};

/// Ticks by price: from `from_price_k` on the tick is `tick_k`; below the first row `tick_size` of
/// the instrument. Unused rows are zero.
struct SetTickTable {
    static constexpr std::uint16_t template_id = 15;
    static constexpr std::string_view name = "SetTickTable";
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
    std::uint32_t rows;  ///< 0: the same tick everywhere

    static constexpr auto fields() {
        using M = SetTickTable;
        return std::array{
            BW_FIELD(M, request_id),   BW_FIELD(M, from_price_1), BW_FIELD(M, tick_1),
            BW_FIELD(M, from_price_2), BW_FIELD(M, tick_2),       BW_FIELD(M, from_price_3),
            BW_FIELD(M, tick_3),       BW_FIELD(M, from_price_4), BW_FIELD(M, tick_4),
            BW_FIELD(M, instrument),   BW_FIELD(M, rows)};
    }
};

/// Best bid and ask of the reference market: a dark book trades at their midpoint. Both 0: no
/// quote.
struct SetReferenceQuote {
    static constexpr std::uint16_t template_id = 16;
    static constexpr std::string_view name = "SetReferenceQuote";
    model::RequestId request_id;
    model::Price bid;
    model::Price ask;
    model::InstrumentId instrument;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = SetReferenceQuote;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, bid), BW_FIELD(M, ask),
                          BW_FIELD(M, instrument), BW_FIELD(M, reserved)};
    }
};

/// A timer: asks for the indicative price of the auctions that are collecting.
struct PublishIndicative {
    static constexpr std::uint16_t template_id = 17;
    static constexpr std::string_view name = "PublishIndicative";
    model::RequestId request_id;
    model::InstrumentId instrument;  ///< 0: all
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = PublishIndicative;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, instrument), BW_FIELD(M, reserved)};
    }
};

/// A timer: halts the instrument if it has been in its limit state since the command `since`.
struct PauseOnLimitState {
    static constexpr std::uint16_t template_id = 18;
    static constexpr std::string_view name = "PauseOnLimitState";
    model::RequestId request_id;
    model::SequenceNumber since;
    model::InstrumentId instrument;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = PauseOnLimitState;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, since), BW_FIELD(M, instrument),
                          BW_FIELD(M, reserved)};
    }
};

/// Which fee schedule the orders of the account get from now on.
struct SetAccountFeeTier {
    static constexpr std::uint16_t template_id = 26;
    static constexpr std::string_view name = "SetAccountFeeTier";
    model::RequestId request_id;
    model::AccountId account;
    std::uint32_t tier;  ///< 0 to 15

    static constexpr auto fields() {
        using M = SetAccountFeeTier;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, account), BW_FIELD(M, tier)};
    }
};

/// Cancels every open order of an account, a firm or the market, and refuses new ones until it is
/// released.
struct KillSwitch {
    static constexpr std::uint16_t template_id = 31;
    static constexpr std::string_view name = "KillSwitch";
    model::RequestId request_id;
    std::uint32_t id;  ///< account, firm, or 0 for the market
    std::uint32_t operator_id;
    model::KillScope scope;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = KillSwitch;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, id),       BW_FIELD(M, operator_id),
                          BW_FIELD(M, scope),      BW_FIELD(M, reserved), BW_FIELD(M, reserved2),
                          BW_FIELD(M, reserved3)};
    }
};

/// Proposes to let the account, firm or market enter orders again; another operator approves.
struct ReleaseKillSwitch {
    static constexpr std::uint16_t template_id = 32;
    static constexpr std::string_view name = "ReleaseKillSwitch";
    model::RequestId request_id;
    std::uint32_t id;
    std::uint32_t operator_id;
    model::KillScope scope;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = ReleaseKillSwitch;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, id),       BW_FIELD(M, operator_id),
                          BW_FIELD(M, scope),      BW_FIELD(M, reserved), BW_FIELD(M, reserved2),
                          BW_FIELD(M, reserved3)};
    }
};

/// Proposes to undo a trade; another operator approves.
struct BustTrade {
    static constexpr std::uint16_t template_id = 33;
    static constexpr std::string_view name = "BustTrade";
    model::RequestId request_id;
    model::MatchNumber match_number;
    std::uint32_t operator_id;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = BustTrade;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, match_number),
                          BW_FIELD(M, operator_id), BW_FIELD(M, reserved)};
    }
};

/// Proposes another price for a trade; another operator approves.
struct CorrectTrade {
    static constexpr std::uint16_t template_id = 34;
    static constexpr std::string_view name = "CorrectTrade";
    model::RequestId request_id;
    model::MatchNumber match_number;
    model::Price price;
    std::uint32_t operator_id;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = CorrectTrade;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, match_number), BW_FIELD(M, price),
                          BW_FIELD(M, operator_id), BW_FIELD(M, reserved)};
    }
};

/// The second operator's consent to a proposal; it takes effect at once.
struct Approve {
    static constexpr std::uint16_t template_id = 35;
    static constexpr std::string_view name = "Approve";
    model::RequestId request_id;
    std::uint64_t proposal;
    std::uint32_t operator_id;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = Approve;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, proposal), BW_FIELD(M, operator_id),
                          BW_FIELD(M, reserved)};
    }
};

/// Each `denominator` shares become `numerator`. Open orders of the instrument are cancelled.
struct SplitShares {
    static constexpr std::uint16_t template_id = 41;
    static constexpr std::string_view name = "SplitShares";
    model::RequestId request_id;
    model::InstrumentId instrument;
    std::uint32_t numerator;
    std::uint32_t denominator;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = SplitShares;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, instrument), BW_FIELD(M, numerator),
                          BW_FIELD(M, denominator), BW_FIELD(M, reserved)};
    }
};

/// The instrument goes by another symbol; everything else stays.
struct ChangeSymbol {
    static constexpr std::uint16_t template_id = 42;
    static constexpr std::string_view name = "ChangeSymbol";
    model::RequestId request_id;
    model::InstrumentId instrument;
    std::uint32_t reserved;
    model::Symbol symbol;

    static constexpr auto fields() {
        using M = ChangeSymbol;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, instrument), BW_FIELD(M, reserved),
                          BW_FIELD(M, symbol)};
    }
};

/// Ends trading in the instrument for good. Positions stay and can be withdrawn.
struct Delist {
    static constexpr std::uint16_t template_id = 43;
    static constexpr std::string_view name = "Delist";
    model::RequestId request_id;
    model::InstrumentId instrument;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = Delist;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, instrument), BW_FIELD(M, reserved)};
    }
};

/// A market-wide circuit breaker: levels 1 and 2 halt every instrument, level 3 closes the market.
struct TripBreaker {
    static constexpr std::uint16_t template_id = 44;
    static constexpr std::string_view name = "TripBreaker";
    model::RequestId request_id;
    std::uint8_t level;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = TripBreaker;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, level), BW_FIELD(M, reserved),
                          BW_FIELD(M, reserved2), BW_FIELD(M, reserved3)};
    }
};

/// The exchange itself says so: its logs have little room left, or enough again.
struct SetStorageState {
    static constexpr std::uint16_t template_id = 45;
    static constexpr std::string_view name = "SetStorageState";
    model::RequestId request_id;
    std::uint8_t scarce;  ///< 1: entries are refused until it is 0 again
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = SetStorageState;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, scarce), BW_FIELD(M, reserved),
                          BW_FIELD(M, reserved2), BW_FIELD(M, reserved3)};
    }
};

}  // namespace bw::codec
