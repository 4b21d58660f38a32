#include "gateway/websocket/report_log.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "codec/registry.hpp"
#include "gateway/session/date_text.hpp"
#include "gateway/websocket/json.hpp"

namespace bw::gateway::websocket {
namespace {

/// Who is told of an event: the account, and of a trade both.
struct Addressees {
    model::AccountId account;  ///< 0: nobody; of a trade the maker's
    model::AccountId taker;    ///< of a trade
    bool execution = false;
};

/// Entering, changing and cancelling orders: templates 1 to 6.
bool is_order_command(std::uint16_t template_id) {
    return template_id >= codec::NewOrder::template_id &&
           template_id <= codec::AmendOrder::template_id;
}

/// A command that names no account of ours has nobody to tell.
Addressees addressees_of(const codec::CommandRejected& event) {
    if (!is_order_command(event.command_template) ||
        event.reason == model::RejectReason::unknown_account)
        return {};
    return {event.account, {}, false};
}
Addressees addressees_of(const codec::OrderAccepted& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::OrderCancelled& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::OrderReduced& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::OrderReplaced& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::MassCancelled& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::TradeExecuted& event) {
    return {event.maker_account, event.taker_account, true};
}

/// The buyer and the seller; their accounts stand in the places of maker and taker.
Addressees addressees_of(const codec::TradeBusted& event) {
    return {event.buyer, event.seller, true};
}
Addressees addressees_of(const codec::TradeCorrected& event) {
    return {event.buyer, event.seller, true};
}
Addressees addressees_of(const codec::OrderConditions& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::OrderTriggered& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::OrderRefreshed& event) { return {event.account, {}, false}; }
Addressees addressees_of(const codec::PositionAdjusted& event) {
    return {event.account, {}, false};
}
/// One of a firm or of the market is told by the orders it cancels.
Addressees addressees_of(const codec::KillSwitchSet& event) {
    if (event.scope != model::KillScope::account) return {};
    return {model::AccountId{event.id}, {}, false};
}

using Reported = std::tuple<codec::CommandRejected, codec::OrderAccepted, codec::OrderCancelled,
                            codec::OrderReduced, codec::OrderReplaced, codec::MassCancelled,
                            codec::TradeExecuted, codec::OrderConditions, codec::OrderTriggered,
                            codec::OrderRefreshed, codec::TradeBusted, codec::TradeCorrected,
                            codec::PositionAdjusted, codec::KillSwitchSet>;

Addressees addressees_of_message(std::span<const std::byte> message) {
    Addressees out;
    codec::visit<Reported>(message, [&out](const auto& event) { out = addressees_of(event); });
    return out;
}

// --- Encoding: the members that follow the head of a report ---

std::string symbol_json(MarketView& view, model::InstrumentId instrument) {
    const InstrumentView* found = view.find(instrument);
    return found == nullptr ? "null" : json_text(found->symbol);
}

std::string text_or_null(std::string_view text) { return text.empty() ? "null" : json_text(text); }
std::string id_or_null(std::uint64_t id) { return id == 0 ? "null" : json_text(id); }

void encode(ObjectWriter& out, const codec::OrderAccepted& event, bool, MarketView& view) {
    out.add_text("report", "accepted").add("orderId", json_text(event.order_id.value()));
    out.add("clientOrderId", text_or_null(event.client_order_id.view()))
        .add("symbol", symbol_json(view, event.instrument));
    out.add_text("side", name_of(event.side)).add_text("orderType", name_of(event.order_type));
    out.add_text("timeInForce", name_of(event.time_in_force));
    out.add("expireDate",
            event.expire_date == 0 ? "null" : json_text(session::format_date(event.expire_date)));
    const auto has = [&event](model::Instruction which) {
        return (event.instructions & static_cast<std::uint8_t>(which)) != 0;
    };
    out.add_flag("postOnly", has(model::Instruction::post_only))
        .add_flag("hidden", has(model::Instruction::hidden));
    out.add("price", event.price == model::no_price ? "null" : json(event.price))
        .add("quantity", json(event.quantity));
    out.add("hold", json(event.hold));
}

void encode(ObjectWriter& out, const codec::CommandRejected& event, bool, MarketView& view) {
    const codec::MessageInfo* command = codec::find_message(event.command_template);
    out.add_text("report", "rejected").add("orderId", id_or_null(event.order_id.value()));
    out.add("clientOrderId", text_or_null(event.client_order_id.view()))
        .add("symbol", symbol_json(view, event.instrument));
    out.add_text("command", command == nullptr ? "" : command->name);
    out.add_number("code", static_cast<std::uint16_t>(event.reason))
        .add_text("reason", name_of(event.reason));
}

void encode(ObjectWriter& out, const codec::OrderCancelled& event, bool, MarketView& view) {
    out.add_text("report", event.reason == model::CancelReason::expired ? "expired" : "cancelled");
    out.add("orderId", json_text(event.order_id.value()))
        .add("symbol", symbol_json(view, event.instrument));
    out.add_text("side", name_of(event.side)).add("quantity", json(event.quantity));
    out.add_text("reason", name_of(event.reason)).add("holdReleased", json(event.hold_released));
}

void encode(ObjectWriter& out, const codec::OrderReduced& event, bool, MarketView& view) {
    out.add_text("report", "reduced").add("orderId", json_text(event.order_id.value()));
    out.add("symbol", symbol_json(view, event.instrument)).add("reducedBy", json(event.reduced_by));
    out.add("remaining", json(event.remaining)).add("holdReleased", json(event.hold_released));
}

void encode(ObjectWriter& out, const codec::OrderReplaced& event, bool, MarketView& view) {
    out.add_text("report", "replaced").add("orderId", json_text(event.order_id.value()));
    out.add("symbol", symbol_json(view, event.instrument)).add("price", json(event.price));
    out.add("remaining", json(event.remaining)).add("hold", json(event.hold));
}

/// After the reports of the orders that it cancelled.
void encode(ObjectWriter& out, const codec::MassCancelled& event, bool, MarketView& view) {
    out.add_text("report", "mass_cancelled").add("symbol", symbol_json(view, event.instrument));
    out.add_text("side", name_of(event.side)).add_number("cancelled", event.cancelled);
}

/// One side of the trade; nothing of it says who the other side is.
void encode(ObjectWriter& out, const codec::TradeExecuted& event, bool taker, MarketView& view) {
    out.add_text("report", "execution")
        .add("executionId", json_text(2 * event.match_number.value() + (taker ? 1 : 0)));
    out.add("matchNumber", json_text(event.match_number.value()));
    out.add("orderId", json_text(taker ? event.taker_order.value() : event.maker_order.value()));
    out.add("symbol", symbol_json(view, event.instrument));
    out.add_text("side", name_of(taker ? event.taker_side : opposite(event.taker_side)));
    out.add("price", json(event.price)).add("quantity", json(event.quantity));
    out.add("remaining", json(taker ? event.taker_remaining : event.maker_remaining));
    const bool in_auction = event.kind == model::TradeKind::auction;
    out.add("fee", json(taker ? event.taker_fee : event.maker_fee))
        .add_text("liquidity", in_auction ? "auction"
                               : taker    ? "taker"
                                          : "maker");
    out.add_text("kind", name_of(event.kind));
}

std::string price_or_null(model::Price price) {
    return price == model::Price{0} ? "null" : json(price);
}

/// Follows the report `accepted` of an order that has any of these.
void encode(ObjectWriter& out, const codec::OrderConditions& event, bool, MarketView& view) {
    out.add_text("report", "conditions").add("orderId", json_text(event.order_id.value()));
    out.add("symbol", symbol_json(view, event.instrument));
    const bool iceberg = event.display_quantity != model::Quantity{0};
    out.add("displayQuantity", iceberg ? json(event.display_quantity) : "null");
    out.add("stopPrice", price_or_null(event.stop_price)).add("offset", json(event.offset));
    out.add("peg", event.peg == model::PegKind::none ? "null" : json_text(name_of(event.peg)));
}

void encode(ObjectWriter& out, const codec::OrderTriggered& event, bool, MarketView& view) {
    out.add_text("report", "triggered").add("orderId", json_text(event.order_id.value()));
    out.add("symbol", symbol_json(view, event.instrument));
    out.add("stopPrice", json(event.stop_price)).add("lastPrice", json(event.last_price));
}

void encode(ObjectWriter& out, const codec::OrderRefreshed& event, bool, MarketView& view) {
    out.add_text("report", "refreshed").add("orderId", json_text(event.order_id.value()));
    out.add("symbol", symbol_json(view, event.instrument));
    out.add("displayed", json(event.displayed)).add("remaining", json(event.remaining));
}

void encode(ObjectWriter& out, const codec::TradeBusted& event, bool seller, MarketView& view) {
    out.add_text("report", "trade_busted")
        .add("matchNumber", json_text(event.match_number.value()));
    out.add("symbol", symbol_json(view, event.instrument))
        .add_text("side", seller ? "sell" : "buy");
    out.add("price", json(event.price)).add("quantity", json(event.quantity));
    out.add("feeReturned", json(seller ? event.seller_fee : event.buyer_fee));
}

void encode(ObjectWriter& out, const codec::TradeCorrected& event, bool seller, MarketView& view) {
    out.add_text("report", "trade_corrected")
        .add("matchNumber", json_text(event.match_number.value()));
    out.add("symbol", symbol_json(view, event.instrument))
        .add_text("side", seller ? "sell" : "buy");
    out.add("priceBefore", json(event.price_before)).add("price", json(event.price));
    out.add("quantity", json(event.quantity));
}

void encode(ObjectWriter& out, const codec::PositionAdjusted& event, bool, MarketView& view) {
    out.add_text("report", "position_adjusted").add("symbol", symbol_json(view, event.instrument));
    out.add("totalBefore", json(event.total_before)).add("total", json(event.total));
}

/// After the reports of the orders that it cancelled.
void encode(ObjectWriter& out, const codec::KillSwitchSet& event, bool, MarketView&) {
    out.add_text("report", "kill_switch").add_flag("on", event.on != 0);
    out.add_number("cancelled", event.cancelled);
}

}  // namespace

void PositionQueue::pop() {
    BW_ASSERT(size() > 0);
    if (++front_ * 2 < values_.size()) return;
    values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(front_));
    front_ = 0;
}

