// Situations that must occur. A simulation that never meets them proves nothing about them, so they
// are counted, and a long run in which one of them did not occur fails.
#pragma once

#include <array>
#include <cstdint>

namespace bw::simulation {

enum class Situation : std::uint8_t {
    process_killed_between_steps,
    process_killed_in_a_storage_operation,
    power_lost_between_steps,
    power_lost_in_a_storage_operation,
    died_during_recovery,
    died_between_commit_and_acknowledgement,
    uncommitted_command_lost,
    torn_tail_cut,
    event_tail_cut,
    commands_taken_from_shared_memory,
    half_a_record_in_shared_memory,
    events_made_again,
    committed_in_memory_lost_with_power,
    write_error_stopped_the_process,
    disk_full,
    start_refused_for_a_full_disk,
    log_full,
    ring_full,
    segment_opened,
    shared_segment_taken_away,
    reader_moved_from_file_to_memory,
    rot_in_commands_found,
    rot_in_a_segment_header_found,
    rot_in_events_made_again,
    rot_in_the_mark_survived,
    rot_in_the_identity_found,
    lost_write_found,
    misdirected_write_found,
    clock_went_back,
    clock_jumped_forward,
    day_ended,
    orderly_close,
    duplicate_answered,
    duplicate_answered_after_a_restart,
    outside_reader_survived_a_restart,
    self_trade_prevented,
    cancel_lost_to_a_fill,
    hold_released_by_partial_cancel,
    undecodable_command,
    auction_uncrossed,
    snapshot_written,
    died_inside_a_snapshot,
    power_lost_inside_a_snapshot,
    snapshot_refused_by_the_disk,
    started_from_a_snapshot,
    started_from_an_older_snapshot,
    damaged_snapshot_passed_over,
    snapshot_ahead_of_the_log,
    snapshot_ahead_of_the_events,
    snapshot_of_another_history,
    record_of_another_history_found,
    rot_in_a_snapshot,
    misdirected_read_at_start,
    short_read_at_start,
    slow_operation,
    commit_waited_for_a_slow_disk,
    clock_drifted,
    tiny_ring_full,
    segment_left_before_it_was_full,
    writer_left_behind,
    batch_of_one,
    sealed_under_a_reader,
    lie_found_while_sealing,
    connection_cut_with_a_request_under_way,
    lost_answer_given_again,
    gateway_died_between_commit_and_answer,
    no_answer_in_time,
    rate_limit_refused,
    slow_consumer_cut_and_resumed,
    stream_resumed_after_a_restart,
    cancel_on_disconnect_done,
    partition_healed,
    half_open_connection_noticed,
    network_reordered_two_connections,
    storage_scarce_refused_at_the_border,
    gateway_started_from_saved_views,
    gateway_died_alone,
    ring_taken_over,
    query_answered_from_fewer_events,
    count
};

inline constexpr std::size_t situation_count = static_cast<std::size_t>(Situation::count);

[[nodiscard]] const char* name_of(Situation situation);

class Situations {
 public:
    void met(Situation situation) { ++counts_[static_cast<std::size_t>(situation)]; }
    [[nodiscard]] std::uint64_t count(Situation situation) const {
        return counts_[static_cast<std::size_t>(situation)];
    }
    void add(const Situations& other) {
        for (std::size_t i = 0; i < situation_count; ++i) counts_[i] += other.counts_[i];
    }

 private:
    std::array<std::uint64_t, situation_count> counts_{};
};

}  // namespace bw::simulation
