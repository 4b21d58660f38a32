#include "views/reports/reports.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "codec/commands.hpp"
#include "views/projection/map_fields.hpp"
#include "views/reports/report_body.hpp"

namespace bw::views {
namespace {

/// Entering, changing and cancelling orders: templates 1 to 6.
bool is_order_command(std::uint16_t template_id) {
    return template_id >= codec::NewOrder::template_id &&
           template_id <= codec::AmendOrder::template_id;
}

/// Bytes of the message, its header included; 0: it is none.
std::size_t size_of_message(std::span<const std::byte> bytes) {
    codec::MessageHeader header;
    if (!codec::read_header(bytes, header)) return 0;
    const std::size_t size = sizeof header + header.block_length;
    return size <= bytes.size() ? size : 0;
}

}  // namespace

struct Reports::Addressing {
    /// Most events name one account.
    template <class Event>
    static Addressees of(const Event& event) {
        return {event.account, {}, false};
    }
    /// A command that names no account of ours has nobody to tell.
    static Addressees of(const codec::CommandRejected& event) {
        const bool known = event.reason != model::RejectReason::unknown_account;
        if (!known || !is_order_command(event.command_template)) return {};
        return {event.account, {}, false};
    }
    static Addressees of(const codec::TradeExecuted& event) {
        return {event.maker_account, event.taker_account, true};
    }
    /// The buyer and the seller stand in the places of maker and taker.
    static Addressees of(const codec::TradeBusted& event) {
        return {event.buyer, event.seller, true};
    }
    static Addressees of(const codec::TradeCorrected& event) {
        return {event.buyer, event.seller, true};
    }
    /// One of a firm or of the market is told by the orders it cancels.
    static Addressees of(const codec::KillSwitchSet& event) {
        if (event.scope != model::KillScope::account) return {};
        return {model::AccountId{event.id}, {}, false};
    }
};

void PositionQueue::pop() {
    BW_ASSERT(size() > 0);
    if (++front_ * 2 < values_.size()) return;
    values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(front_));
    front_ = 0;
}

// --- events ---

void Reports::apply(const RecordView& record, const AnyEvent& event) {
    event.visit<Events>([&](const auto& reported) { add(record, Addressing::of(reported)); });
}

void Reports::add(const RecordView& record, const Addressees& to) {
    if (to.account == model::AccountId{0}) return;
    store(record);
    append({to.account, ReportStream::orders}, false);
    if (!to.execution) return;
    append({to.account, ReportStream::executions}, false);
    append({to.taker, ReportStream::orders}, true);
    append({to.taker, ReportStream::executions}, true);
}

void Reports::store(const RecordView& record) {
    if (events_.size() == options_.total_max) drop_oldest();
    Stored& stored = events_.emplace_back(Stored{record.sequence, record.timestamp_ns, {}});
    std::memcpy(stored.message.data(), record.message.data(),
                std::min(record.message.size(), stored.message.size()));
}

/// The streams that name the oldest event name it at their front: reports enter and leave in the
/// order of events.
void Reports::drop_oldest() {
    const Addressees to = addressees_of(events_.front().message);
    const auto forget = [this](Stream& stream) {
        while (stream.entries.size() > 0 && stream.entries[0] / 2 == first_position_)
            stream.entries.pop();
    };
    for (const model::AccountId account : {to.account, to.taker}) {
        if (account == model::AccountId{0}) continue;
        forget(stream({account, ReportStream::orders}));
        forget(stream({account, ReportStream::executions}));
    }
    events_.pop_front();
    ++first_position_;
}

void Reports::append(const StreamKey& key, bool second) {
    Stream& to = stream(key);
    const std::uint64_t position = first_position_ + events_.size() - 1;
    to.entries.push(position * 2 + (second ? 1 : 0));
    ++to.next_sequence;
    if (to.entries.size() > options_.stream_max) to.entries.pop();
    told_[told_count_++] = key;
}

Reports::Addressees Reports::addressees_of(std::span<const std::byte> message) {
    Addressees out;
    codec::visit<Events>(message, [&](const auto& event) { out = Addressing::of(event); });
    return out;
}

Reports::Stream& Reports::stream(const StreamKey& key) {
    Streams& streams = streams_[key.account.value()];
    return key.stream == ReportStream::executions ? streams.executions : streams.orders;
}

// --- as bytes ---

void Reports::save(base::FieldWriter& out) const {
    out(first_position_);
    out.count(events_.size());
    for (const Stored& stored : events_) {
        const auto size = static_cast<std::uint8_t>(size_of_message(stored.message));
        out(stored.sequence, stored.timestamp_ns, size);
        out.bytes(std::span(stored.message).first(size));
    }
    const auto accounts = sorted_keys(streams_);
    out.count(accounts.size());
    for (const std::uint32_t account : accounts) {
        const Streams& streams = streams_.at(account);
        out(account, streams.orders.next_sequence, streams.executions.next_sequence);
    }
}

bool Reports::load(base::FieldReader& in) {
    reset();
    load_events(in);
    load_numbers(in);
    told_count_ = 0;
    if (!in.good()) reset();
    return in.good();
}

void Reports::load_events(base::FieldReader& in) {
    in(first_position_);
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        Stored stored{};
        std::uint8_t size = 0;
        in(stored.sequence, stored.timestamp_ns, size);
        if (size > stored.message.size()) return in.spoil();
        const auto message = std::span(stored.message).first(size);
        in.bytes(message);
        const Addressees to = addressees_of(message);
        if (size == 0 || size_of_message(message) != size || to.account == model::AccountId{0})
            return in.spoil();
        told_count_ = 0;
        add({stored.sequence, stored.timestamp_ns, 0, message}, to);
    }
}

/// How far each stream had come; the reports before those that are kept count too.
void Reports::load_numbers(base::FieldReader& in) {
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

void Reports::reset() {
    first_position_ = 0;
    events_.clear();
    streams_.clear();
    told_count_ = 0;
}

// --- queries ---

const Reports::Stream* Reports::find(const StreamKey& key) const {
    const auto found = streams_.find(key.account.value());
    if (found == streams_.end()) return nullptr;
    return key.stream == ReportStream::executions ? &found->second.executions
                                                  : &found->second.orders;
}

std::uint64_t Reports::next_sequence(const StreamKey& key) const {
    const Stream* stream = find(key);
    return stream == nullptr ? 1 : stream->next_sequence;
}

std::uint64_t Reports::oldest_sequence(const StreamKey& key) const {
    const Stream* stream = find(key);
    return stream == nullptr ? 1 : stream->oldest_sequence();
}

Report Reports::report(const StreamKey& key, std::uint64_t sequence) const {
    const Stream* stream = find(key);
    BW_ASSERT(stream != nullptr && sequence >= stream->oldest_sequence() &&
              sequence < stream->next_sequence);
    const std::uint64_t entry = stream->entries[sequence - stream->oldest_sequence()];
    const Stored& stored = events_[entry / 2 - first_position_];
    Report out{stored.sequence, stored.timestamp_ns, {}};
    codec::visit<Events>(stored.message,
                         [&](const auto& event) { out.body = body_of(event, entry % 2 == 1); });
    return out;
}

}  // namespace bw::views
