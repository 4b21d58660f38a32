#include "buttonwood/running_core.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr unsigned spins_before_yield = 200;
constexpr unsigned yields_before_sleep = 400;
constexpr std::uint64_t sleep_ns = 20'000;

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

}  // namespace

void Idle::rest() {
    ++turns_;
    if (turns_ < spins_before_yield) return pause();
    if (busy_ || turns_ < yields_before_sleep) return std::this_thread::yield();
    platform::sleep_for_ns(sleep_ns);
}

base::Result<std::unique_ptr<RunningCore>> RunningCore::start(const Options& options, const platform::Clock& clock,
                                                              const exchange::StartProgress& progress) {
    auto core = exchange::Core::open(options.core, clock, progress);
    if (!core) return std::unexpected(core.error());
    std::unique_ptr<RunningCore> running(new RunningCore);
    running->core_ = std::move(*core);
    for (const auto& task : running->core_->store().background())
        running->background_.push_back(platform::start_thread(task.name, task.run));
    running->core_thread_ = platform::start_thread(
        "core", [self = running.get(), busy = options.busy_spin](const std::stop_token& stop) { self->run_core(stop, busy); });
    return running;
}

void RunningCore::run_core(const std::stop_token& stop, bool busy_spin) {
    platform::use_precise_sleep();
    Idle idle(busy_spin);
    while (!stop.stop_requested() || !core_->idle()) {
        if (core_->do_work() > 0) idle.worked();
        else idle.rest();
        if (!core_->failure().empty()) [[unlikely]] {
            fmt::print(stderr, "buttonwood: the core cannot go on: {}. Stopping.\n", core_->failure());
            std::abort();
        }
    }
}

void RunningCore::stop() {
    if (stopped_) return;
    stopped_ = true;
    core_thread_.request_stop();
    core_thread_.join();
    for (auto& thread : background_) thread.request_stop();
    background_.clear();
    core_->store().close();
}

RunningCore::~RunningCore() { stop(); }

}  // namespace bw::apps
