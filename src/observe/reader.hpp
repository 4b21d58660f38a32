// Reader: reads a counters file, from any process at any moment: while the exchange runs, after it
// ended, and after it was killed. It checks the file before it trusts anything in it; a file that
// is of another version, damaged or short is an error, never a crash.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "observe/catalogue.hpp"
#include "platform/storage.hpp"

namespace bw::observe {

enum class ProcessState : std::uint8_t {
    running,
    ended,   ///< orderly; these are its last values
    killed,  ///< the process is gone without an orderly end
};

[[nodiscard]] std::string_view name_of(ProcessState state);

/// A histogram's buckets, and what follows from them.
class Distribution {
 public:
    Distribution() = default;
    Distribution(std::vector<std::uint64_t> counts, std::uint64_t sum, std::uint64_t max);

    /// A distribution of values recorded elsewhere.
    void add(const Distribution& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::uint64_t sum() const { return sum_; }
    [[nodiscard]] std::uint64_t max() const { return max_; }
    /// Lower bound of the bucket that holds quantile `q` in 0..1; 0 when nothing was recorded.
    [[nodiscard]] std::uint64_t quantile(double q) const;
    /// The number of values below `bound`. Exact if `bound` is a power of two.
    [[nodiscard]] std::uint64_t count_below(std::uint64_t bound) const;

 private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t max_ = 0;
};

struct Value {
    std::uint16_t number = 0;
    std::string name;
    std::string labels;  ///< key="value",… or empty
    std::string help;
    Kind kind = Kind::counter;
    Unit unit = Unit::none;
    std::uint64_t value = 0;    ///< of a counter or gauge
    Distribution distribution;  ///< of a histogram
};

/// One reading of all values; two values need not belong to exactly the same moment.
struct Snapshot {
    ProcessState state = ProcessState::killed;
    std::uint64_t cluster = 0;
    std::uint32_t node = 0;
    std::uint32_t process = 0;
    std::uint64_t started_ns = 0;
    std::uint64_t ended_ns = 0;  ///< time of an orderly end
    std::string program;
    std::string durability;
    std::vector<Value> values;  ///< values of one name are adjacent

    /// The value of a counter or gauge, 0 if it does not exist. `labels` as in Value.
    [[nodiscard]] std::uint64_t value(std::string_view name, std::string_view labels = {}) const;
    [[nodiscard]] const Value* find(std::string_view name, std::string_view labels = {}) const;
    /// The latest sign of life of a process that may be gone.
    [[nodiscard]] std::uint64_t last_seen_ns() const;
};

[[nodiscard]] base::Result<Snapshot> read_counters(platform::Storage& storage,
                                                   const std::string& path);

}  // namespace bw::observe
