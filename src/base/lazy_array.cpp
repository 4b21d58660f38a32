#include "base/lazy_array.hpp"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>

namespace bw::base::detail {
namespace {

[[noreturn]] void refuse_to_start(std::size_t bytes) {
    std::fprintf(stderr,
                 "buttonwood: the system refuses to reserve %zu MiB of address space for a table "
                 "(memory is used only as it fills). "
                 "Raise the limit (ulimit -v) and start again.\n",
                 bytes >> 20);
    std::_Exit(1);
}

}  // namespace

void* reserve_pages(std::size_t bytes, bool huge_pages) {
    if (bytes == 0) bytes = 1;
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) refuse_to_start(bytes);
    if (huge_pages)
        madvise(at, bytes,
                MADV_HUGEPAGE);  // a wish: without it everything works, with more TLB misses
    return at;
}

void populate_pages(void* at, std::size_t bytes) {
    if (bytes != 0) madvise(at, bytes, MADV_POPULATE_WRITE);
}

void release_pages(void* at, std::size_t bytes) { munmap(at, bytes == 0 ? 1 : bytes); }

}  // namespace bw::base::detail
