#include "platform/thread.hpp"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <utility>

namespace bw::platform {

std::jthread start_thread(std::string name, std::function<void(std::stop_token)> body) {
    name.resize(std::min<std::size_t>(name.size(), 15));
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all,
                    &before);  // inherited by the new thread, so there is no moment without it
    std::jthread thread([name = std::move(name), body = std::move(body)](std::stop_token stop) {
        pthread_setname_np(pthread_self(), name.c_str());
        body(std::move(stop));
    });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

bool use_niceness(int niceness) {
    return setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness) == 0;
}

std::vector<unsigned> usable_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<unsigned> cpus;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

bool use_cpu(unsigned cpu) {
    if (cpu >= CPU_SETSIZE) return false;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set) == 0;
}

bool use_fifo(int priority) {
    sched_param parameters{};
    parameters.sched_priority = priority;
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0;
}

void use_ordinary_scheduling() {
    const sched_param parameters{};
    sched_setscheduler(0, SCHED_OTHER, &parameters);
}

bool use_slice(std::uint64_t nanoseconds) {
    struct Attributes {  // struct sched_attr, which the C library does not have
        std::uint32_t size, policy;
        std::uint64_t flags;
        std::int32_t nice;
        std::uint32_t priority;
        std::uint64_t runtime, deadline, period;
    };
    const int nice = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
    const Attributes attributes{sizeof(Attributes), SCHED_OTHER, 0,          nice, 0,
                                nanoseconds,        nanoseconds, nanoseconds};
    return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0;
}

void use_precise_sleep() { prctl(PR_SET_TIMERSLACK, 1000ul, 0ul, 0ul, 0ul); }

void sleep_for_ns(std::uint64_t nanoseconds) {
    const timespec duration{static_cast<time_t>(nanoseconds / 1'000'000'000u),
                            static_cast<long>(nanoseconds % 1'000'000'000u)};
    nanosleep(&duration, nullptr);
}

}  // namespace bw::platform
