#include "buttonwood/processes/supervise/supervise.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <span>

#include "buttonwood/processes/gateway/network_files.hpp"
#include "buttonwood/processes/supervise/supervised_process.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/own_counters.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "event_store/identity.hpp"
#include "platform/file_lock.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto former_patience = seconds(15);  // for processes of a killed supervisor to end
constexpr auto node_stop_patience = seconds(60);
constexpr auto stop_patience = seconds(10);

/// Processes of one stage start at the same time.
struct StageProcesses {
    std::vector<SupervisedProcess> children;
};

/// A descriptor for SIGINT, SIGTERM and SIGCHLD, polled together with the processes' reports.
class Signals {
 public:
    Signals() {
        sigset_t set;
        sigemptyset(&set);
        for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&set, signal);
        sigprocmask(SIG_BLOCK, &set, nullptr);
        descriptor_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
        std::signal(SIGPIPE, SIG_IGN);
    }
    ~Signals() { close(descriptor_); }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool stop_asked() {
        signalfd_siginfo info{};
        while (read(descriptor_, &info, sizeof info) == sizeof info)
            stop_ = stop_ || info.ssi_signo != SIGCHLD;
        return stop_;
    }

 private:
    int descriptor_;
    bool stop_ = false;
};

template <class... Arguments>
void say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::print("supervise: {}\n", fmt::format(format, std::forward<Arguments>(arguments)...));
    std::fflush(stdout);
}

bool is_wanted(const Agent& agent, const ExchangeOptions& options) {
    if (agent.listening && !options.of(agent.name).port) return false;
    return agent.wanted == nullptr || agent.wanted(options);
}

class Supervisor {
 public:
    explicit Supervisor(const ExchangeOptions& options)
        : options_(options), topology_(options), stages_(stage_count) {
        for (const Place& place : topology_.places())
            if (is_wanted(*place.agent, options))
                stages_[static_cast<std::size_t>(place.agent->stage)].children.emplace_back(
                    place, options.arguments);
    }

    int run();

 private:
    bool wait_for_former_processes();
    bool open_all();
    bool start_stage(StageProcesses& stage);
    void open_counters();
    void say_open(Moment began);
    void watch();
    void turn(milliseconds longest);
    void read_reports();
    void reap();
    void on_death(SupervisedProcess& child, int status);
    void on_end(const SupervisedProcess& child, int process, int status);
    void plan_restart(SupervisedProcess& child);
    void start_due();
    void start(SupervisedProcess& child);
    void stop_all();
    void stop_stage(StageProcesses& stage, seconds patience);
    void close_counters();

    [[nodiscard]] SupervisedProcess* find(int process);
    [[nodiscard]] milliseconds until_next_start(milliseconds longest) const;
    void note(const SupervisedProcess& child);
    template <class Do>
    void each(Do&& what) {
        for (StageProcesses& stage : stages_)
            for (SupervisedProcess& child : stage.children) what(child);
    }

    const ExchangeOptions& options_;
    const Topology topology_;
    Signals signals_;
    const platform::SystemClock clock_;
    std::vector<StageProcesses> stages_;  // by Stage
    std::string shared_directory_;
    std::unique_ptr<OwnCounters> counters_;
    bool all_open_ = false;
    bool stopping_ = false;
    std::string failure_;  // why the exchange cannot continue
};

int Supervisor::run() {
    const Moment began = std::chrono::steady_clock::now();
    print_head(options_);
    if (wait_for_former_processes() && open_all()) {
        say_open(began);
        log_open(options_);
        watch();
    }
    fmt::print("closing\n");
    std::fflush(stdout);
    stop_all();
    close_counters();
    if (!failure_.empty()) return fail(failure_);
    fmt::print("closed; the next start continues here\n");
    return 0;
}

/// Waits for processes of an earlier, killed supervisor: they end by themselves, shortly after it.
bool Supervisor::wait_for_former_processes() {
    const std::string lock = event_store::Paths::lock(options_.directory);
    const Moment deadline = std::chrono::steady_clock::now() + former_patience;
    bool said = false;
    while (platform::is_locked(lock) && std::chrono::steady_clock::now() < deadline) {
        if (signals_.stop_asked()) return false;
        if (!said) say("waiting for the exchange that runs in {} to end", options_.directory);
        said = true;
        turn(milliseconds(50));
    }
    return true;
}

