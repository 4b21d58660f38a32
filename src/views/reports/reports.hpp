// Reports: what each account is told about its orders, kept for those who were away. Every account
// has two streams, each numbered from 1 without gaps: orders (all reports) and executions (the
// fills among them). The numbers are a function of the event log, so they are the same after a
// restart and in every gateway. A Projection (views/projection/projection.hpp).
//
//   events_   [ event | event | event ... ]     one copy of each event that is reported, however
//                                               many streams name it
//   streams   account 7 orders     -> 0 2 ...   positions in events_
//             account 7 executions -> 2 ...
//
// A report is made of its event when it is asked for.
//
// Memory: at most `total_max` events; of one stream at most `stream_max` reports. The oldest leave
// first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "codec/events.hpp"
#include "codec/header.hpp"
#include "views/projection/projection.hpp"
#include "views/reports/report.hpp"

namespace bw::views {

struct ReportsOptions {
    std::size_t stream_max = 100'000;  ///< reports kept of one account and stream
    std::size_t total_max = 1 << 20;   ///< events kept for all accounts together
};

enum class ReportStream : std::uint8_t { orders, executions };

struct StreamKey {
    model::AccountId account;
    ReportStream stream = ReportStream::orders;
    friend bool operator==(const StreamKey&, const StreamKey&) = default;
};

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

class Reports {
 public:
    using Events = std::tuple<codec::OrderAccepted, codec::TradeExecuted, codec::OrderCancelled,
                              codec::CommandRejected, codec::OrderReduced, codec::OrderReplaced,
                              codec::MassCancelled, codec::OrderConditions, codec::OrderTriggered,
                              codec::OrderRefreshed, codec::TradeBusted, codec::TradeCorrected,
                              codec::PositionAdjusted, codec::KillSwitchSet>;

    explicit Reports(const ReportsOptions& options = {}) : options_(options) {}

    void begin(const RecordView&) { told_count_ = 0; }
    void apply(const RecordView& record, const AnyEvent& event);

    /// The events that are kept and how far each stream is numbered; what a stream names follows
    /// from them.
    void save(base::FieldWriter& out) const;
    /// What is more than is kept here leaves as it would have then.
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();

    /// The streams that got a report by the latest record.
    [[nodiscard]] std::span<const StreamKey> told() const {
        return std::span(told_).first(told_count_);
    }
    /// Of the next report of the stream; the latest one has one less.
    [[nodiscard]] std::uint64_t next_sequence(const StreamKey& key) const;
    /// Of the oldest report that is kept; next_sequence() when there is none.
    [[nodiscard]] std::uint64_t oldest_sequence(const StreamKey& key) const;
    /// Requires: oldest_sequence(key) <= sequence < next_sequence(key).
    [[nodiscard]] Report report(const StreamKey& key, std::uint64_t sequence) const;

 private:
    struct Stream {
        std::uint64_t next_sequence = 1;
        PositionQueue entries;  ///< position x 2, + 1 for the second side of a trade
        [[nodiscard]] std::uint64_t oldest_sequence() const {
            return next_sequence - entries.size();
        }
    };
    struct Streams {
        Stream orders, executions;
    };
    struct Stored {
        std::uint64_t sequence;
        std::uint64_t timestamp_ns;
        std::array<std::byte, codec::max_message_size> message;
    };
    /// Who is told of an event: the account, and of a trade both.
    struct Addressees {
        model::AccountId account;  ///< 0: nobody; of a trade the maker's
        model::AccountId taker;    ///< of a trade
        bool execution = false;
    };
    struct Addressing;  // reports.cpp: one overload for each event

    [[nodiscard]] static Addressees addressees_of(std::span<const std::byte> message);
    [[nodiscard]] const Stream* find(const StreamKey& key) const;
    Stream& stream(const StreamKey& key);
    void add(const RecordView& record, const Addressees& to);
    void store(const RecordView& record);
    void load_events(base::FieldReader& in);
    void load_numbers(base::FieldReader& in);
    void drop_oldest();
    void append(const StreamKey& key, bool second);

    ReportsOptions options_;
    std::uint64_t first_position_ = 0;  // of events_.front()
    std::deque<Stored> events_;
    std::unordered_map<std::uint32_t, Streams> streams_;
    std::array<StreamKey, 4> told_{};
    std::size_t told_count_ = 0;
};

}  // namespace bw::views
