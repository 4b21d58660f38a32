// ReaderWatch: what a reader of the event log says about itself: how far it is, how far behind, and how old commands were when their
// last event had been applied. One thread, the reader's.
#pragma once

#include "event_store/record.hpp"
#include "event_store/store.hpp"
#include "observe/figures.hpp"
#include "observe/stamps.hpp"
#include "platform/clock.hpp"

namespace bw::apps {

class ReaderWatch {
 public:
    /// Events up to `stored` were there before the exchange opened: nobody waits for those.
    ReaderWatch(observe::ReaderFigures& figures, event_store::Store& store,
                const platform::Clock& clock)
        : figures_(figures), store_(store), clock_(clock), stored_(store.recovery().events) {}

    void applied(const event_store::RecordView& record) {
        sequence_ = record.sequence;
        if (record.note == event_store::note_last_event_of_command && sequence_ > stored_)
            stamps_.add(record.timestamp_ns);
    }

    /// `caught_up`: there was no further event.
    void end_turn(bool caught_up) {
        stamps_.record(clock_.realtime_ns(), figures_.published);
        figures_.sequence.set(sequence_);
        figures_.lag_events.set(caught_up ? 0 : store_.events().appended_sequence() - sequence_);
    }

 private:
    observe::ReaderFigures& figures_;
    event_store::Store& store_;
    const platform::Clock& clock_;
    std::uint64_t stored_;
    std::uint64_t sequence_ = 0;
    observe::Stamps stamps_;
};

}  // namespace bw::apps
