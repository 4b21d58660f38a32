#include "base/lazy_array.hpp"

#include <sys/mman.h>

namespace bw::base::detail {

void* reserve_pages(std::size_t bytes, bool huge_pages) {
    if (bytes == 0) bytes = 1;
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    BW_ASSERT(at != MAP_FAILED);
    if (huge_pages) madvise(at, bytes, MADV_HUGEPAGE);  // a wish: without it everything works, with more TLB misses
    return at;
}

void release_pages(void* at, std::size_t bytes) { munmap(at, bytes == 0 ? 1 : bytes); }

}  // namespace bw::base::detail
