// LazyArray<T>: a zeroed array of fixed size whose memory is reserved at construction and used page
// by page as it is touched. The core's tables use it: full capacity from the start, no allocation
// later, no cost for unused capacity.
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"

namespace bw::base {

namespace detail {
/// Zeroed, page-aligned address space. If the system refuses, the process ends with a message; this
/// can happen only at start.
[[nodiscard]] void* reserve_pages(std::size_t bytes, bool huge_pages);
/// Provides the pages now. On an old kernel they come as they are touched.
void populate_pages(void* at, std::size_t bytes);
void release_pages(void* at, std::size_t bytes);
}  // namespace detail

enum class PageSize : bool { normal, huge };

template <class T>
class LazyArray {
    static_assert(std::is_trivially_copyable_v<T>, "elements start as zero bytes");

 public:
    explicit LazyArray(std::size_t size, PageSize pages = PageSize::normal)
        : data_(static_cast<T*>(detail::reserve_pages(size * sizeof(T), pages == PageSize::huge))),
          size_(size) {}
    ~LazyArray() {
        if (data_ != nullptr) detail::release_pages(data_, size_ * sizeof(T));
    }
    LazyArray(LazyArray&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}
    LazyArray& operator=(LazyArray&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    LazyArray(const LazyArray&) = delete;
    LazyArray& operator=(const LazyArray&) = delete;

    /// Lets the system provide the memory of the first `count` elements now, and not when they are
    /// first touched.
    void prepare(std::size_t count) {
        detail::populate_pages(data_, std::min(count, size_) * sizeof(T));
    }

    [[nodiscard]] T& operator[](std::size_t index) { return data_[index]; }
    [[nodiscard]] const T& operator[](std::size_t index) const { return data_[index]; }
    [[nodiscard]] std::size_t size() const { return size_; }

 private:
    T* data_;
    std::size_t size_;
};

}  // namespace bw::base
