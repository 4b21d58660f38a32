// prefetch(): starts loading a cache line that will be needed soon. Never faults, whatever the
// address.
#pragma once

namespace bw::base {

/// The empty assembly is for the compiler: g++ considers a function that only prefetches to have no
/// effect, and drops calls to it.
inline void prefetch(const void* at) {
    __builtin_prefetch(at);
    asm volatile("");
}
inline void prefetch_to_write(const void* at) {
    __builtin_prefetch(at, 1);
    asm volatile("");
}

}  // namespace bw::base
