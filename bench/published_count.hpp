// PublishedCount: a number that one thread publishes and any other thread reads, on a cache line of
// its own. What the publishing thread wrote before publish() is visible after get().
#pragma once

#include <atomic>
#include <cstdint>

namespace bw::bench {

class PublishedCount {
 public:
    void publish(std::uint64_t value) { value_.store(value, std::memory_order_release); }
    [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_acquire); }

 private:
    alignas(64) std::atomic<std::uint64_t> value_{0};
};

}  // namespace bw::bench
