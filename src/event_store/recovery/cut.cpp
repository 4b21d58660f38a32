// The cut of recovery.hpp: makes a judged log ready to be continued.
#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "event_store/recovery/recovery.hpp"

namespace bw::event_store {

using base::Result;

namespace {

/// Removes the files of segments whose preparation was interrupted.
Result<void> remove_unfinished(platform::Storage& storage, const std::string& directory) {
    const auto names = storage.list(directory);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names)
        if (name.ends_with(".new"))
            if (auto removed = storage.remove(directory + "/" + name); !removed) return removed;
    return {};
}

/// Writes `kept` (up to `end`), then zeros to the end of its last block.
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

/// Restores the full size of a truncated file: a new file with the good records replaces it.
Result<void> restore_size(platform::Storage& storage, const std::string& path,
                          std::span<const std::byte> kept, const DurableState& state) {
    if (auto created = storage.create_zeroed(path + ".new", state.segment_bytes); !created)
        return created;
    auto file = storage.open_blocks(path + ".new", platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    if (auto written = write_kept(**file, 0, kept); !written) return written;
    return storage.rename(path + ".new", path);
}

Result<void> zero_torn_bytes(platform::Storage& storage, const std::string& path,
                             std::span<const std::byte> kept, const DurableState& state) {
    auto file = storage.open_blocks(path, platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    const std::uint64_t first_block =
        state.end.offset / platform::disk_block * platform::disk_block;
    std::vector<std::byte> zeroed(
        static_cast<std::size_t>(state.end.offset + state.torn_bytes - first_block));
    std::ranges::copy(kept.subspan(static_cast<std::size_t>(first_block)), zeroed.begin());
    return write_kept(**file, first_block, zeroed);
}

/// Removes the seals of cut segments first: a seal that outlived its segment would contradict the
/// new one.
Result<void> remove_seals(platform::Storage& storage, const Paths& paths, LogKind kind,
                          const DurableState& state) {
    if (state.surplus_seals.empty()) return {};
    for (const std::uint64_t index : state.surplus_seals)
        if (const std::string path = paths.seal(kind, index); storage.exists(path))
            if (auto removed = storage.remove(path); !removed) return removed;
    return storage.sync_directory(paths.durable(kind));
}

/// Removes from the last segment down, each removal durable before the next: a power cut may undo a
/// removal that was not synced, and a segment after a gap counts as damage.
Result<void> remove_segments(platform::Storage& storage, const Paths& paths, LogKind kind,
                             const DurableState& state) {
    for (auto index = state.surplus.rbegin(); index != state.surplus.rend(); ++index) {
        if (auto removed = storage.remove(paths.durable(kind, *index)); !removed) return removed;
        if (auto synced = storage.sync_directory(paths.durable(kind)); !synced) return synced;
    }
    for (const std::uint64_t index : state.removed)
        if (auto removed = storage.remove(paths.durable(kind, index)); !removed) return removed;
    return {};
}

std::unexpected<base::Error> other_bytes(const std::string& path, const std::string& what = "") {
    return base::error(
        fmt::format("{} was read twice and gave other bytes the second time{}. The disk or its "
                    "cable is failing; nothing was lost. Check them and start again.",
                    path, what));
}

/// Checks that torn bytes are still torn: the disk may have returned wrong bytes once.
Result<void> check_that_it_is_torn(platform::Storage& storage, const std::string& path,
                                   const LogIdentity& identity, const DurableState& state) {
    if (state.limited) return {};  // complete records are cut, those of lost commands
    storage.forget_cached(path, state.end.offset);
    const auto bytes = storage.read(path, 0, static_cast<std::size_t>(state.segment_bytes));
    if (!bytes) return std::unexpected(bytes.error());
    const std::uint64_t sequence = state.end.next_sequence;
    if (next_record(*bytes, state.end, identity.seed()))
        return other_bytes(path, fmt::format(": record {} is there", sequence));
    if (identity.kind == LogKind::commands &&
        proof_of_durability(*bytes, state.end.offset, sequence, identity.seed()))
        return other_bytes(path, fmt::format(": a record behind {} is there", sequence));
    return {};
}

/// The bytes of the segment up to `state.end`. Error: they are not the bytes that the scan has
/// seen. The bytes after the end must be the same too: otherwise a command that the scan missed
/// because of a wrong read would be overwritten, and an event of a command that is lost would stay
/// where the event of another command belongs.
Result<std::vector<std::byte>> read_again(platform::Storage& storage, const Paths& paths,
                                          const LogIdentity& identity, const DurableState& state,
                                          std::uint64_t file_size) {
    const std::string path = paths.durable(identity.kind, state.end.segment);
    const std::uint64_t size = std::min(file_size, state.end.offset + max_record_length);
    storage.forget_cached(path, state.end.offset);
    auto bytes = storage.read(path, 0, static_cast<std::size_t>(size));
    if (!bytes) return bytes;
    SegmentHeader header;
    if (bytes->size() != size || read_header(*bytes, identity, header) != HeaderState::valid)
        return other_bytes(path);
    LogPosition at = start_of(header, 0);
    if (!walk_to(*bytes, state.end, at, identity.seed())) return other_bytes(path);
    if (state.behind_end && crc_behind(*bytes, state.end.offset) != *state.behind_end)
        return other_bytes(path, fmt::format(" behind record {}", state.end.last_sequence()));
    bytes->resize(static_cast<std::size_t>(state.end.offset));
    return bytes;
}

/// Restores the last segment: full size, writable, zeros after the last good record.
Result<void> mend_last_segment(platform::Storage& storage, const Paths& paths, LogKind kind,
                               const DurableState& state, const Cut& plan) {
    const std::string path = paths.durable(kind, state.end.segment);
    if (plan.short_file) return restore_size(storage, path, plan.kept, state);
    if (auto opened = storage.set_read_only(path, false); !opened) return opened;
    if (state.torn_bytes == 0) return {};
    return zero_torn_bytes(storage, path, plan.kept, state);
}

}  // namespace

std::uint32_t crc_behind(std::span<const std::byte> segment, std::uint64_t offset) {
    const auto rest = segment.subspan(std::min<std::size_t>(offset, segment.size()));
    return base::crc32c(0, rest.first(std::min(rest.size(), max_record_length)));
}

/// A header is durable before any record of its segment, so a segment whose header is missing in
/// two reads holds no records. Segments of events behind the end are removed, whatever they hold.
Result<void> check_surplus(platform::Storage& storage, const Paths& paths,
                           const LogIdentity& identity, const DurableState& state) {
    if (identity.kind == LogKind::events) return {};
    for (const std::uint64_t index : state.surplus) {
        const std::string path = paths.durable(identity.kind, index);
        storage.forget_cached(path, 0);
        const auto bytes = storage.read(path, 0, segment_header_bytes);
        if (!bytes) return std::unexpected(bytes.error());
        SegmentHeader header;
        if (read_header(*bytes, identity, header) == HeaderState::valid)
            return other_bytes(path, ": the segment is in use");
    }
    return {};
}

Result<Cut> plan_cut(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                     const DurableState& state, bool wants_kept) {
    Cut plan;
    const std::string path = paths.durable(identity.kind, state.end.segment);
    const auto size = storage.file_size(path);
    if (!size) return std::unexpected(size.error());
    plan.mends = true;
    plan.short_file = *size != state.segment_bytes;
    const bool writes = plan.short_file || state.torn_bytes != 0;
    if (writes)
        if (auto torn = check_that_it_is_torn(storage, path, identity, state); !torn)
            return std::unexpected(torn.error());
    if (!writes && !wants_kept) return plan;
    auto kept = read_again(storage, paths, identity, state, *size);
    if (!kept) return std::unexpected(kept.error());
    plan.kept = std::move(*kept);
    return plan;
}

Result<void> cut(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                 const DurableState& state, const Cut& plan) {
    const LogKind kind = identity.kind;
    const std::string directory = paths.durable(kind);
    if (auto removed = remove_unfinished(storage, directory); !removed) return removed;
    if (auto removed = remove_seals(storage, paths, kind, state); !removed) return removed;
    if (auto removed = remove_segments(storage, paths, kind, state); !removed) return removed;
    if (plan.mends)
        if (auto mended = mend_last_segment(storage, paths, kind, state, plan); !mended)
            return mended;
    return storage.sync_directory(directory);
}

}  // namespace bw::event_store
