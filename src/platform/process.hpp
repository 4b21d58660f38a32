// How the process stops when it cannot continue (a log that cannot be written). One place, so that
// a simulation can replace the end of a process and continue with the next one.
#pragma once

#include <cstdint>
#include <string>

namespace bw::platform {

/// Replaces the end of the process; must not return (it throws). nullptr: the process ends.
using ProcessEnd = void (*)(int exit_code, const std::string& message);
/// Call before any other thread exists.
void replace_process_end(ProcessEnd end);

/// Writes the message to stderr and ends the process at once, without destructors: nothing more may
/// reach the disk.
[[noreturn]] void end_process(int exit_code, const std::string& message);

/// Raises the soft limit of open descriptors (RLIMIT_NOFILE) to the hard limit. Returns the soft
/// limit in force: unchanged if the kernel refuses.
std::uint64_t raise_descriptor_limit();

}  // namespace bw::platform