Stream& ReportLog::stream(model::AccountId account, Channel channel) {
    Streams& streams = streams_[account.value()];
    return channel == Channel::executions ? streams.executions : streams.orders;
}

void ReportLog::add(const event_store::RecordView& record, std::vector<Stream*>& changed) {
    const Addressees to = addressees_of_message(record.message);
    if (to.account == model::AccountId{0}) return;
    store(record);
    append(stream(to.account, Channel::orders), false, changed);
    if (!to.execution) return;
    append(stream(to.account, Channel::executions), false, changed);
    append(stream(to.taker, Channel::orders), true, changed);
    append(stream(to.taker, Channel::executions), true, changed);
}

void ReportLog::store(const event_store::RecordView& record) {
    if (events_.size() == total_max_) drop_oldest();
    Stored& stored = events_.emplace_back(Stored{record.sequence, record.timestamp_ns, {}});
    std::memcpy(stored.message.data(), record.message.data(),
                std::min(record.message.size(), stored.message.size()));
}

/// The streams that name the oldest event name it at their front: reports enter and leave in the
/// order of events.
void ReportLog::drop_oldest() {
    const Addressees to = addressees_of_message(events_.front().message);
    const auto forget = [this](Stream& stream) {
        while (stream.entries.size() > 0 && stream.entries[0] / 2 == first_position_)
            stream.entries.pop();
    };
    for (model::AccountId account : {to.account, to.taker}) {
        if (account == model::AccountId{0}) continue;
        forget(stream(account, Channel::orders));
        forget(stream(account, Channel::executions));
    }
    events_.pop_front();
    ++first_position_;
}

