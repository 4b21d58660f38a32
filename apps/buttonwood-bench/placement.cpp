#include "buttonwood-bench/placement.hpp"

#include <fmt/format.h>

#include "bench/measure.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr int client_priority = 10;
/// A virtual machine adds some 25 us for setting the timer and waking up: a command waits at most
/// that long before it is sent. A much shorter rest would end before the thread has left its
/// processor.
constexpr std::uint64_t client_rest_ns = 20'000;
constexpr std::uint64_t between_rests_ns = 100'000;

/// 0: ordinary scheduling
int priority_of(Placement::Role role) {
    switch (role) {
        case Placement::Role::core: return 20;
        case Placement::Role::client:
        case Placement::Role::background: return 0;
        case Placement::Role::command_disk: return 15;
    }
    return 0;
}

}  // namespace

ThreadOptions Placement::options_of(Role role) const {
    ThreadOptions options;
    if (!cpus.empty()) options.cpu = role == Role::core ? cpus.front() : cpus.back();
    if (const int priority = priority_of(role); realtime && priority != 0) options.fifo = priority;
    if (realtime && role == Role::core) options.idle = IdleStrategy::park;
    return options;
}

ThreadOptions Placement::core(bool busy_spin) const {
    ThreadOptions options = options_of(Role::core);
    if (!busy_spin) return options;
    options.idle = IdleStrategy::spin;
    options.fifo.reset();
    if (realtime) options.nice = -20;
    return options;
}

std::array<ThreadOptions, 4> Placement::background(event_store::Durability mode) const {
    std::array<ThreadOptions, 4> tasks;
    tasks.fill(options_of(Role::background));
    if (mode == event_store::Durability::sync) tasks.front() = options_of(Role::command_disk);
    return tasks;
}

base::Result<void> Placement::place(Role role) const {
    const ThreadOptions options = options_of(role);
    if (options.cpu && !platform::use_cpu(*options.cpu))
        return base::error(fmt::format(
            "this process cannot use processor {}; choose others (--cpus)", *options.cpu));
    if (options.fifo && !platform::use_fifo(*options.fifo))
        return base::error(
            "this process may not use real-time scheduling (needs CAP_SYS_NICE); omit --realtime");
    return {};
}

PacedClient::PacedClient(const Placement& placement, event_store::Durability mode)
    : realtime_(placement.realtime && mode == event_store::Durability::memory &&
                platform::use_fifo(client_priority)) {
    platform::use_precise_sleep();
}

PacedClient::~PacedClient() {
    if (realtime_) platform::use_ordinary_scheduling();
}

void PacedClient::rest_if(bool answered) {
    if (!realtime_ || (!answered && bench::monotonic_ns() - rested_ns_ < between_rests_ns)) return;
    platform::sleep_for_ns(client_rest_ns);
    rested_ns_ = bench::monotonic_ns();
}

}  // namespace bw::apps
