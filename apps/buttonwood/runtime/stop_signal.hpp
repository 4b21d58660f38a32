// StopSignal: SIGINT and SIGTERM, for a main loop to poll. Construct it before any thread starts:
// the constructor blocks both signals, and threads inherit that.
#pragma once

namespace bw::apps {

class StopSignal {
 public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// True once one of the signals has arrived.
    [[nodiscard]] bool arrived() const;
    /// Sleeps until a signal arrives or the time is over. Returns whether one has arrived.
    bool wait(int milliseconds) const;

 private:
    int descriptor_;
    mutable bool arrived_ = false;
};

}  // namespace bw::apps
