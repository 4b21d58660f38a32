#include "platform/process.hpp"

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

}  // namespace bw::platform
