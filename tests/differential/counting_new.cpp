#include "differential/counting_new.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> calls{0};

void* counted(std::size_t size, std::size_t alignment) {
    calls.fetch_add(1, std::memory_order_relaxed);
    void* out = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (out == nullptr) throw std::bad_alloc();
    return out;
}

constexpr std::size_t usual_alignment = alignof(std::max_align_t);

}  // namespace

void* operator new(std::size_t size) { return counted(size, usual_alignment); }
void* operator new[](std::size_t size) { return counted(size, usual_alignment); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete[](void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t) noexcept { std::free(at); }
void operator delete(void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete[](void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }

namespace bw::differential {

std::uint64_t allocations() { return calls.load(std::memory_order_relaxed); }

}  // namespace bw::differential
