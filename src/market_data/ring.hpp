// Ring<T>: the latest `capacity` values in the order they came. Memory is reserved at the first value and touched only as it
// fills, so an instrument that never trades costs nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/assert.hpp"

namespace bw::market_data {

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

 private:
    std::size_t capacity_;
    std::size_t oldest_ = 0;
    std::vector<T> values_;
};

}  // namespace bw::market_data
