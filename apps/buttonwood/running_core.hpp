// RunningCore: a Core on its threads: one for sequencer, log and engine, and one for each background task of the event store.
// The place where threads of the exchange are made.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "buttonwood/placement.hpp"
#include "exchange/core.hpp"
#include "observe/counters_file.hpp"

namespace bw::apps {

/// How a duty loop rests when it finds nothing to do: spins a little, then gives the core to others, then sleeps.
class Idle {
 public:
    /// `busy`: never sleep (a core of its own is given to the loop).
    explicit Idle(bool busy) : busy_(busy) {}
    void worked() { turns_ = 0; }
    void rest();
    /// It is time to sleep; with a WakeUp the loop then looks once more for work and waits there.
    [[nodiscard]] bool tired() const;

 private:
    bool busy_;
    unsigned turns_ = 0;
};

class RunningCore {
 public:
    struct Options {
        exchange::Core::Options core;
        bool busy_spin = false;
        Placement
            placement;  ///< tried by each thread; one that may not is said on stderr and runs on
        std::vector<std::string> gateway_names;  ///< of each ring, for those who watch
    };

    [[nodiscard]] static base::Result<std::unique_ptr<RunningCore>> start(
        const Options& options, const platform::Clock& clock,
        const exchange::StartProgress& progress = {});
    ~RunningCore();

    /// A gateway's way in; wakes the core when it sleeps.
    [[nodiscard]] sequencer::RingPort port(std::size_t gateway) {
        return sequencer::RingPort(core_->ring(gateway), &wake_up_, &clock_);
    }
    [[nodiscard]] event_store::Store& store() { return core_->store(); }
    [[nodiscard]] const exchange::Core& core() const { return *core_; }
    /// Where its data lies.
    [[nodiscard]] const std::string& directory() const { return directory_; }
    /// What is counted: a gateway's thread writes its own parts.
    [[nodiscard]] observe::Page& figures() { return counters_->page(); }
    [[nodiscard]] const std::string& counters_path() const { return counters_path_; }
    [[nodiscard]] const platform::Clock& clock() const { return clock_; }

    /// Lets the core finish what is in the rings, stops the threads and closes the store. Requires: nobody sends any more.
    void stop();

 private:
    explicit RunningCore(const platform::Clock& clock) : clock_(clock) {}
    [[nodiscard]] base::Result<void> make_counters(const Options& options);
    void end_counters();
    void sleep_until_woken(Idle& idle);
    void start_threads(const Options& options);
    void run_core(const std::stop_token& stop, bool busy_spin);

    const platform::Clock& clock_;
    std::string directory_;
    std::string last_counters_path_;
    std::string counters_path_;
    std::unique_ptr<observe::CountersFile> counters_;
    std::unique_ptr<exchange::Core> core_;
    platform::WakeUp wake_up_;
    std::jthread core_thread_;
    std::vector<std::jthread> background_;
    bool stopped_ = false;
};

}  // namespace bw::apps
