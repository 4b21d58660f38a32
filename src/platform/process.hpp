// How the process ends itself when the world leaves no way on (a log that cannot be written). One
// place, so that a simulation can stand in for the end of a process and go on with the next one.
#pragma once

#include <string>

namespace bw::platform {

/// Takes the place of the end of the process; must not return (it throws). nullptr: the process
/// ends.
using ProcessEnd = void (*)(int exit_code, const std::string& message);
/// Call before any other thread is there.
void replace_process_end(ProcessEnd end);

/// Writes the message to stderr and ends the process at once, without destructors: nothing more may
/// reach the disk.
[[noreturn]] void end_process(int exit_code, const std::string& message);

}  // namespace bw::platform
