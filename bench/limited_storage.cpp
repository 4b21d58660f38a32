#include "bench/limited_storage.hpp"

#include <ctime>

#include "bench/measure.hpp"

namespace bw::bench {
namespace {

using base::Result;

class LimitedBlockFile final : public platform::BlockFile {
 public:
    LimitedBlockFile(LimitedDisk& disk, std::unique_ptr<platform::BlockFile> inner)
        : disk_(disk), inner_(std::move(inner)) {}

    Result<void> write_at(std::uint64_t offset, std::span<const std::byte> blocks) override {
        const std::uint64_t passed_ns = disk_.take_place(blocks.size());
        auto written = inner_->write_at(offset, blocks);
        LimitedDisk::wait_until(passed_ns + disk_.latency_ns());
        return written;
    }
    Result<void> sync() override {
        const std::uint64_t passed_ns = disk_.take_place(0);
        auto synced = inner_->sync();
        LimitedDisk::wait_until(passed_ns + disk_.latency_ns());
        return synced;
    }

 private:
    LimitedDisk& disk_;
    std::unique_ptr<platform::BlockFile> inner_;
};

}  // namespace

std::uint64_t LimitedDisk::take_place(std::size_t bytes) {
    const std::uint64_t now = monotonic_ns();
    const std::uint64_t own_ns =
        limits_.mb_per_s == 0
            ? 0
            : static_cast<std::uint64_t>(static_cast<double>(bytes) * 1'000 / limits_.mb_per_s);
    const std::lock_guard held(mutex_);
    busy_until_ns_ = std::max(busy_until_ns_, now) + own_ns;
    return busy_until_ns_;
}

void LimitedDisk::wait_until(std::uint64_t time_ns) {
    constexpr std::uint64_t second_ns = 1'000'000'000;
    if (monotonic_ns() >= time_ns) return;
    const timespec until{static_cast<time_t>(time_ns / second_ns),
                         static_cast<long>(time_ns % second_ns)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

Result<void> LimitedStorage::create_directories(const std::string& path) {
    return inner_.create_directories(path);
}
Result<std::vector<std::string>> LimitedStorage::list(const std::string& directory) {
    return inner_.list(directory);
}
bool LimitedStorage::exists(const std::string& path) { return inner_.exists(path); }
Result<std::uint64_t> LimitedStorage::file_size(const std::string& path) {
    return inner_.file_size(path);
}
Result<void> LimitedStorage::remove(const std::string& path) { return inner_.remove(path); }
Result<void> LimitedStorage::rename(const std::string& from, const std::string& to) {
    return inner_.rename(from, to);
}
Result<void> LimitedStorage::sync_directory(const std::string& directory) {
    return inner_.sync_directory(directory);
}
Result<void> LimitedStorage::set_read_only(const std::string& path, bool read_only) {
    return inner_.set_read_only(path, read_only);
}
Result<std::unique_ptr<platform::FileLock>> LimitedStorage::lock(const std::string& path) {
    return inner_.lock(path);
}
Result<std::unique_ptr<platform::MappedFile>> LimitedStorage::create_mapped(const std::string& path,
                                                                            std::size_t size) {
    return inner_.create_mapped(path, size);
}
Result<std::unique_ptr<platform::MappedFile>> LimitedStorage::open_mapped(const std::string& path) {
    return inner_.open_mapped(path);
}
Result<std::unique_ptr<platform::MappedFile>> LimitedStorage::open_mapped_read_only(
    const std::string& path) {
    return inner_.open_mapped_read_only(path);
}
Result<std::unique_ptr<platform::MappedFile>> LimitedStorage::create_mapped_in_pieces(
    const std::string& path, std::size_t size, const BetweenPieces& between) {
    return inner_.create_mapped_in_pieces(path, size, between);
}
/// Only takes room: no bytes pass.
Result<void> LimitedStorage::create_reserved(const std::string& path, std::size_t size) {
    return inner_.create_reserved(path, size);
}

Result<std::vector<std::byte>> LimitedStorage::read(const std::string& path, std::uint64_t offset,
                                                    std::size_t size) {
    auto bytes = inner_.read(path, offset, size);
    if (bytes && on_disk(path)) LimitedDisk::wait_until(disk_.take_place(bytes->size()));
    return bytes;
}

Result<std::size_t> LimitedStorage::read_into(const std::string& path, std::uint64_t offset,
                                              std::span<std::byte> out) {
    auto bytes = inner_.read_into(path, offset, out);
    if (bytes && on_disk(path)) LimitedDisk::wait_until(disk_.take_place(*bytes));
    return bytes;
}

Result<void> LimitedStorage::write_file(const std::string& path, std::span<const std::byte> bytes) {
    auto written = inner_.write_file(path, bytes);
    if (on_disk(path)) LimitedDisk::wait_until(disk_.take_place(bytes.size()) + disk_.latency_ns());
    return written;
}

Result<void> LimitedStorage::write_file_in_parts(
    const std::string& path, const std::function<Result<void>(const Append&)>& fill) {
    if (!on_disk(path)) return inner_.write_file_in_parts(path, fill);
    return inner_.write_file_in_parts(path, [&](const Append& append) {
        return fill([&](std::span<const std::byte> bytes) {
            auto appended = append(bytes);
            LimitedDisk::wait_until(disk_.take_place(bytes.size()));
            return appended;
        });
    });
}

Result<void> LimitedStorage::create_zeroed(const std::string& path, std::size_t size) {
    return create_zeroed_in_pieces(path, size, [](std::size_t) {});
}

Result<void> LimitedStorage::create_zeroed_in_pieces(const std::string& path, std::size_t size,
                                                     const BetweenPieces& between) {
    if (!on_disk(path)) return inner_.create_zeroed_in_pieces(path, size, between);
    std::size_t before = 0;
    return inner_.create_zeroed_in_pieces(path, size, [&](std::size_t done) {
        LimitedDisk::wait_until(disk_.take_place(done - before) + disk_.latency_ns());
        before = done;
        between(done);
    });
}

Result<std::unique_ptr<platform::BlockFile>> LimitedStorage::open_blocks(const std::string& path,
                                                                         platform::WriteMode mode) {
    auto file = inner_.open_blocks(path, mode);
    if (!file || !on_disk(path)) return file;
    return std::make_unique<LimitedBlockFile>(disk_, std::move(*file));
}

}  // namespace bw::bench