void ReportLog::append(Stream& stream, bool taker, std::vector<Stream*>& changed) {
    const std::uint64_t position = first_position_ + events_.size() - 1;
    stream.entries.push(position * 2 + (taker ? 1 : 0));
    ++stream.next_sequence;
    if (stream.entries.size() > stream_max_) stream.entries.pop();
    changed.push_back(&stream);
}

namespace {

/// Bytes of the message, its header included; 0: it is none.
std::size_t size_of_message(std::span<const std::byte> bytes) {
    codec::MessageHeader header;
    if (!codec::read_header(bytes, header)) return 0;
    const std::size_t size = sizeof header + header.block_length;
    return size <= bytes.size() ? size : 0;
}

}  // namespace

void ReportLog::save(base::FieldWriter& out) const {
    out(first_position_);
    out.count(events_.size());
    for (const Stored& stored : events_) {
        const auto size = static_cast<std::uint8_t>(size_of_message(stored.message));
        out(stored.sequence, stored.timestamp_ns, size);
        out.bytes(std::span(stored.message).first(size));
    }
    std::vector<std::uint32_t> accounts;
    for (const auto& [account, streams] : streams_)
        if (streams.orders.next_sequence > 1) accounts.push_back(account);
    std::ranges::sort(accounts);
    out.count(accounts.size());
    for (const std::uint32_t account : accounts) {
        const Streams& streams = streams_.at(account);
        out(account, streams.orders.next_sequence, streams.executions.next_sequence);
    }
}

