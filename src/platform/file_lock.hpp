// Tells, from outside, whether a process holds the lock of a file (Storage::lock).
#pragma once

#include <string>

namespace bw::platform {

/// True while a process holds the lock. The kernel releases it when that process dies, however it
/// dies. False if the file does not exist or may not be read. Any number of processes may call this
/// at the same time.
[[nodiscard]] bool is_locked(const std::string& path);

}  // namespace bw::platform
