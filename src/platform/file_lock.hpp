// Whether somebody holds the lock of a file (Storage::lock), asked from outside.
#pragma once

#include <string>

namespace bw::platform {

/// True while a process holds the lock. The kernel lets go when that process dies, however it dies.
/// False also for a file that is not there or may not be read. Any number of processes may ask at
/// the same time.
[[nodiscard]] bool is_locked(const std::string& path);

}  // namespace bw::platform