/// What is more than is kept here leaves as it would have then.
void ReportLog::load(base::FieldReader& in) {
    load_events(in);
    const std::uint64_t accounts = in.count();
    for (std::uint64_t i = 0; i < accounts && in.good(); ++i) {
        std::uint32_t account = 0;
        std::uint64_t orders = 0;
        std::uint64_t executions = 0;
        in(account, orders, executions);
        Streams& streams = streams_[account];
        streams.orders.next_sequence = orders;
        streams.executions.next_sequence = executions;
    }
    for (const auto& [account, streams] : streams_)
        for (const Stream* stream : {&streams.orders, &streams.executions})
            if (stream->next_sequence <= stream->entries.size()) in.spoil();
}

void ReportLog::load_events(base::FieldReader& in) {
    in(first_position_);
    const std::uint64_t count = in.count();
    std::vector<Stream*> changed;
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        Stored stored{};
        std::uint8_t size = 0;
        in(stored.sequence, stored.timestamp_ns, size);
        if (size > stored.message.size()) return in.spoil();
        const auto message = std::span(stored.message).first(size);
        in.bytes(message);
        const bool reported = addressees_of_message(message).account != model::AccountId{0};
        if (size == 0 || size_of_message(message) != size || !reported) return in.spoil();
        changed.clear();
        add({stored.sequence, stored.timestamp_ns, 0, message}, changed);
    }
}

void ReportLog::reset() {
    first_position_ = 0;
    events_.clear();
    streams_.clear();
}

std::string ReportLog::frame(const Stream& stream, Channel channel, std::uint64_t sequence,
                             MarketView& view) const {
    BW_ASSERT(sequence >= stream.oldest_sequence() && sequence < stream.next_sequence);
    const std::uint64_t entry = stream.entries[sequence - stream.oldest_sequence()];
    const Stored& stored = events_[entry / 2 - first_position_];
    ObjectWriter out;
    out.add_text("type", "report").add_text("channel", name_of(channel));
    out.add_number("sequence", sequence).add_number("previousSequence", sequence - 1);
    out.add("eventSequence", json_text(stored.sequence))
        .add("time", json_text(stored.timestamp_ns));
    codec::visit<Reported>(stored.message,
                           [&](const auto& event) { encode(out, event, entry % 2 == 1, view); });
    return std::move(out).finish();
}

}  // namespace bw::gateway::websocket
