// Writes event records as the event log would give them: numbered, timed, the last of a command
// marked.
#pragma once

#include <functional>

#include "codec/events.hpp"
#include "codec/header.hpp"
#include "event_store/log/record.hpp"

namespace bw::views::testing {

inline constexpr std::uint64_t start_of_2026_ns = 1'767'225'600'000'000'000;

class RecordWriter {
 public:
    std::function<void(const event_store::RecordView&)> listener;
    std::uint64_t time_ns = start_of_2026_ns;

    template <class Event>
    void write(const Event& event, bool last = true) {
        codec::Frame<Event> frame;
        frame.body = event;
        listener({++sequence_, time_ns, last ? event_store::note_last_event_of_command : 0,
                  codec::bytes_of(frame)});
    }
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

 private:
    std::uint64_t sequence_ = 0;
};

}  // namespace bw::views::testing
