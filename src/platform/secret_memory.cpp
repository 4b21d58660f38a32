#include "platform/secret_memory.hpp"

#include <sys/mman.h>

#include <cstring>

#include "base/assert.hpp"

namespace bw::platform {

void wipe(std::span<std::byte> bytes) { explicit_bzero(bytes.data(), bytes.size()); }

SecretMemory::~SecretMemory() {
    for (std::byte* chunk : chunks_) {
        wipe({chunk, chunk_bytes});
        munmap(chunk, chunk_bytes);
    }
}

void* SecretMemory::allocate(std::size_t size, std::size_t alignment) {
    std::size_t at = (used_ + alignment - 1) / alignment * alignment;
    if (at + size > chunk_bytes) {
        add_chunk();
        at = 0;
    }
    used_ = at + size;
    return chunks_.back() + at;
}

void SecretMemory::add_chunk() {
    void* chunk =
        mmap(nullptr, chunk_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    BW_ASSERT(chunk != MAP_FAILED);
    const int excluded = madvise(chunk, chunk_bytes, MADV_DONTDUMP);
    BW_ASSERT(excluded == 0);
    if (mlock(chunk, chunk_bytes) != 0) locked_ = false;
    chunks_.push_back(static_cast<std::byte*>(chunk));
    used_ = 0;
}

}  // namespace bw::platform
