#include "buttonwood-bench/disk_reference.hpp"

#include <cstring>

#include "bench/measure.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr std::size_t writes = 2000;
constexpr std::size_t file_bytes = writes * platform::disk_block;

base::Result<base::Histogram> time_writes(platform::BlockFile& file) {
    platform::AlignedBuffer block(platform::disk_block);
    base::Histogram times;
    for (std::size_t i = 0; i < writes; ++i) {
        std::memcpy(block.data(), &i, sizeof i);
        const std::uint64_t start = bench::monotonic_ns();
        if (auto written =
                file.write_at(i * platform::disk_block, block.first(platform::disk_block));
            !written)
            return std::unexpected(written.error());
        times.record(bench::monotonic_ns() - start);
    }
    return times;
}

}  // namespace

base::Result<base::Histogram> measure_disk(platform::Storage& storage,
                                           const std::string& directory) {
    platform::
        use_precise_sleep();  // as the disk writers, for a limited disk makes its writers sleep
    const std::string path = directory + "/disk-reference";
    if (auto created = storage.create_zeroed(path, file_bytes); !created)
        return std::unexpected(created.error());
    auto file = storage.open_blocks(path, platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    auto times = time_writes(**file);
    if (auto removed = storage.remove(path); !removed) return std::unexpected(removed.error());
    return times;
}

}  // namespace bw::apps
