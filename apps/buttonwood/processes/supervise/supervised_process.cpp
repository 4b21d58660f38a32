#include "buttonwood/processes/supervise/supervised_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ;

namespace bw::apps {
namespace {

constexpr int report_in_child = 3;

/// Attributes of a child: default signal handling (the supervisor blocks some), and a process group
/// of its own, so that Ctrl-C reaches only the supervisor.
class SpawnAttributes {
 public:
    SpawnAttributes() {
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;
    [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
    posix_spawnattr_t attributes_;
};

}  // namespace

SupervisedProcess::SupervisedProcess(SupervisedProcess&& other) noexcept
    : quick_deaths(other.quick_deaths),
      restarts(other.restarts),
      start_at(other.start_at),
      down(other.down),
      place_(std::move(other.place_)),
      arguments_(std::move(other.arguments_)),
      process_(std::exchange(other.process_, 0)),
      report_(std::exchange(other.report_, -1)),
      open_(other.open_),
      port_(std::move(other.port_)),
      started_(other.started_) {}

/// A port chosen at the first start is kept, so that clients find the process again.
std::vector<std::string> SupervisedProcess::command() const {
    std::vector<std::string> command{"buttonwood", std::string(agent().name)};
    command.insert(command.end(), arguments_.begin(), arguments_.end());
    command.insert(command.end(),
                   {"--instance", std::to_string(place_.instance), "--ready-fd",
                    std::to_string(report_in_child), "--supervisor", std::to_string(getpid())});
    if (!port_.empty()) command.insert(command.end(), {"--own-port", port_});
    return command;
}

base::Result<void> SupervisedProcess::start(Moment now) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return base::error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    std::vector<std::string> words = command();
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], report_in_child);
    pid_t process = 0;
    const int failed = posix_spawn(&process, "/proc/self/exe", &actions, SpawnAttributes().get(),
                                   arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    report_ = ends[0];
    if (failed != 0) {
        close_report();
        return base::error(fmt::format("cannot start {}: {}", name(), std::strerror(failed)));
    }
    process_ = process;
    started_ = now;
    open_ = false;
    return {};
}

bool SupervisedProcess::read_report() {
    std::array<char, 64> text{};
    const ssize_t size = read(report_, text.data(), text.size());
    if (size < 0) return false;
    close_report();
    if (size == 0) return false;  // it ended before it was open
    const std::string line(text.data(), static_cast<std::size_t>(size));
    if (agent().listening) port_ = line.substr(0, line.find('\n'));
    open_ = true;
    return true;
}

void SupervisedProcess::close_report() {
    if (report_ >= 0) close(report_);
    report_ = -1;
}

std::string describe_end(int wait_status) {
    if (WIFSIGNALED(wait_status))
        return fmt::format("was killed by signal {} ({})", WTERMSIG(wait_status),
                           strsignal(WTERMSIG(wait_status)));
    return fmt::format("ended with status {}", WEXITSTATUS(wait_status));
}

}  // namespace bw::apps
