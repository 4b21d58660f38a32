#include <numeric>

#include "event_store/recovery/scan.hpp"
#include "simulation/places.hpp"
#include "simulation/world.hpp"

namespace bw::simulation {
namespace {

constexpr std::uint64_t deaths_max = 10;
constexpr std::uint64_t day_ns = 86'400 * second_ns;
constexpr std::uint64_t millisecond_ns = second_ns / 1'000;

std::string text_of(const StorageOperation& operation) {
    return fmt::format("operation {}, {} {}", operation.number, name_of(operation.action),
                       operation.path);
}

bool is_command_file(const std::string& path) {
    return path.find("/commands/") != std::string::npos;
}

}  // namespace

/// Whether a fault happens. Each that is drawn has a number, so that it can be left out without
/// shifting the others.
std::optional<std::uint64_t> World::draw(FaultClass kind, std::uint64_t one_in) {
    Random& random = kind >= FaultClass::network_delay ? network_random_ : faults_random_;
    if (!options_.has(kind) || random.below(one_in) != 0) return std::nullopt;
    const std::uint64_t number = fault_number_++;
    if (!options_.fault_numbers.has(number)) return std::nullopt;
    ++fault_counts_[static_cast<std::size_t>(kind)];
    trace(0xFA017, number);
    return number;
}

std::uint64_t World::faults_so_far() const {
    return std::accumulate(fault_counts_.begin(), fault_counts_.end(), std::uint64_t{0});
}

void World::faults_between_steps() {
    if (lie_told_) return;  // one thing at a time: only this one must be found
    if (deaths_ < deaths_max) {
        if (strikes(FaultClass::process_death, 500, [] { return "the process is killed"; })) {
            situations_.met(Situation::process_killed_between_steps);
            throw Died{Death::process};
        }
        if (strikes(FaultClass::power_loss, 500, [] { return "the power goes"; })) {
            situations_.met(Situation::power_lost_between_steps);
            throw Died{Death::power};
        }
    }
    if (strikes(FaultClass::pause, 60, [] { return "an agent pauses"; }))
        paused_until_[faults_random_.below(paused_until_.size())] =
            clock_.monotonic_ns() + faults_random_.below(20 * second_ns);
    if (strikes(FaultClass::disk_full, 300, [] { return "the disk is full"; }))
        full_until_ns_ = clock_.monotonic_ns() + faults_random_.below(30 * second_ns);
    strike_clock();
    if (border_) strike_border();
}

/// A gateway that dies alone has no turn for a while, and then starts.
void World::strike_border() {
    border_->strike();
    if (!strikes(FaultClass::gateway_death, 250, [] { return "a gateway dies alone"; })) return;
    const std::size_t gateway = network_random_.below(border_->gateways());
    situations_.met(Situation::gateway_died_alone);
    border_->gateway(gateway).die();
    paused_until_[static_cast<std::size_t>(Agent::gateway) + gateways_.size() + gateway] =
        clock_.monotonic_ns() + network_random_.below(second_ns >> network_random_.below(10));
}

void World::strike_clock() {
    if (strikes(FaultClass::clock_step, 300, [] { return "the clock is set"; })) {
        const bool forward = faults_random_.below(2) == 0;
        const auto by = static_cast<std::int64_t>(
            faults_random_.below(faults_random_.below(4) == 0 ? day_ns : 10 * second_ns));
        clock_.step(forward ? by : -by);
        situations_.met(forward ? Situation::clock_jumped_forward : Situation::clock_went_back);
    }
    if (strikes(FaultClass::clock_drift, 300, [] { return "the clock drifts"; })) {
        // A bad quartz most times; now and then a clock that stands still or runs at twice the
        // speed.
        const std::int64_t ppm_max = faults_random_.below(4) == 0 ? 1'000'000 : 500;
        clock_.set_drift(faults_random_.between(-ppm_max, ppm_max));
        situations_.met(Situation::clock_drifted);
    }
}

/// How long the next operation takes: most times not worth a word, or 1 ms to 2 s.
std::uint64_t World::slow_ns(const std::string& what) {
    if (!faults_on_ || lie_told_ ||
        !strikes(FaultClass::slow_disk, options_.slow_one_in, [&] { return "slow: " + what; }))
        return 0;
    situations_.met(Situation::slow_operation);
    return millisecond_ns << faults_random_.below(12);
}

/// The disk has not answered yet: whoever waits for it has no turn until it does.
bool World::slow_turn(std::size_t agent) {
    const bool writes = agent == static_cast<std::size_t>(Agent::command_disk) ||
                        agent == static_cast<std::size_t>(Agent::event_disk) ||
                        agent == static_cast<std::size_t>(Agent::segments);
    if (!writes) return false;
    const std::uint64_t delay = slow_ns(fmt::format("turn of agent {}", agent));
    if (delay != 0) paused_until_[agent] = clock_.monotonic_ns() + delay;
    return delay != 0;
}

Verdict World::judge(const StorageOperation& operation) {
    if (!running_) clock_.advance(slow_ns("a start"));
    pass_disk_time(operation.path, operation.size, true);
    const Verdict verdict = draw_verdict(operation);
    trace(operation.number, (static_cast<std::uint64_t>(operation.action) << 56) ^
                                (operation.offset << 20) ^ operation.size ^
                                (static_cast<std::uint64_t>(verdict.kind) << 60));
    note_situation(operation);
    if (verdict.kind == Verdict::Kind::die && !in_snapshot_)
        situations_.met(verdict.death == Death::power
                            ? Situation::power_lost_in_a_storage_operation
                            : Situation::process_killed_in_a_storage_operation);
    return verdict;
}

/// What the disk of this life takes for an operation.
void World::pass_disk_time(const std::string& path, std::size_t bytes, bool writes) {
    if ((options_.disk_mb_per_s == 0 && options_.disk_write_us == 0) ||
        path.starts_with(shared_root))
        return;
    constexpr std::uint64_t ns_per_us = 1'000;
    if (options_.disk_mb_per_s != 0) clock_.advance(bytes * ns_per_us / options_.disk_mb_per_s);
    if (writes) clock_.advance(options_.disk_write_us * ns_per_us);
}

void World::note_situation(const StorageOperation& operation) {
    if (operation.action == StorageAction::write && operation.offset == 0 &&
        operation.path.find("/commands/") != std::string::npos &&
        !operation.path.ends_with("0000000001.log"))
        situations_.met(Situation::segment_opened);
    if (operation.action == StorageAction::write_file && operation.path.ends_with(".seal"))
        ++seals_written_;
    if (operation.action == StorageAction::remove && running_ && operation.path.ends_with(".seg"))
        situations_.met(Situation::shared_segment_taken_away);
}

bool World::draw_death(const StorageOperation& operation) {
    if (deaths_ >= deaths_max) return false;
    const std::uint64_t one_in = in_snapshot_ ? 10 : running_ ? 150 : 60;
    if (!strikes(FaultClass::death_inside, one_in,
                 [&] { return "death inside " + text_of(operation); }))
        return false;
    if (!running_) ++deaths_;
    return true;
}

Verdict World::draw_lie(const StorageOperation& operation) {
    using Kind = Verdict::Kind;
    if (!running_ || in_snapshot_ || !operation.durable || !is_command_file(operation.path) ||
        !strikes(FaultClass::lying_disk, 60, [&] { return "a lie about " + text_of(operation); }))
        return {};
    lie_told_ = true;
    lie_at_step_ = steps_;
    const bool lost = faults_random_.below(2) == 0;
    lie_ = lost ? Situation::lost_write_found : Situation::misdirected_write_found;
    return {.kind = lost ? Kind::lost : Kind::misdirected};
}

Verdict World::draw_verdict(const StorageOperation& operation) {
    using Kind = Verdict::Kind;
    if (next_crash_point_ < options_.crash_points.size() &&
        options_.crash_points[next_crash_point_].operation == operation.number) {
        const CrashPoint& point = options_.crash_points[next_crash_point_++];
        return {.kind = Kind::die, .death = point.death, .moment = point.moment};
    }
    if (!faults_on_ || lie_told_) return {};
    if (draw_death(operation))
        return {.kind = Kind::die,
                .death = faults_random_.below(2) == 0 ? Death::process : Death::power,
                .moment = static_cast<Moment>(faults_random_.below(3))};
    const bool writes = operation.action == StorageAction::write ||
                        operation.action == StorageAction::sync ||
                        (in_snapshot_ && operation.action == StorageAction::write_file);
    if (writes && strikes(FaultClass::io_error, in_snapshot_ ? 20 : 300,
                          [&] { return "error of " + text_of(operation); }))
        return {.kind = Kind::io_error};
    const bool takes_room = operation.action == StorageAction::create_zeroed ||
                            operation.action == StorageAction::create_mapped ||
                            operation.action == StorageAction::write_file;
    if (takes_room && clock_.monotonic_ns() < full_until_ns_) {
        situations_.met(Situation::disk_full);
        return {.kind = Kind::full};
    }
    return draw_lie(operation);
}

/// Only during a start: it must be refused or lose nothing. A block that was read wrong is read
/// correctly for the rest of the start. One that is wrong in every read is rot or a lie, which are
/// classes of their own: no program can tell a record that no read returns from one that was never
/// written. After a hundred starts in a row the cable is replaced: a start of many reads, one of
/// twelve bad, may fail each time by chance, but one of good reads must not.
ReadVerdict World::judge_read(const std::string& path, std::uint64_t offset,
                              std::span<const std::byte> bytes) {
    using Kind = ReadVerdict::Kind;
    pass_disk_time(path, bytes.size(), false);
    constexpr std::uint64_t alone = 12;
    constexpr std::uint64_t after_another = 4;  // a failing cable rarely fails once
    if (!in_start_ || !faults_on_ || lie_told_ || !identity_ || bytes.empty() || cable_is_new_)
        return {};
    if (!strikes(FaultClass::bad_read, bad_reads_ == 0 ? alone : after_another,
                 [&] { return "a bad read of " + path; }))
        return {};
    const ReadVerdict verdict = draw_bad_read(path, offset, bytes);
    const bool cut = verdict.kind == Kind::cut_short;
    const std::uint64_t first =
        cut ? (offset + verdict.wanted) / platform::disk_block : verdict.wanted;
    const std::uint64_t last = cut ? (offset + bytes.size() - 1) / platform::disk_block : first;
    if (misread_before(path, first, last)) return {};
    for (std::uint64_t block = first; block <= last; ++block) misread_.emplace(path, block);
    ++bad_reads_;
    situations_.met(cut ? Situation::short_read_at_start : Situation::misdirected_read_at_start);
    return verdict;
}

bool World::misread_before(const std::string& path, std::uint64_t first, std::uint64_t last) {
    const auto at = misread_.lower_bound({path, first});
    return at != misread_.end() && at->first == path && at->second <= last;
}

/// In the command log half of them hit the last block in use, where a wrong block looks like one
/// that was never written.
ReadVerdict World::draw_bad_read(const std::string& path, std::uint64_t offset,
                                 std::span<const std::byte> bytes) {
    using Kind = ReadVerdict::Kind;
    constexpr std::size_t block = platform::disk_block;
    const std::uint64_t blocks = storage_.bytes_of(path).size() / block;
    const std::uint64_t first = (offset + block - 1) / block;
    const std::uint64_t end = (offset + bytes.size()) / block;
    if (blocks < 2 || first >= end || faults_random_.below(2) == 0)
        return {.kind = Kind::cut_short, .wanted = faults_random_.below(bytes.size())};
    ReadVerdict verdict{.kind = Kind::misdirected,
                        .wanted = first + faults_random_.below(end - first),
                        .instead = faults_random_.below(blocks)};
    const std::size_t used = event_store::residue(bytes, 0);
    const std::uint64_t last = (offset + used - 1) / block;
    if (is_command_file(path) && used != 0 && last >= first && last < end &&
        faults_random_.below(2) == 0) {
        verdict.wanted = last;
        verdict.instead = blocks - 1;
    }
    return verdict;
}

}  // namespace bw::simulation
