// Every message of the schema, and what can be done with one whose type is known only at run time.
#pragma once

#include <span>
#include <string>
#include <tuple>

#include "codec/commands.hpp"
#include "codec/events.hpp"
#include "codec/header.hpp"

namespace bw::codec {

using AllCommands =
    std::tuple<NewOrder, CancelOrder, ReduceOrder, ReplaceOrder, MassCancel, AmendOrder,
               ConfigureInstrument, SetInstrumentState, SetPriceBands, SetLimitBands, SetAllocation,
               SetTickTable, SetReferenceQuote, PublishIndicative, PauseOnLimitState, OpenAccount,
               SetAccountState, SetAccountLimits, MoveCash, MoveShares, SetSelfTradePrevention,
               SetAccountFeeTier, SetFees, KillSwitch, ReleaseKillSwitch, BustTrade, CorrectTrade,
               Approve, EndDay, SplitShares, ChangeSymbol, Delist, TripBreaker, SetStorageState>;
using AllEvents =
    std::tuple<CommandRejected, OrderAccepted, DuplicateAnswered, TradeExecuted, OrderCancelled,
               OrderReduced, OrderReplaced, MassCancelled, OrderTriggered, InstrumentUpdated,
               OrderRefreshed, OrderConditions, PriceBandsSet, LimitBandsSet, AllocationSet,
               TickTableSet, ReferenceQuoteSet, IndicativePrice, AuctionEnded, AccountUpdated,
               LimitStateChanged, MarketStateSet, CashMoved, SharesMoved, KillSwitchSet,
               ProposalMade, TradeBusted, TradeCorrected, FeesChanged, SharesSplit,
               PositionAdjusted, ClosingPrice, IndicativesPublished, DayEnded, StorageStateSet>;

/// What an untyped reader needs to know of one message.
struct MessageInfo {
    std::string_view name;
    std::uint16_t template_id = 0;
    std::size_t block_length = 0;
    std::span<const Field> fields;
};

/// Commands first, then events, by template id.
[[nodiscard]] std::span<const MessageInfo> all_messages();

/// nullptr for a template this schema version does not know.
[[nodiscard]] const MessageInfo* find_message(std::uint16_t template_id);

/// `"name":value,...` of the message in `bytes` (header and block), prices and money as decimal
/// strings. A newer, longer block is printed as far as it is known; an unknown template prints its
/// number and its bytes in hex.
[[nodiscard]] std::string to_json_members(std::span<const std::byte> bytes);

/// Calls `visitor(const Message&)` with the decoded message if it is one of `Messages` (a
/// std::tuple). False when the template is unknown or the block is too short.
template <class Messages, class Visitor>
bool visit(std::span<const std::byte> bytes, Visitor&& visitor) {
    return []<class... Message>(std::tuple<Message...>*, std::span<const std::byte> in,
                                Visitor& call) {
        MessageHeader header;
        if (!read_header(in, header)) return false;
        const auto attempt = [&]<class M>(M message) {
            if (header.template_id != M::template_id || decode(in, message) != DecodeError::none)
                return false;
            call(static_cast<const M&>(message));
            return true;
        };
        return (attempt(Message{}) || ...);
    }(static_cast<Messages*>(nullptr), bytes, visitor);
}

}  // namespace bw::codec
