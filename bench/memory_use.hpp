// MemoryUse: what the kernel says about the memory of this process: how much of it lies in huge
// pages, and how often a thread waited for a page.
#pragma once

#include <cstdint>
#include <string>

namespace bw::bench {

struct MemoryUse {
    std::uint64_t anonymous_kib = 0;
    std::uint64_t anonymous_huge_kib = 0;  ///< of these
    std::uint64_t page_faults = 0;         ///< of all threads, since the process began

    [[nodiscard]] static MemoryUse now();
};

/// "memory":{…}, as a member of a JSON object: sizes at the end, faults between both.
[[nodiscard]] std::string memory_json(const MemoryUse& begin, const MemoryUse& end);

}  // namespace bw::bench
