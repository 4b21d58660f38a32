#include "platform/process.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

namespace bw::platform {
namespace {

ProcessEnd process_end = nullptr;

}  // namespace

void replace_process_end(ProcessEnd end) { process_end = end; }

void end_process(int exit_code, const std::string& message) {
    if (process_end != nullptr) process_end(exit_code, message);
    std::fprintf(stderr, "buttonwood: %s\n", message.c_str());
    std::fflush(stderr);
    std::_Exit(exit_code);
}

std::uint64_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace bw::platform
