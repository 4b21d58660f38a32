#include "event_store/epoch.hpp"

#include <cinttypes>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "event_store/check_line.hpp"
#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

constexpr unsigned epoch_format = 1;
constexpr std::size_t max_bytes = 4096;

struct Written {
    std::uint64_t number = 0;
    std::uint64_t word = 0;
};

base::Result<Written> parse(const std::string& path, const std::string& text) {
    unsigned format = 0;
    Written out;
    const int found = std::sscanf(
        text.c_str(), "buttonwood epoch\nformat %u\nnumber %" SCNu64 "\nword %16" SCNx64 "\n",
        &format, &out.number, &out.word);
    if (found >= 1 && check_line_fits(text) && format > epoch_format)
        return std::unexpected(newer_format(path, format, epoch_format));
    if (found != 3 || format != epoch_format || !check_line_fits(text))
        return base::error(fmt::format(
            "{} is damaged. If no other process uses this folder, remove the file: it is made "
            "again. Nothing was changed.",
            path));
    return out;
}

/// Returns nothing if there is no file.
base::Result<std::optional<Written>> read(platform::Storage& storage, const std::string& path) {
    if (!storage.exists(path)) return std::nullopt;
    const auto bytes = storage.read(path, 0, max_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    const auto written = parse(path, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!written) return std::unexpected(written.error());
    return *written;
}

/// Even if the disk is full, thanks to the space that keep_space() has kept.
base::Result<void> write_with_kept_space(platform::Storage& storage, const Paths& paths,
                                         const std::string& text) {
    auto written = storage.write_file(paths.epoch(), bytes_of(text));
    if (written || !storage.exists(paths.epoch_space())) return written;
    if (auto removed = storage.remove(paths.epoch_space()); !removed) return removed;
    return storage.write_file(paths.epoch(), bytes_of(text));
}

/// Best effort: without it, only a start on a full disk is refused.
void keep_space(platform::Storage& storage, const std::string& path) {
    if (storage.exists(path) || storage.create_zeroed(path, platform::disk_block)) return;
    (void)storage.remove(path);
}

}  // namespace

base::Result<void> Epoch::check_file(platform::Storage& storage, const Paths& paths) {
    const auto there = read(storage, paths.epoch());
    if (!there) return std::unexpected(there.error());
    return {};
}

base::Result<Epoch> Epoch::begin(platform::Storage& storage, const Paths& paths,
                                 platform::Random& random) {
    const auto there = read(storage, paths.epoch());
    if (!there) return std::unexpected(there.error());
    std::uint64_t word = 0;
    random.fill(std::as_writable_bytes(std::span(&word, 1)));
    Epoch epoch(storage, paths.epoch(), *there ? (*there)->number + 1 : 1, word);
    const std::string text =
        with_check_line(fmt::format("buttonwood epoch\nformat {}\nnumber {}\nword {:016x}\n",
                                    epoch_format, epoch.number_, epoch.word_));
    if (auto written = write_with_kept_space(storage, paths, text); !written)
        return std::unexpected(written.error());
    keep_space(storage, paths.epoch_space());
    return epoch;
}

base::Result<void> Epoch::check() const {
    const auto there = read(*storage_, path_);
    if (!there) return std::unexpected(there.error());
    if (*there && (*there)->number == number_ && (*there)->word == word_) return {};
    return base::error(fmt::format(
        "{} is not of this start any more (number {}, mine is {}): another process writes to this "
        "folder. Only one exchange may use it; find out which one has the newest log",
        path_, *there ? (*there)->number : 0, number_));
}

}  // namespace bw::event_store
