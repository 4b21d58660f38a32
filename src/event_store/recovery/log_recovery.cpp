#include "event_store/recovery/log_recovery.hpp"

#include <cstring>

#include "event_store/log/preparer.hpp"

namespace bw::event_store {
namespace {

using base::Result;

SegmentHeader first_header(const LogIdentity& identity, const LogBegin& begin,
                           std::size_t segment_bytes) {
    return make_header(identity, begin.index, begin.first_sequence, segment_bytes,
                       begin.previous_crc);
}

/// Sets the state of a log without segments to that after creation of its first one.
void suppose_first_segment(const LogIdentity& identity, std::size_t segment_bytes,
                           RecoveredLog& log) {
    DurableState& state = log.durable;
    const SegmentHeader header = first_header(identity, state.begin, segment_bytes);
    log.is_new = true;
    log.cut.kept.assign(segment_header_bytes, std::byte{0});
    std::memcpy(log.cut.kept.data(), &header, sizeof header);
    state.end = start_of(header, state.begin.last_timestamp_ns);
    state.segment_bytes = segment_bytes;
    state.torn_bytes = 0;
}

/// Creates the first segment and writes its header before anything else.
Result<void> create_first_segment(platform::Storage& storage, const Paths& paths, LogKind kind,
                                  Durability mode, const RecoveredLog& log) {
    const std::uint64_t index = log.durable.end.segment;
    if (auto created =
            create_durable_segment(storage, paths, {kind, index, log.durable.segment_bytes}, mode);
        !created)
        return created;
    auto file = storage.open_blocks(paths.durable(kind, index), platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    platform::AlignedBuffer block(platform::disk_block);
    static_assert(segment_header_bytes == platform::disk_block);
    std::memcpy(block.data(), log.cut.kept.data(), segment_header_bytes);
    return (*file)->write_at(0, block.first(platform::disk_block));
}

/// Records of a killed process may still be only in the kernel; syncs them.
Result<void> sync_tail(platform::Storage& storage, const Paths& paths, LogKind kind,
                       std::uint64_t index) {
    auto file = storage.open_blocks(paths.durable(kind, index), platform::WriteMode::deferred);
    if (!file) return std::unexpected(file.error());
    return (*file)->sync();
}

Result<void> create_durable_like_shared(platform::Storage& storage, const Paths& paths,
                                        LogKind kind, std::uint64_t index, Durability mode) {
    const auto bytes = storage.file_size(paths.shared_segment(kind, index));
    if (!bytes) return std::unexpected(bytes.error());
    return create_durable_segment(storage, paths, {kind, index, *bytes}, mode);
}

}  // namespace

Result<RecoveredLog> judge_log(platform::Storage& storage, const Paths& paths,
                               const LogIdentity& identity, JudgeOptions options) {
    Result<DurableState> state;
    if (options.scanned && limit_to(*options.scanned, options.scan.command_limit))
        state = std::move(*options.scanned);
    else
        state = scan_durable(storage, paths, identity, options.scan);
    if (!state) return std::unexpected(state.error());
    if (auto sure = check_surplus(storage, paths, identity, *state); !sure)
        return std::unexpected(sure.error());
    RecoveredLog log{.durable = std::move(*state), .end = {}, .is_new = false, .cut = {}};
    if (log.durable.end.segment < log.durable.begin.index)
        suppose_first_segment(identity, options.first_segment_bytes, log);
    log.end = log.durable.limited ? log.durable.end
                                  : follow_shared(storage, paths, identity, log.durable, {});
    if (log.is_new) return log;
    auto plan = plan_cut(storage, paths, identity, log.durable, !log.continued());
    if (!plan) return std::unexpected(plan.error());
    log.cut = std::move(*plan);
    return log;
}

Result<void> make_ready(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
                        Durability mode, const RecoveredLog& log) {
    const LogKind kind = identity.kind;
    if (auto done = cut(storage, paths, identity, log.durable, log.cut); !done) return done;
    if (log.is_new)
        if (auto made = create_first_segment(storage, paths, kind, mode, log); !made) return made;
    if (auto synced = sync_tail(storage, paths, kind, log.durable.end.segment); !synced)
        return synced;
    for (std::uint64_t index = log.durable.end.segment + 1; index <= log.end.segment; ++index)
        if (auto made = create_durable_like_shared(storage, paths, kind, index, mode); !made)
            return made;
    return {};
}

}  // namespace bw::event_store
