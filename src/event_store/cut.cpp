// The cut of recovery.hpp: what makes a log that was judged ready to be continued.
#include <algorithm>
#include <cstring>

#include "event_store/recovery.hpp"

namespace bw::event_store {

using base::Result;

namespace {

/// Segments whose preparation was interrupted.
Result<void> remove_unfinished(platform::Storage& storage, const std::string& directory) {
    const auto names = storage.list(directory);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names)
        if (name.ends_with(".new"))
            if (auto removed = storage.remove(directory + "/" + name); !removed) return removed;
    return {};
}

/// Writes `kept` (up to `end`) and zeros behind it, to the end of its last block.
Result<void> write_kept(platform::BlockFile& file, std::uint64_t offset,
                        std::span<const std::byte> kept) {
    platform::AlignedBuffer block(platform::disk_block);
    for (std::size_t done = 0; done < kept.size(); done += platform::disk_block) {
        const std::size_t size = std::min(platform::disk_block, kept.size() - done);
        std::memset(block.data(), 0, platform::disk_block);
        std::memcpy(block.data(), kept.data() + done, size);
        if (auto written = file.write_at(offset + done, block.first(platform::disk_block));
            !written)
            return written;
    }
    return {};
}

/// A file that lost its end gets its full size again: a new file with the good records takes its place.
Result<void> restore_size(platform::Storage& storage, const std::string& path,
                          const DurableState& state) {
    const auto kept = storage.read(path, 0, static_cast<std::size_t>(state.end.offset));
    if (!kept) return std::unexpected(kept.error());
    if (auto created = storage.create_zeroed(path + ".new", state.segment_bytes); !created)
        return created;
    auto file = storage.open_blocks(path + ".new", platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    if (auto written = write_kept(**file, 0, *kept); !written) return written;
    return storage.rename(path + ".new", path);
}

Result<void> zero_torn_bytes(platform::Storage& storage, const std::string& path,
                             const DurableState& state) {
    auto file = storage.open_blocks(path, platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    const std::uint64_t first_block =
        state.end.offset / platform::disk_block * platform::disk_block;
    std::vector<std::byte> zeroed(
        static_cast<std::size_t>(state.end.offset + state.torn_bytes - first_block));
    const auto kept =
        storage.read(path, first_block, static_cast<std::size_t>(state.end.offset - first_block));
    if (!kept) return std::unexpected(kept.error());
    std::copy(kept->begin(), kept->end(), zeroed.begin());
    return write_kept(**file, first_block, zeroed);
}

/// Seals of what is cut go first: one that outlived its segment would be evidence against the new one.
Result<void> remove_seals(platform::Storage& storage, const Paths& paths, LogKind kind,
                          const DurableState& state) {
    if (state.surplus_seals.empty()) return {};
    for (const std::uint64_t index : state.surplus_seals)
        if (const std::string path = paths.seal(kind, index); storage.exists(path))
            if (auto removed = storage.remove(path); !removed) return removed;
    return storage.sync_directory(paths.durable(kind));
}

Result<void> remove_segments(platform::Storage& storage, const Paths& paths, LogKind kind,
                             const DurableState& state) {
    for (auto index = state.surplus.rbegin(); index != state.surplus.rend();
         ++index)  // last first: what is left stays contiguous
        if (auto removed = storage.remove(paths.durable(kind, *index)); !removed) return removed;
    for (const std::uint64_t index : state.removed)
        if (auto removed = storage.remove(paths.durable(kind, index)); !removed) return removed;
    return {};
}

/// The last segment as it was written: of full size, writable, with zeros behind the last good record.
Result<void> mend_last_segment(platform::Storage& storage, const std::string& path,
                               const DurableState& state) {
    const auto size = storage.file_size(path);
    if (!size) return std::unexpected(size.error());
    if (*size != state.segment_bytes) return restore_size(storage, path, state);
    if (auto opened = storage.set_read_only(path, false); !opened) return opened;
    if (state.torn_bytes != 0) return zero_torn_bytes(storage, path, state);
    return {};
}

}  // namespace

Result<void> cut(platform::Storage& storage, const Paths& paths, LogKind kind,
                 const DurableState& state) {
    const std::string directory = paths.durable(kind);
    if (auto removed = remove_unfinished(storage, directory); !removed) return removed;
    if (auto removed = remove_seals(storage, paths, kind, state); !removed) return removed;
    if (auto removed = remove_segments(storage, paths, kind, state); !removed) return removed;
    if (state.end.segment >= state.begin.index)
        if (auto mended = mend_last_segment(storage, paths.durable(kind, state.end.segment), state);
            !mended)
            return mended;
    return storage.sync_directory(directory);
}

}  // namespace bw::event_store
