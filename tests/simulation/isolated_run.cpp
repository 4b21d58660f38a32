#include "simulation/isolated_run.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

namespace bw::simulation {
namespace {

static_assert(std::is_trivially_copyable_v<RunReport>);

void write_all(int to, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(to, bytes.data(), bytes.size());
        if (done <= 0) _exit(1);
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
}

void write_text(int to, const std::string& text) {
    const std::uint64_t size = text.size();
    write_all(to, std::as_bytes(std::span(&size, 1)));
    write_all(to, std::as_bytes(std::span(text)));
}

[[noreturn]] void run_in_child(const SeedOptions& options, bool with_journal, unsigned seconds_max,
                               int to) {
    const rlimit limit{seconds_max, seconds_max + 1};
    static_cast<void>(::setrlimit(RLIMIT_CPU, &limit));
    const rlimit no_core{0, 0};
    static_cast<void>(::setrlimit(RLIMIT_CORE, &no_core));
    std::string finding;
    std::vector<std::string> journal;
    World world(options);
    try {
        world.run(with_journal ? &journal : nullptr);
    } catch (const std::exception& failure) {
        finding = failure.what();
    }
    const RunReport report = world.report();
    write_all(to, std::as_bytes(std::span(&report, 1)));
    write_text(to, finding);
    for (const std::string& line : journal) write_text(to, line);
    _exit(0);
}

/// Everything that comes until the other end is closed.
std::string read_all(int from) {
    std::string out;
    std::array<char, 65536> part;
    for (ssize_t n; (n = ::read(from, part.data(), part.size())) > 0;)
        out.append(part.data(), static_cast<std::size_t>(n));
    return out;
}

std::string take_text(std::string_view& from) {
    std::uint64_t size = 0;
    if (from.size() < sizeof size) return {};
    std::memcpy(&size, from.data(), sizeof size);
    std::string out(from.substr(sizeof size, size));
    from.remove_prefix(std::min(from.size(), sizeof size + size));
    return out;
}

std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const std::size_t at = text.rfind('\n');
    return at == std::string::npos ? text : text.substr(at + 1);
}

}  // namespace

Outcome run_isolated(const SeedOptions& options, bool with_journal, unsigned seconds_max) {
    int ends[2];
    if (::pipe(ends) != 0) return {false, "no pipe", {}, {}};
    std::FILE* said = std::tmpfile();
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        if (said != nullptr) ::dup2(::fileno(said), STDERR_FILENO);
        run_in_child(options, with_journal, seconds_max, ends[1]);
    }
    ::close(ends[1]);
    const std::string answer = read_all(ends[0]);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    std::string errors;
    if (said != nullptr) {
        std::rewind(said);
        errors = read_all(::fileno(said));
        std::fclose(said);
    }
    Outcome out;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || answer.size() < sizeof(RunReport)) {
        out.finding = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU
                          ? "it does not end"
                          : "it ended early: " + last_line(errors);
        return out;
    }
    std::string_view rest = answer;
    std::memcpy(&out.report, rest.data(), sizeof out.report);
    rest.remove_prefix(sizeof out.report);
    out.finding = take_text(rest);
    while (!rest.empty()) out.journal.push_back(take_text(rest));
    out.good = out.finding.empty();
    return out;
}

}  // namespace bw::simulation