bool Supervisor::open_all() {
    for (StageProcesses& stage : stages_) {
        if (!start_stage(stage)) return false;
        if (!counters_) open_counters();
    }
    all_open_ = true;
    each([this](const SupervisedProcess& child) { note(child); });
    return true;
}

/// A process that dies before all are open is not restarted: the options or the machine are wrong,
/// and the operator is watching.
bool Supervisor::start_stage(StageProcesses& stage) {
    for (SupervisedProcess& child : stage.children) start(child);
    const auto is_done = [](const SupervisedProcess& child) { return child.open() || child.down; };
    while (!std::ranges::all_of(stage.children, is_done)) {
        if (signals_.stop_asked() || !failure_.empty()) return false;
        turn(milliseconds(1'000));
    }
    return failure_.empty();
}

void Supervisor::open_counters() {
    platform::Storage& storage = platform::system_storage();
    const auto identity = event_store::read_identity(storage, options_.directory);
    if (!identity) return;
    shared_directory_ =
        event_store::Paths(options_.directory, options_.shared_directory, *identity).shared;
    auto counters = OwnCounters::open(storage, clock_,
                                      {.process = "supervise",
                                       .directory = options_.directory,
                                       .shared_directory = shared_directory_,
                                       .identity = *identity,
                                       .durability = std::string(name_of(options_.mode)),
                                       .names = topology_.label_names()});
    if (counters)
        counters_ = std::move(*counters);
    else
        telemetry::log_event(telemetry::Event::counters_not_saved,
                             {.message = counters.error().message});
}

void Supervisor::say_open(Moment began) {
    std::string front;  // the port for operators and traders
    each([&](const SupervisedProcess& child) {
        if (!child.agent().listening) return;
        if ((child.agent().permissions & permissions::operate) != 0) front = child.port();
        const std::string_view said = child.agent().listening->announcement;
        if (said.empty()) return;
        fmt::print("{}\n", fmt::format(fmt::runtime(said), options_.of(child.agent().name).address,
                                       child.port(), options_.network.scheme()));
    });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print(
        "operator keys in {}\nopen after {:.1f} s at {}://localhost:{}/ (stop with Ctrl-C)\n",
        options_.directory, took.count(), options_.network.scheme(), front);
    std::fflush(stdout);
}

void Supervisor::watch() {
    while (!signals_.stop_asked() && failure_.empty()) {
        if (counters_) counters_->page().process.heartbeat_ns.set(clock_.realtime_ns());
        start_due();
        turn(milliseconds(1'000));
    }
}

/// Sleeps until an event arrives, and handles it.
void Supervisor::turn(milliseconds longest) {
    std::vector<pollfd> wanted{{signals_.descriptor(), POLLIN, 0}};
    each([&](const SupervisedProcess& child) {
        if (child.report() >= 0) wanted.push_back({child.report(), POLLIN, 0});
    });
    poll(wanted.data(), wanted.size(), static_cast<int>(until_next_start(longest).count()));
    static_cast<void>(signals_.stop_asked());
    read_reports();
    reap();
}

milliseconds Supervisor::until_next_start(milliseconds longest) const {
    const Moment now = std::chrono::steady_clock::now();
    for (const StageProcesses& stage : stages_)
        for (const SupervisedProcess& child : stage.children)
            if (child.start_at)
                longest = std::min(longest, std::chrono::ceil<milliseconds>(std::max(
                                                *child.start_at - now, Moment::duration::zero())));
    return longest;
}

void Supervisor::read_reports() {
    each([this](SupervisedProcess& child) {
        if (child.report() < 0 || !child.read_report() || !all_open_) return;
        const std::chrono::duration<double> took =
            std::chrono::steady_clock::now() - child.started();
        say("{} is open again as process {} after {:.2f} s", child.name(), child.process(),
            took.count());
    });
}

void Supervisor::reap() {
    int status = 0;
    while (true) {
        const pid_t process = waitpid(-1, &status, WNOHANG);
        if (process <= 0) return;
        if (SupervisedProcess* child = find(process)) on_death(*child, status);
    }
}

void Supervisor::on_death(SupervisedProcess& child, int status) {
    const int process = child.process();
    const Moment now = std::chrono::steady_clock::now();
    const bool quick = now - child.started() < seconds(options_.restart.stable_s);
    child.ended();
    note(child);
    if (stopping_) return on_end(child, process, status);
    if (child.agent().may_end && status == 0) {
        child.down = true;
        return;
    }
    const std::string died =
        fmt::format("{} (process {}) {}", child.name(), process, describe_end(status));
    say("{}", died);
    telemetry::log_event(telemetry::Event::process_died, {.message = died});
    if (!all_open_) {
        failure_ = fmt::format("{} did not open; the exchange is closed", child.name());
        return;
    }
    child.quick_deaths = quick ? child.quick_deaths + 1 : 0;
    plan_restart(child);
}

/// Reports an unclean end of a process that was asked to stop. Death by SIGTERM is clean: the
/// process did not handle signals yet.
void Supervisor::on_end(const SupervisedProcess& child, int process, int status) {
    if (status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)) return;
    say("{} (process {}) {} while it closed", child.name(), process, describe_end(status));
    if (child.agent().essential && failure_.empty())
        failure_ = fmt::format("the exchange did not close in order: {} {}", child.name(),
                               describe_end(status));
}

void Supervisor::plan_restart(SupervisedProcess& child) {
    const RestartPolicy& policy = options_.restart;
    if (policy.limit != 0 && child.quick_deaths >= policy.limit) {
        child.down = true;
        say("{} died {} times in a row within {} s of its start and stays down", child.name(),
            child.quick_deaths, policy.stable_s);
        if (child.agent().essential)
            failure_ = fmt::format("there is no exchange without {}; it is closed", child.name());
        return;
    }
    const unsigned doublings = std::min(child.quick_deaths == 0 ? 0 : child.quick_deaths - 1, 20u);
    const std::uint64_t delay = std::min<std::uint64_t>(
        policy.longest_delay_ms, std::uint64_t{policy.first_delay_ms} << doublings);
    child.start_at = std::chrono::steady_clock::now() + milliseconds(delay);
    say("{} is started again in {} ms (restart {})", child.name(), delay, child.restarts + 1);
}

void Supervisor::start_due() {
    const Moment now = std::chrono::steady_clock::now();
    each([&](SupervisedProcess& child) {
        if (!child.start_at || *child.start_at > now) return;
        child.start_at.reset();
        ++child.restarts;
        if (counters_) counters_->page().children[child.place().number].restarts.add();
        start(child);
    });
}

void Supervisor::start(SupervisedProcess& child) {
    if (auto started = child.start(std::chrono::steady_clock::now()); !started) {
        failure_ = started.error().message;
        return;
    }
    note(child);
}

void Supervisor::stop_all() {
    stopping_ = true;
    for (std::size_t i = stages_.size(); i-- > 0;)
        stop_stage(stages_[i], i == 0 ? node_stop_patience : stop_patience);
}

void Supervisor::stop_stage(StageProcesses& stage, seconds patience) {
    for (const SupervisedProcess& child : stage.children)
        if (child.process() != 0) kill(child.process(), SIGTERM);
    Moment deadline = std::chrono::steady_clock::now() + patience;
    const auto is_gone = [](const SupervisedProcess& child) { return child.process() == 0; };
    while (!std::ranges::all_of(stage.children, is_gone)) {
        turn(milliseconds(20));
        if (std::chrono::steady_clock::now() < deadline) continue;
        for (const SupervisedProcess& child : stage.children) {
            if (is_gone(child)) continue;
            say("{} (process {}) does not end within {} s and is killed", child.name(),
                child.process(), patience.count());
            kill(child.process(), SIGKILL);
        }
        deadline += patience;
    }
}

/// Removes the folder of shared memory after the last process has ended.
void Supervisor::close_counters() {
    if (!counters_) return;
    counters_->end();
    static_cast<void>(platform::system_storage().remove(shared_directory_));
}

SupervisedProcess* Supervisor::find(int process) {
    SupervisedProcess* found = nullptr;
    each([&](SupervisedProcess& child) {
        if (child.process() == process) found = &child;
    });
    return found;
}

void Supervisor::note(const SupervisedProcess& child) {
    if (!counters_) return;
    counters_->page().children[child.place().number].process.set(
        static_cast<std::uint64_t>(child.process()));
}

}  // namespace

int run_supervise(const ExchangeOptions& options) {
    for (const char* agent : {"gateway", "market-data"})
        if (const auto checked = NetworkFiles::open(options.network, options.of(agent).address);
            !checked)
            return fail(checked.error().message);
    return Supervisor(options).run();
}

}  // namespace bw::apps
