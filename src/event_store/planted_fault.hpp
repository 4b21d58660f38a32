// Faults of the spine (event store, sequencer, exchange) that can be switched on in a build made
// for it (BW_PLANTED_FAULTS), one at a time, to see that the simulation finds them. In every other
// build planted() is the constant false and leaves nothing behind.
#pragma once

#include <cstdint>

namespace bw::event_store {

enum class Fault : std::uint8_t {
    none,
    commit_before_sync,
    record_crc_is_skipped,
    header_crc_is_skipped,
    identity_check_is_skipped,
    damage_is_cut_silently,
    mark_is_ignored,
    mark_without_sync,
    shared_memory_is_ignored,
    half_a_record_stays,
    events_outlive_their_commands,
    directory_is_not_synced,
    write_error_is_ignored,
    partial_block_is_skipped,
    note_says_durable,
    full_batch_is_dropped,
    time_goes_back,
    slot_is_taken_twice,
    uncommitted_is_applied,
    event_is_dropped_when_full,
    record_chain_is_skipped,
    snapshot_is_not_synced,
    snapshot_of_another_history_is_taken,
    command_after_a_snapshot_is_applied_twice,
    snapshot_drafts_stay,
    // Of sealed segments, retention, registered readers and the epoch: found by
    // segment_faults_test.
    seal_without_the_one_before,
    seal_is_not_compared,
    deletes_before_registered_reader,
    deletes_above_the_floor,
    begin_after_the_removal,
    late_registration_is_not_seen,
    epoch_is_not_checked,
    count
};

/// The first fault that the simulation need not find.
inline constexpr Fault first_of_segments = Fault::seal_without_the_one_before;

#ifdef BW_PLANTED_FAULTS
inline Fault planted_fault = Fault::none;
[[nodiscard]] inline bool planted(Fault fault) { return planted_fault == fault; }
#else
[[nodiscard]] constexpr bool planted(Fault) { return false; }
#endif

}  // namespace bw::event_store
