// StopSignal: SIGINT and SIGTERM as something a main loop can ask for. Blocked before any thread is
// made, so they reach nobody else.
#pragma once

namespace bw::apps {

class StopSignal {
 public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// Since the beginning.
    [[nodiscard]] bool arrived() const;
    /// Sleeps until it arrives or the time is over; whether it has arrived.
    bool wait(int milliseconds) const;

 private:
    int descriptor_;
    mutable bool arrived_ = false;
};

}  // namespace bw::apps
