// StopSignal: SIGINT and SIGTERM, for a main loop to poll. Construct it before any thread starts:
// the constructor blocks both signals, and threads inherit that.
#pragma once

#include <cstdint>

namespace bw::apps {

class StopSignal {
 public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// True once one of the signals has arrived, some milliseconds late at most. Cheap to call in
    /// every turn.
    [[nodiscard]] bool arrived() const;
    /// Sleeps until a signal arrives or the time is over. Returns whether one has arrived.
    bool wait(int milliseconds) const;

 private:
    void look() const;

    int descriptor_;
    mutable bool arrived_ = false;
    mutable std::int64_t looked_at_ = 0;  // a tick of the coarse clock
};

}  // namespace bw::apps
