// ReportLog: what each account is told about its orders, kept for those who were away. Every
// account has two streams, each numbered from 1 without gaps: orders (all reports) and executions
// (the fills among them). The numbers are a function of the event log, so they are the same after a
// restart.
//
//   events_   [ event | event | event ... ]     one copy of each event that is reported, however
//                                               many streams name it
//   streams   account 7 orders     -> 0 2 ...   positions in events_
//             account 7 executions -> 2 ...
//
// Memory: at most `total_max` events; of one stream at most `stream_max` reports. The oldest leave
// first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "codec/header.hpp"
#include "event_store/log/record.hpp"
#include "gateway/websocket/market_view.hpp"
#include "gateway/websocket/protocol.hpp"

namespace bw::gateway::websocket {

/// Numbers in the order they came, the oldest taken off the front.
class PositionQueue {
 public:
    void push(std::uint64_t value) { values_.push_back(value); }
    void pop();
    [[nodiscard]] std::size_t size() const { return values_.size() - front_; }
    [[nodiscard]] std::uint64_t operator[](std::size_t i) const { return values_[front_ + i]; }

 private:
    std::vector<std::uint64_t> values_;
    std::size_t front_ = 0;
};

struct Stream {
    std::uint64_t next_sequence = 1;  ///< of the next report
    PositionQueue entries;            ///< position x 2, + 1 for the taker's side of a trade
    Topic topic;
    [[nodiscard]] std::uint64_t oldest_sequence() const { return next_sequence - entries.size(); }
};

class ReportLog {
 public:
    ReportLog(std::size_t stream_max, std::size_t total_max)
        : stream_max_(stream_max), total_max_(total_max) {}

    /// Streams that got a report are appended to `changed`. Other events pass by.
    void add(const event_store::RecordView& record, std::vector<Stream*>& changed);

    [[nodiscard]] Stream& stream(model::AccountId account, Channel channel);

    /// The events that are kept and how far each stream is numbered; what a stream names follows
    /// from them.
    void save(base::FieldWriter& out) const;
    /// Requires: nothing is here and nobody is subscribed.
    void load(base::FieldReader& in);
    /// Requires: nobody is subscribed.
    void reset();

    /// Report `sequence` of the stream as a frame. Requires: oldest_sequence() <= sequence <
    /// next_sequence.
    [[nodiscard]] std::string frame(const Stream& stream, Channel channel, std::uint64_t sequence,
                                    MarketView& view) const;

 private:
    struct Streams {
        Stream orders, executions;
    };
    struct Stored {
        std::uint64_t sequence;
        std::uint64_t timestamp_ns;
        std::array<std::byte, codec::max_message_size> message;
    };
    void store(const event_store::RecordView& record);
    void load_events(base::FieldReader& in);
    void drop_oldest();
    void append(Stream& stream, bool taker, std::vector<Stream*>& changed);

    std::size_t stream_max_;
    std::size_t total_max_;
    std::uint64_t first_position_ = 0;  // of events_.front()
    std::deque<Stored> events_;
    std::unordered_map<std::uint32_t, Streams> streams_;
};

}  // namespace bw::gateway::websocket
