// Named threads that never receive a signal. Signals belong to the main thread: one that
// interrupted a disk write or a poll loop would be an unexpected error.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace bw::platform {

/// Starts `body` on a thread called `name` (cut to 15 characters, as the kernel does) with every
/// signal blocked.
[[nodiscard]] std::jthread start_thread(std::string name,
                                        std::function<void(std::stop_token)> body);

/// Starts a helper thread that runs `work`, and returns a function that waits for its end. Threads
/// are started in apps/ only; components that can use one take this as an option. Empty: there is
/// none, and the component does the work on the calling thread.
using HelperStarter = std::function<std::function<void()>(std::function<void()> work)>;

/// Asks the kernel for a nice value (-20 first … 19 last) for the calling thread. False: not
/// allowed (below 0 needs CAP_SYS_NICE); then everything still works, but competes equally with the
/// rest of the machine.
bool use_niceness(int niceness);

/// Processors on which this process may run, ascending.
[[nodiscard]] std::vector<unsigned> usable_cpus();

/// Pins the calling thread to this processor. False: refused.
bool use_cpu(unsigned cpu);

/// The real-time scheduler SCHED_FIFO with this priority, 1 to 99, for the calling thread. False:
/// not allowed (needs CAP_SYS_NICE). Threads it starts are ordinary again.
bool use_fifo(int priority);

/// Returns from use_fifo() to the default scheduler.
void use_ordinary_scheduling();

/// How long the calling thread may run before others have their turn, 0.1 to 100 ms; 0: as the
/// kernel has it. Whoever has a short slice also comes sooner. False: this kernel does not know it
/// (Linux 6.12); then everything works, with the waits of the scheduler.
bool use_slice(std::uint64_t nanoseconds);

/// Makes short sleeps of the calling thread end within microseconds of their time (the kernel's
/// default slack is 50 us).
void use_precise_sleep();

/// Suspends the calling thread for about `nanoseconds`.
void sleep_for_ns(std::uint64_t nanoseconds);

}  // namespace bw::platform
