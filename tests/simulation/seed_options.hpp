// What a seed means: how large, in which mode, with which clients and which kinds of faults. Drawn
// from the seed (each kind of fault is on with probability 1/2, so that rare combinations happen),
// printed, and open to change from outside.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "event_store/log/durable_writer.hpp"
#include "simulation/sim_storage.hpp"

namespace bw::simulation {

enum class FaultClass : std::uint8_t {
    process_death,  ///< between steps
    power_loss,     ///< between steps
    death_inside,   ///< of process or power, inside a storage operation
    io_error,
    disk_full,
    rot,         ///< a bit changes while nothing runs
    lying_disk,  ///< a write that is reported as done is lost or goes astray
    pause,       ///< an agent does not run for a while: slow disk, slow reader, descheduled core
    clock_step,
    clock_drift,        ///< the time of day runs faster or slower than the time since the start
    slow_disk,          ///< an operation takes between a millisecond and two seconds
    bad_read,           ///< while the exchange starts a read gives another block, or too little
    network_delay,      ///< late messages, clogs
    network_cut,        ///< connections end, noticed or not; connects are refused
    network_partition,  ///< a client or a gateway is cut off for a while, perhaps one way only
    gateway_death,      ///< a session gateway dies alone, and takes its ring over when it is back
    count
};
inline constexpr std::size_t fault_class_count = static_cast<std::size_t>(FaultClass::count);
[[nodiscard]] const char* name_of(FaultClass kind);

/// One death at one storage operation.
struct CrashPoint {
    std::uint64_t operation = 0;
    Death death{};
    Moment moment{};
};

/// Numbers that are left out (to find out which ones matter).
struct Mask {
    std::set<std::uint64_t> without;
    /// "0-17,19"; numbers that are none are passed over.
    [[nodiscard]] static Mask from(std::string_view text);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool has(std::uint64_t number) const { return !without.contains(number); }
};

struct SeedOptions {
    std::uint64_t seed = 1;
    event_store::Durability mode = event_store::Durability::sync;
    std::size_t segment_bytes = 64 * 1024;
    std::uint64_t kept_shared_segments = 2;
    std::uint32_t gateways = 2;
    std::uint32_t clients = 8;
    std::uint32_t instruments = 2;
    std::uint64_t steps = 2500;   ///< of the phase in which everything may fail
    std::uint64_t minutes = 10;   ///< that this phase lasts, in simulated time
    bool small_engine = false;    ///< so small that its limits are met
    bool second_opinion = false;  ///< the naive exchange foretells the events; else a second engine
    std::uint64_t flood = 0;      ///< so many empty commands at once, in the middle
    std::uint64_t snapshot_every = 0;    ///< steps, on the average, between two snapshots; 0: none
    std::uint64_t ring_slots = 0;        ///< so few a gateway uses of its ring; 0: all
    std::uint64_t slow_one_in = 5;       ///< operations, if the disk is slow
    std::uint32_t session_gateways = 0;  ///< real ones behind a network, besides
    std::uint32_t session_clients = 0;   ///< of those
    /// of a session gateway; 0: as in production, like all of these
    std::uint64_t answer_timeout_ms = 0;
    std::uint64_t rate_per_second = 0;  ///< that a key may ask
    std::uint64_t queue_bytes = 0;      ///< of reports that wait for one WebSocket client
    std::uint64_t private_history = 0;  ///< reports kept for an account
    std::array<bool, fault_class_count> faults{};

    // Nothing of this is a fault: it is what a real machine seldom does, made frequent. 0 and
    // false: as usual.
    /// turns of the core in which a log leaves a nearly full segment
    std::uint64_t roll_one_in = 0;
    std::uint64_t lazy_one_in = 0;  ///< turns that disk writers and the preparer take
    std::uint64_t batch_max = 0;    ///< commands that become durable together
    bool eager_keeper = false;      ///< seals after every turn of whomever, else now and then
    // The disk takes time for every operation, and everybody waits meanwhile; 0: none.
    std::uint64_t disk_mb_per_s = 0;  ///< 10^6 bytes
    std::uint64_t disk_write_us = 0;  ///< of a write or sync, besides its bytes

    std::vector<CrashPoint> crash_points;  ///< beside or instead of random faults; rising
    Mask commands;
    Mask fault_numbers;

    [[nodiscard]] bool has(FaultClass kind) const { return faults[static_cast<std::size_t>(kind)]; }
};

[[nodiscard]] SeedOptions options_of(std::uint64_t seed, std::uint64_t minutes);
/// One line: every option as `name=value`. options_from() reads it back.
[[nodiscard]] std::string text_of(const SeedOptions& options);
/// From `name=value` words; behind # is a comment. What is not named stays as SeedOptions has it.
/// So a case outlives a change of what a seed means.
[[nodiscard]] base::Result<SeedOptions> options_from(std::string_view text);

}  // namespace bw::simulation
