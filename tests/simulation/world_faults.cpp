#include "simulation/places.hpp"
#include "simulation/world.hpp"

namespace bw::simulation {
namespace {

constexpr std::uint64_t deaths_max = 10;
constexpr std::uint64_t day_ns = 86'400 * second_ns;

}  // namespace

/// Draws whether a fault happens. Each that is drawn has a number, so that it can be left out without shifting the others.
bool World::strikes(FaultClass kind, std::uint64_t one_in, const std::string& what) {
    if (!options_.has(kind) || faults_random_.below(one_in) != 0) return false;
    const std::uint64_t number = fault_number_++;
    if (!options_.fault_numbers.has(number)) return false;
    ++fault_counts_[static_cast<std::size_t>(kind)];
    trace(0xFA017, number);
    if (context_.journal != nullptr)
        context_.journal->push_back(
            fmt::format("fault {} ({}), step {}: {}", number, name_of(kind), steps_, what));
    return true;
}

void World::faults_between_steps() {
    if (lie_told_) return;  // one thing at a time: only this one must be found
    if (deaths_ < deaths_max) {
        if (strikes(FaultClass::process_death, 500, "the process is killed")) {
            situations_.met(Situation::process_killed_between_steps);
            throw Died{Death::process};
        }
        if (strikes(FaultClass::power_loss, 500, "the power goes")) {
            situations_.met(Situation::power_lost_between_steps);
            throw Died{Death::power};
        }
    }
    if (strikes(FaultClass::pause, 60, "an agent pauses"))
        paused_until_[faults_random_.below(paused_until_.size())] =
            clock_.monotonic_ns() + faults_random_.below(20 * second_ns);
    if (strikes(FaultClass::disk_full, 300, "the disk is full"))
        full_until_ns_ = clock_.monotonic_ns() + faults_random_.below(30 * second_ns);
    if (strikes(FaultClass::clock_step, 300, "the clock is set")) {
        const bool forward = faults_random_.below(2) == 0;
        const auto by = static_cast<std::int64_t>(
            faults_random_.below(faults_random_.below(4) == 0 ? day_ns : 10 * second_ns));
        clock_.step(forward ? by : -by);
        situations_.met(forward ? Situation::clock_jumped_forward : Situation::clock_went_back);
    }
}

Verdict World::judge(const StorageOperation& operation) {
    const Verdict verdict = draw_verdict(operation);
    trace(operation.number, (static_cast<std::uint64_t>(operation.action) << 56) ^
                                (operation.offset << 20) ^ operation.size ^
                                (static_cast<std::uint64_t>(verdict.kind) << 60));
    note_situation(operation);
    if (verdict.kind == Verdict::Kind::die)
        situations_.met(verdict.death == Death::power
                            ? Situation::power_lost_in_a_storage_operation
                            : Situation::process_killed_in_a_storage_operation);
    return verdict;
}

void World::note_situation(const StorageOperation& operation) {
    if (operation.action == StorageAction::write && operation.offset == 0 &&
        operation.path.find("/commands/") != std::string::npos &&
        !operation.path.ends_with("0000000001.log"))
        situations_.met(Situation::segment_opened);
    if (operation.action == StorageAction::remove && running_ && operation.path.ends_with(".seg"))
        situations_.met(Situation::shared_segment_taken_away);
}

Verdict World::draw_verdict(const StorageOperation& operation) {
    using Kind = Verdict::Kind;
    if (next_crash_point_ < options_.crash_points.size() &&
        options_.crash_points[next_crash_point_].operation == operation.number) {
        const CrashPoint& point = options_.crash_points[next_crash_point_++];
        return {.kind = Kind::die, .death = point.death, .moment = point.moment};
    }
    if (!faults_on_ || lie_told_) return {};
    const std::string what = fmt::format("operation {}, {} {}", operation.number,
                                         name_of(operation.action), operation.path);
    if (deaths_ < deaths_max &&
        strikes(FaultClass::death_inside, running_ ? 150 : 60, "death inside " + what)) {
        if (!running_) ++deaths_;
        return {.kind = Kind::die,
                .death = faults_random_.below(2) == 0 ? Death::process : Death::power,
                .moment = static_cast<Moment>(faults_random_.below(3))};
    }
    const bool writes =
        operation.action == StorageAction::write || operation.action == StorageAction::sync;
    if (writes && strikes(FaultClass::io_error, 300, "error of " + what))
        return {.kind = Kind::io_error};
    const bool takes_room = operation.action == StorageAction::create_zeroed ||
                            operation.action == StorageAction::create_mapped ||
                            operation.action == StorageAction::write_file;
    if (takes_room && clock_.monotonic_ns() < full_until_ns_) {
        situations_.met(Situation::disk_full);
        return {.kind = Kind::full};
    }
    if (running_ && operation.durable && operation.path.find("/commands/") != std::string::npos &&
        strikes(FaultClass::lying_disk, 60, "a lie about " + what)) {
        lie_told_ = true;
        lie_at_step_ = steps_;
        const bool lost = faults_random_.below(2) == 0;
        lie_ = lost ? Situation::lost_write_found : Situation::misdirected_write_found;
        return {.kind = lost ? Kind::lost : Kind::misdirected};
    }
    return {};
}

}  // namespace bw::simulation
