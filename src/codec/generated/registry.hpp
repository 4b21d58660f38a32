// Every message of the schema as a list of types, and the switch over their template ids.
// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.
// clang-format off
#pragma once

#include <tuple>
#include <type_traits>

#include "codec/attachments.hpp"
#include "codec/commands.hpp"
#include "codec/events.hpp"

namespace bw::codec {

using AllCommands =
    std::tuple<NewOrder, CancelOrder, ReduceOrder, ReplaceOrder, MassCancel, AmendOrder,
               ConfigureInstrument, SetInstrumentState, SetPriceBands, SetLimitBands, SetAllocation,
               SetTickTable, SetReferenceQuote, PublishIndicative, PauseOnLimitState, OpenAccount,
               SetAccountState, SetAccountLimits, MoveCash, MoveShares, SetSelfTradePrevention,
               SetAccountFeeTier, SetFees, KillSwitch, ReleaseKillSwitch, BustTrade, CorrectTrade, Approve,
               SetRuleSet, EndDayEarly, SetBusinessDate, EndDay, SplitShares, ChangeSymbol, Delist,
               TripBreaker, SetStorageState>;
using AllEvents =
    std::tuple<CommandRejected, OrderAccepted, DuplicateAnswered, TradeExecuted, OrderCancelled,
               OrderReduced, OrderReplaced, MassCancelled, OrderTriggered, InstrumentUpdated,
               OrderRefreshed, OrderConditions, PriceBandsSet, LimitBandsSet, AllocationSet, TickTableSet,
               ReferenceQuoteSet, IndicativePrice, AuctionEnded, AccountUpdated, LimitStateChanged,
               MarketStateSet, CashMoved, SharesMoved, KillSwitchSet, ProposalMade, TradeBusted,
               TradeCorrected, RuleSetChanged, FeesChanged, SharesSplit, PositionAdjusted, ClosingPrice,
               IndicativesPublished, DayEnded, StorageStateSet, BusinessDateSet>;
using AllAttachments =
    std::tuple<OrderAttributes>;

/// `run(std::type_identity<Message>{})` for the message of this template id, and what it returns;
/// false for an id that the schema does not know.
template <class Run>  // NOLINTNEXTLINE(readability-function-size): one line for each message
constexpr bool with_message_type(std::uint16_t template_id, Run&& run) {
    switch (template_id) {
        case 1: return run(std::type_identity<NewOrder>{});
        case 2: return run(std::type_identity<CancelOrder>{});
        case 3: return run(std::type_identity<ReduceOrder>{});
        case 4: return run(std::type_identity<ReplaceOrder>{});
        case 5: return run(std::type_identity<MassCancel>{});
        case 6: return run(std::type_identity<AmendOrder>{});
        case 10: return run(std::type_identity<ConfigureInstrument>{});
        case 11: return run(std::type_identity<SetInstrumentState>{});
        case 12: return run(std::type_identity<SetPriceBands>{});
        case 13: return run(std::type_identity<SetLimitBands>{});
        case 14: return run(std::type_identity<SetAllocation>{});
        case 15: return run(std::type_identity<SetTickTable>{});
        case 16: return run(std::type_identity<SetReferenceQuote>{});
        case 17: return run(std::type_identity<PublishIndicative>{});
        case 18: return run(std::type_identity<PauseOnLimitState>{});
        case 20: return run(std::type_identity<OpenAccount>{});
        case 21: return run(std::type_identity<SetAccountState>{});
        case 22: return run(std::type_identity<SetAccountLimits>{});
        case 23: return run(std::type_identity<MoveCash>{});
        case 24: return run(std::type_identity<MoveShares>{});
        case 25: return run(std::type_identity<SetSelfTradePrevention>{});
        case 26: return run(std::type_identity<SetAccountFeeTier>{});
        case 30: return run(std::type_identity<SetFees>{});
        case 31: return run(std::type_identity<KillSwitch>{});
        case 32: return run(std::type_identity<ReleaseKillSwitch>{});
        case 33: return run(std::type_identity<BustTrade>{});
        case 34: return run(std::type_identity<CorrectTrade>{});
        case 35: return run(std::type_identity<Approve>{});
        case 36: return run(std::type_identity<SetRuleSet>{});
        case 37: return run(std::type_identity<EndDayEarly>{});
        case 38: return run(std::type_identity<SetBusinessDate>{});
        case 40: return run(std::type_identity<EndDay>{});
        case 41: return run(std::type_identity<SplitShares>{});
        case 42: return run(std::type_identity<ChangeSymbol>{});
        case 43: return run(std::type_identity<Delist>{});
        case 44: return run(std::type_identity<TripBreaker>{});
        case 45: return run(std::type_identity<SetStorageState>{});
        case 80: return run(std::type_identity<OrderAttributes>{});
        case 101: return run(std::type_identity<CommandRejected>{});
        case 102: return run(std::type_identity<OrderAccepted>{});
        case 103: return run(std::type_identity<DuplicateAnswered>{});
        case 104: return run(std::type_identity<TradeExecuted>{});
        case 105: return run(std::type_identity<OrderCancelled>{});
        case 106: return run(std::type_identity<OrderReduced>{});
        case 107: return run(std::type_identity<OrderReplaced>{});
        case 108: return run(std::type_identity<MassCancelled>{});
        case 109: return run(std::type_identity<OrderTriggered>{});
        case 110: return run(std::type_identity<InstrumentUpdated>{});
        case 111: return run(std::type_identity<OrderRefreshed>{});
        case 112: return run(std::type_identity<OrderConditions>{});
        case 113: return run(std::type_identity<PriceBandsSet>{});
        case 114: return run(std::type_identity<LimitBandsSet>{});
        case 115: return run(std::type_identity<AllocationSet>{});
        case 116: return run(std::type_identity<TickTableSet>{});
        case 117: return run(std::type_identity<ReferenceQuoteSet>{});
        case 118: return run(std::type_identity<IndicativePrice>{});
        case 119: return run(std::type_identity<AuctionEnded>{});
        case 120: return run(std::type_identity<AccountUpdated>{});
        case 121: return run(std::type_identity<LimitStateChanged>{});
        case 122: return run(std::type_identity<MarketStateSet>{});
        case 123: return run(std::type_identity<CashMoved>{});
        case 124: return run(std::type_identity<SharesMoved>{});
        case 125: return run(std::type_identity<KillSwitchSet>{});
        case 126: return run(std::type_identity<ProposalMade>{});
        case 127: return run(std::type_identity<TradeBusted>{});
        case 128: return run(std::type_identity<TradeCorrected>{});
        case 129: return run(std::type_identity<RuleSetChanged>{});
        case 130: return run(std::type_identity<FeesChanged>{});
        case 132: return run(std::type_identity<SharesSplit>{});
        case 133: return run(std::type_identity<PositionAdjusted>{});
        case 134: return run(std::type_identity<ClosingPrice>{});
        case 136: return run(std::type_identity<IndicativesPublished>{});
        case 140: return run(std::type_identity<DayEnded>{});
        case 141: return run(std::type_identity<StorageStateSet>{});
        case 142: return run(std::type_identity<BusinessDateSet>{});
        default: return false;
    }
}

}  // namespace bw::codec
