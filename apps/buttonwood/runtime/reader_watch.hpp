// ReaderWatch: the counters of a reader of the event log: its position, its lag, and the age of
// commands when their last event is applied. Threads: one, the reader's.
#pragma once

#include "buttonwood/runtime/node_access.hpp"
#include "event_store/log/record.hpp"
#include "observe/metrics.hpp"
#include "observe/stamps.hpp"

namespace bw::apps {

class ReaderWatch {
 public:
    /// Events stored before the exchange opened do not count for the age: no client waits for
    /// those.
    ReaderWatch(NodeAccess& node, std::size_t reader)
        : metrics_(node.metrics().readers[reader]), node_(node), stored_(node.stored_events()) {}

    void applied(const event_store::RecordView& record) {
        sequence_ = record.sequence;
        if (record.ends_command() && sequence_ > stored_) stamps_.add(record.timestamp_ns);
    }

    /// `caught_up`: there was no further event to read.
    void end_turn(bool caught_up) {
        stamps_.record(node_.clock().realtime_ns(), metrics_.published);
        metrics_.sequence.set(sequence_);
        const std::uint64_t appended = node_.events_appended();
        metrics_.lag_events.set(caught_up || appended < sequence_ ? 0 : appended - sequence_);
    }

 private:
    observe::ReaderMetrics& metrics_;
    NodeAccess& node_;
    std::uint64_t stored_;
    std::uint64_t sequence_ = 0;
    observe::Stamps stamps_;
};

}  // namespace bw::apps
