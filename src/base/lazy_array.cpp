#include "base/lazy_array.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
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

constexpr std::size_t huge_page = std::size_t{2} << 20;

/// A large table ends with a huge page as it begins with one.
constexpr std::size_t reserved_bytes(std::size_t bytes) {
    if (bytes < huge_page) return bytes == 0 ? 1 : bytes;
    return (bytes + huge_page - 1) / huge_page * huge_page;
}

void* reserve(std::size_t bytes) {
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) refuse_to_start(bytes);
    return at;
}

/// At a multiple of a huge page, which not every kernel does by itself: what is too much before and
/// behind is given back.
void* reserve_aligned(std::size_t bytes) {
    auto* const begin = static_cast<std::byte*>(reserve(bytes + huge_page));
    const std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) % huge_page;
    if (before != 0) munmap(begin, before);
    munmap(begin + before + bytes, huge_page - before);
    return begin + before;
}

}  // namespace

void* reserve_pages(std::size_t bytes, bool huge_pages) {
    const std::size_t reserved = reserved_bytes(bytes);
    if (!huge_pages || reserved < huge_page) return reserve(reserved);
    void* at = reserve_aligned(reserved);
    // a wish: without it everything works, with more TLB misses
    madvise(at, reserved, MADV_HUGEPAGE);
    return at;
}

void populate_pages(void* at, std::size_t bytes) {
    if (bytes != 0) madvise(at, bytes, MADV_POPULATE_WRITE);
}

void release_pages(void* at, std::size_t bytes) { munmap(at, reserved_bytes(bytes)); }

}  // namespace bw::base::detail
