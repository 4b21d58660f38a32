#include "bench/exchange_stream.hpp"

#include <fmt/format.h>

#include "codec/commands.hpp"
#include "codec/events.hpp"

namespace bw::bench {
namespace {

const model::Currency currency = *model::Currency::from("USD");

class Encoder {
 public:
    explicit Encoder(EncodedStream& out) : out_(out) { out_.offsets.push_back(0); }

    template <class Message>
    void add(const Message& body) {
        codec::Frame<Message> frame;
        frame.body = body;
        const auto bytes = codec::bytes_of(frame);
        out_.bytes.insert(out_.bytes.end(), bytes.begin(), bytes.end());
        out_.offsets.push_back(static_cast<std::uint32_t>(out_.bytes.size()));
    }

 private:
    EncodedStream& out_;
};

void list_instruments(Encoder& encoder, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        codec::ConfigureInstrument listing{};
        listing.tick_size = model::Price{1};
        listing.lot_size = model::Quantity{1};
        listing.reference_price = model::Price{1};
        listing.max_order_quantity = model::unlimited_quantity;
        listing.max_order_value = model::unlimited_money;
        listing.currency = currency;
        listing.symbol = *model::Symbol::from(fmt::format("S{}", i));
        encoder.add(listing);
    }
}

/// Cash for everybody, and shares of every instrument a user sells: half of what Money can hold, in
/// equal parts.
void open_accounts(Encoder& encoder, const Stream& stream, std::uint32_t users) {
    for (std::uint32_t user = 0; user <= users; ++user) {
        codec::OpenAccount opening{};
        opening.reference = *model::ClientOrderId::from(fmt::format("user-{}", user));
        encoder.add(opening);
        codec::MoveCash deposit{};
        deposit.amount = model::Money{4'000'000'000'000'000'000 / (users + 1)};
        deposit.account = model::AccountId{user + 1};
        deposit.currency = currency;
        encoder.add(deposit);
    }
    std::vector<bool> sells(std::size_t{users + 1} * stream.header.symbols);
    for (const StreamCommand& c : stream.commands) {
        const std::size_t key = std::size_t{c.user} * stream.header.symbols + c.symbol;
        if (c.op != Op::enter || c.side != 1 || sells[key]) continue;
        sells[key] = true;
        codec::MoveShares shares{};
        shares.quantity = 1'000'000'000'000;
        shares.account = model::AccountId{c.user + 1};
        shares.instrument = model::InstrumentId{c.symbol + 1};
        encoder.add(shares);
    }
}

class OrderEncoder {
 public:
    OrderEncoder(Encoder& encoder, EncodedStream& out, std::uint64_t max_id)
        : encoder_(encoder), out_(out), order_ids_(max_id + 1), owners_(max_id + 1) {
        out_.stream_ids.push_back(0);
    }

    void add(const StreamCommand& c) {
        switch (c.op) {
            case Op::enter: return enter(c);
            case Op::cancel: return change<codec::CancelOrder>(c, [](auto&) {});
            case Op::reduce:
                return change<codec::ReduceOrder>(
                    c, [&](auto& m) { m.quantity = model::Quantity{c.quantity}; });
            case Op::replace:
                return change<codec::ReplaceOrder>(c, [&](auto& m) {
                    m.price = model::Price{c.price};
                    m.quantity = model::Quantity{c.quantity};
                });
        }
    }

 private:
    void enter(const StreamCommand& c) {
        order_ids_[c.id] = model::OrderId{out_.stream_ids.size()};
        owners_[c.id] = model::AccountId{c.user + 1};
        out_.stream_ids.push_back(c.id);
        codec::NewOrder order{};
        order.price = model::Price{c.price};
        order.quantity = model::Quantity{c.quantity};
        order.account = owners_[c.id];
        order.instrument = model::InstrumentId{c.symbol + 1};
        order.side = c.side == 0 ? model::Side::buy : model::Side::sell;
        order.order_type = model::OrderType::limit;
        order.time_in_force = static_cast<model::TimeInForce>(c.tif);  // good = day here
        order.client_order_id = *model::ClientOrderId::from(fmt::format("{}", c.id));
        encoder_.add(order);
    }

    template <class Message, class Fill>
    void change(const StreamCommand& c, Fill&& fill) {
        Message message{};
        message.order_id = order_ids_[c.id];
        message.account = owners_[c.id];
        fill(message);
        encoder_.add(message);
    }

    Encoder& encoder_;
    EncodedStream& out_;
    std::vector<model::OrderId> order_ids_;
    std::vector<model::AccountId> owners_;
};

}  // namespace

EncodedStream encode_for_exchange(const Stream& stream) {
    EncodedStream out;
    Encoder encoder(out);
    std::uint32_t users = 0;
    for (const StreamCommand& c : stream.commands) users = std::max(users, c.user);
    list_instruments(encoder, stream.header.symbols);
    open_accounts(encoder, stream, users);
    OrderEncoder orders(encoder, out, stream.header.max_id);
    for (const StreamCommand& c : stream.prefill()) orders.add(c);
    out.untimed = out.size();
    for (const StreamCommand& c : stream.timed()) orders.add(c);
    return out;
}

void TradeReader::read(std::span<const std::byte> messages) {
    while (!messages.empty()) {
        codec::MessageHeader header;
        if (!codec::read_header(messages, header)) return;
        if (header.template_id == codec::TradeExecuted::template_id) {
            codec::TradeExecuted spare;
            if (const auto* trade = codec::view(messages, spare))
                checksum_.trade(stream_ids_[trade->maker_order.value()],
                                stream_ids_[trade->taker_order.value()],
                                static_cast<std::uint64_t>(trade->price.value()),
                                trade->quantity.value());
        } else if (header.template_id == codec::CommandRejected::template_id) {
            ++rejects_;
        }
        messages = messages.subspan(sizeof header + header.block_length);
    }
}

}  // namespace bw::bench
