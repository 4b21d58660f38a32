// SecretMemory: memory for keys and passwords. It is left out of core dumps, is locked so that it
// is never written to swap (as far as the limit RLIMIT_MEMLOCK allows), and is overwritten before
// it is given back. Objects in it live as long as the SecretMemory.
//
// Threads: make() from one at a time; the objects as their type allows.
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace bw::platform {

class SecretMemory {
 public:
    SecretMemory() = default;
    ~SecretMemory();
    SecretMemory(const SecretMemory&) = delete;
    SecretMemory& operator=(const SecretMemory&) = delete;

    /// A new object. Stops the process if the machine has no memory left, as `new` does.
    template <class T>
    [[nodiscard]] T* make(const T& value = T()) {
        static_assert(std::is_trivially_destructible_v<T>, "no destructor is called");
        static_assert(sizeof(T) <= chunk_bytes && alignof(T) <= page_bytes);
        return new (allocate(sizeof(T), alignof(T))) T(value);
    }

    /// Whether all of it is locked.
    [[nodiscard]] bool locked() const { return locked_; }

 private:
    static constexpr std::size_t page_bytes = 4096;
    static constexpr std::size_t chunk_bytes = 16 * page_bytes;

    [[nodiscard]] void* allocate(std::size_t size, std::size_t alignment);
    void add_chunk();

    std::vector<std::byte*> chunks_;  // of chunk_bytes each; the last is in use
    std::size_t used_ = chunk_bytes;  // of the last
    bool locked_ = true;
};

/// Overwrites `bytes`; the compiler does not leave it out.
void wipe(std::span<std::byte> bytes);

}  // namespace bw::platform
