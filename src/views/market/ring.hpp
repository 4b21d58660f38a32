// Ring<T>: the latest `capacity` values in the order they came. Memory is reserved at the first
// value and touched only as it fills, so an instrument that never trades costs nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/assert.hpp"

namespace bw::views::market {

template <class T>
class Ring {
 public:
    explicit Ring(std::size_t capacity) : capacity_(capacity) { BW_ASSERT(capacity > 0); }

    /// Overwrites the oldest value when full.
    void push(const T& value) {
        if (values_.capacity() == 0) values_.reserve(capacity_);
        if (values_.size() < capacity_) {
            values_.push_back(value);
        } else {
            values_[oldest_] = value;
            oldest_ = (oldest_ + 1) % capacity_;
        }
    }

    [[nodiscard]] std::size_t size() const { return values_.size(); }
    [[nodiscard]] bool empty() const { return values_.empty(); }

    /// 0 is the oldest. Requires: i < size().
    [[nodiscard]] const T& operator[](std::size_t i) const {
        return values_[(oldest_ + i) % values_.size()];
    }
    [[nodiscard]] T& newest() { return values_[(oldest_ + values_.size() - 1) % values_.size()]; }
    [[nodiscard]] const T& newest() const { return (*this)[size() - 1]; }

    /// The first value for which `before` is false, or nullptr. Requires: it is true for all values
    /// up to some place, then false.
    template <class Before>
    [[nodiscard]] T* first_not(Before before) {
        std::size_t low = 0;
        std::size_t high = size();
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (before((*this)[middle]))
                low = middle + 1;
            else
                high = middle;
        }
        return low == size() ? nullptr : &values_[(oldest_ + low) % values_.size()];
    }

 private:
    std::size_t capacity_;
    std::size_t oldest_ = 0;
    std::vector<T> values_;
};

}  // namespace bw::views::market
