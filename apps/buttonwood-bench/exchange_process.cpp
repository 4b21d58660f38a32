#include "buttonwood-bench/exchange_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace bw::apps {
namespace {

constexpr std::chrono::seconds start_patience{60};
constexpr std::chrono::seconds stop_patience{30};
constexpr std::chrono::milliseconds poll_interval{10};

/// The program `buttonwood` in the folder of this one.
std::string program() {
    std::error_code unknown;
    return (std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path() / "buttonwood")
        .string();
}

/// The number after the first `text`; 0: there is none.
std::uint16_t port_after(std::string_view output, std::string_view text) {
    const std::size_t found = output.find(text);
    std::uint16_t port = 0;
    if (found != std::string_view::npos) {
        output.remove_prefix(found + text.size());
        std::from_chars(output.data(), output.data() + output.size(), port);
    }
    return port;
}

/// In the child: becomes the exchange, with its output in `file`.
[[noreturn]] void become_exchange(std::vector<std::string>& words, const char* file) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);  // Ctrl-C reaches the benchmark only
    const int output = open(file, O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (output >= 0) {
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
    }
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
}

}  // namespace

std::string_view mode_name(event_store::Durability mode) {
    return mode == event_store::Durability::sync ? "sync" : "memory";
}

base::Result<std::unique_ptr<ExchangeProcess>> ExchangeProcess::start(
    const ExchangeProcessOptions& options) {
    std::unique_ptr<ExchangeProcess> exchange(new ExchangeProcess(options));
    if (exchange->root_.path().empty() || exchange->shared_.path().empty())
        return base::error("no temporary folder can be made; name one with --data, --shared-dir");
    if (auto spawned = exchange->spawn(options); !spawned) return std::unexpected(spawned.error());
    if (auto opened = exchange->wait_until_open(); !opened) return std::unexpected(opened.error());
    return exchange;
}

ExchangeProcess::~ExchangeProcess() { static_cast<void>(stop()); }

std::string ExchangeProcess::operator_key_file() const {
    return root_.path() + "/data/operator.key";
}

base::Result<void> ExchangeProcess::spawn(const ExchangeProcessOptions& options) {
    const std::string rules = root_.path() + "/address-rules";
    if (std::ofstream file(rules); !(file << "allow 127.0.0.1\n").flush())
        return base::error("cannot write " + rules);
    std::vector<std::string> words{program(),
                                   options.shape,
                                   "--no-demo",
                                   "--data",
                                   root_.path() + "/data",
                                   "--shared-dir",
                                   shared_.path(),
                                   "--durability",
                                   std::string(mode_name(options.mode)),
                                   "--http-port",
                                   "0",
                                   "--market-data-port",
                                   "0",
                                   "--rate-limit",
                                   "500000",
                                   "--address-rules",
                                   rules,
                                   "--snapshot-minutes",
                                   "0"};
    process_ = fork();
    if (process_ == 0) become_exchange(words, output_file().c_str());
    if (process_ > 0) return {};
    process_ = 0;
    return base::error(fmt::format("cannot start {}: {}", words[0], std::strerror(errno)));
}

base::Result<void> ExchangeProcess::wait_until_open() {
    const auto deadline = std::chrono::steady_clock::now() + start_patience;
    int status = 0;
    while (!read_ports()) {
        if (ended(status))
            return base::error(
                fmt::format("the exchange {} ended at its start:\n{}", program(), output()));
        if (std::chrono::steady_clock::now() > deadline)
            return base::error(fmt::format("the exchange did not open:\n{}", output()));
        std::this_thread::sleep_for(poll_interval);
    }
    return {};
}

bool ExchangeProcess::read_ports() {
    const std::string text = output();
    const std::size_t open = text.find("open after ");
    if (open == std::string::npos || text.find('\n', open) == std::string::npos) return false;
    port_ = port_after(std::string_view(text).substr(open), "http://localhost:");
    market_port_ = port_after(text, "public market data at http://localhost:");
    if (market_port_ == 0) market_port_ = port_;
    return port_ != 0;
}

bool ExchangeProcess::ended(int& status) {
    if (process_ == 0 || waitpid(process_, &status, WNOHANG) != process_) return false;
    process_ = 0;
    return true;
}

std::string ExchangeProcess::output() const {
    std::ostringstream text;
    text << std::ifstream(output_file()).rdbuf();
    return text.str();
}

base::Result<void> ExchangeProcess::stop() {
    if (process_ == 0) return {};
    const pid_t process = process_;
    kill(process, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + stop_patience;
    int status = 0;
    while (!ended(status)) {
        if (std::chrono::steady_clock::now() > deadline) {
            kill(process, SIGKILL);
            waitpid(process, &status, 0);
            process_ = 0;
            return base::error("the exchange did not stop within 30 s and was killed");
        }
        std::this_thread::sleep_for(poll_interval);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return base::error(
        fmt::format("the exchange ended with wait status {}:\n{}", status, output()));
}

}  // namespace bw::apps
