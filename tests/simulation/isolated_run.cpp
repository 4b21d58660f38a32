#include "simulation/isolated_run.hpp"

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <optional>

namespace bw::simulation {
namespace {

static_assert(std::is_trivially_copyable_v<RunReport>);

void write_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(to, bytes.data(), bytes.size());
        if (done <= 0) _exit(1);
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
}

template <class T>
void append(std::string& out, const T& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_text(std::string& out, const std::string& text) {
    append(out, text.size());
    out += text;
}

/// A run makes and drops whole simulated disks and engines. The memory stays with the process, in
/// small pages: what the system would have to clear for every run costs more than the run itself.
void keep_memory() {
    constexpr int never = 1 << 30;
    ::mallopt(M_MMAP_THRESHOLD, never);
    ::mallopt(M_TRIM_THRESHOLD, never);
    ::mallopt(M_TOP_PAD, 16 << 20);
    ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

void limit_processor_time(unsigned seconds_max) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto spent = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    rlimit limit{};
    ::getrlimit(RLIMIT_CPU, &limit);
    limit.rlim_cur = spent + seconds_max;
    static_cast<void>(::setrlimit(RLIMIT_CPU, &limit));
}

/// What was said before this run would be taken for the last words of this one.
void forget_what_was_said() {
    if (::lseek(STDERR_FILENO, 0, SEEK_CUR) <= 0) return;
    if (::ftruncate(STDERR_FILENO, 0) == 0) ::lseek(STDERR_FILENO, 0, SEEK_SET);
}

void run_one(const SeedOptions& options, bool with_journal, int to) {
    std::string finding;
    std::vector<std::string> journal;
    World world(options);
    try {
        world.run(with_journal ? &journal : nullptr);
    } catch (const std::exception& failure) {
        finding = failure.what();
    }
    std::string answer;
    append(answer, world.report());
    append_text(answer, finding);
    for (const std::string& line : journal) append_text(answer, line);
    std::string sized;
    append_text(sized, answer);
    write_all(to, sized);
}

[[noreturn]] void run_in_child(std::span<const SeedOptions> runs, bool with_journal,
                               unsigned seconds_max, int to) {
    const rlimit no_core{0, 0};
    static_cast<void>(::setrlimit(RLIMIT_CORE, &no_core));
    keep_memory();
    for (const SeedOptions& options : runs) {
        limit_processor_time(seconds_max);
        forget_what_was_said();
        run_one(options, with_journal, to);
    }
    _exit(0);
}

bool read_exactly(int from, char* to, std::size_t size) {
    while (size != 0) {
        const ssize_t n = ::read(from, to, size);
        if (n <= 0) return false;
        to += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

/// What a run told; nothing if its process ended before it could.
std::optional<std::string> read_answer(int from) {
    std::size_t size = 0;
    if (!read_exactly(from, reinterpret_cast<char*>(&size), sizeof size)) return std::nullopt;
    std::string out(size, '\0');
    if (!read_exactly(from, out.data(), size)) return std::nullopt;
    return out;
}

std::string read_file(std::FILE* file) {
    std::string out;
    std::array<char, 65536> part;
    std::rewind(file);
    for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), file)) > 0;)
        out.append(part.data(), n);
    return out;
}

std::string take_text(std::string_view& from) {
    std::size_t size = 0;
    if (from.size() < sizeof size) return {};
    std::memcpy(&size, from.data(), sizeof size);
    std::string out(from.substr(sizeof size, size));
    from.remove_prefix(std::min(from.size(), sizeof size + size));
    return out;
}

Outcome outcome_of(std::string_view answer) {
    Outcome out;
    std::memcpy(&out.report, answer.data(), sizeof out.report);
    answer.remove_prefix(sizeof out.report);
    out.finding = take_text(answer);
    while (!answer.empty()) out.journal.push_back(take_text(answer));
    out.good = out.finding.empty();
    return out;
}

std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const std::size_t at = text.rfind('\n');
    return at == std::string::npos ? text : text.substr(at + 1);
}

/// A child process with runs to make, and its end of the pipe.
class Child {
 public:
    Child(std::span<const SeedOptions> runs, bool with_journal, unsigned seconds_max)
        : said_(std::tmpfile()) {
        int ends[2];
        if (::pipe(ends) != 0) return;
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(ends[0]);
            if (said_ != nullptr) ::dup2(::fileno(said_), STDERR_FILENO);
            run_in_child(runs, with_journal, seconds_max, ends[1]);
        }
        ::close(ends[1]);
        from_ = ends[0];
    }
    ~Child() {
        if (from_ >= 0) ::close(from_);
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        if (said_ != nullptr) std::fclose(said_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] Outcome next() {
        if (const auto answer = from_ >= 0 ? read_answer(from_) : std::nullopt)
            return outcome_of(*answer);
        return {false, how_it_ended(), {}, {}};
    }

 private:
    std::string how_it_ended() {
        if (pid_ <= 0) return "no process to run it in";
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return "it does not end";
        return "it ended early: " + (said_ != nullptr ? last_line(read_file(said_)) : "");
    }

    std::FILE* said_;
    pid_t pid_ = -1;
    int from_ = -1;
};

constexpr std::size_t runs_per_process = 200;  // so that memory that is lost does not grow for ever

}  // namespace

Outcome run_isolated(const SeedOptions& options, bool with_journal, unsigned seconds_max) {
    return Child(std::span(&options, 1), with_journal, seconds_max).next();
}

void run_isolated(std::span<const SeedOptions> runs, const TakeOutcome& take,
                  unsigned seconds_max) {
    while (!runs.empty()) {
        const auto now = runs.first(std::min(runs.size(), runs_per_process));
        Child child(now, false, seconds_max);
        std::size_t done = 0;
        for (bool alive = true; alive && done < now.size(); ++done) {
            const Outcome outcome = child.next();
            // After a finding the rest gets a process of its own: this one may be gone, or not what
            // it was.
            alive = outcome.good;
            if (!take(now[done], outcome)) return;
        }
        runs = runs.subspan(done);
    }
}

}  // namespace bw::simulation
