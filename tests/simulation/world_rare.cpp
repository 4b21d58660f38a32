// What is no fault, and what a real machine seldom does: a segment that is left before it is full,
// writers that are far behind, a batch of one command, seals made the moment they can be. Drawn
// from a stream of its own.
#include "simulation/places.hpp"
#include "simulation/world.hpp"

namespace bw::simulation {

using event_store::LogKind;

/// Of either log. Events that are made again after it lie elsewhere than before, and readers of
/// other processes must find their place.
void World::roll_now_and_then() {
    if (options_.roll_one_in == 0 || rare_random_.below(options_.roll_one_in) != 0) return;
    const LogKind kind = rare_random_.below(2) == 0 ? LogKind::commands : LogKind::events;
    if (core_->store().begin_next_segment(kind))
        situations_.met(Situation::segment_left_before_it_was_full);
}

/// Whoever writes passes most of its turns over, while things may go wrong: like a pause it must
/// have an end.
bool World::lazy_turn(std::size_t agent) {
    if (options_.lazy_one_in == 0 || !faults_on_ || lie_told_) return false;
    const bool writes = agent == static_cast<std::size_t>(Agent::command_disk) ||
                        agent == static_cast<std::size_t>(Agent::event_disk) ||
                        agent == static_cast<std::size_t>(Agent::segments);
    if (!writes || rare_random_.below(options_.lazy_one_in) == 0) return false;
    if (appended_ > ledger_.commands() + 10) situations_.met(Situation::writer_left_behind);
    return true;
}

/// A turn of the command log's writer, and what it means for the loss of power.
std::size_t World::work_of_the_command_disk() {
    const std::uint64_t now = clock_.monotonic_ns();
    const std::uint64_t appended = core_->store().commands().appended_sequence();
    const std::size_t bytes = core_->store().background()[0].do_work();
    if (options_.mode != event_store::Durability::memory) return bytes;
    rule_.writer_had_a_turn(now, bytes, appended);
    if (bytes != 0) note_opened_segments();
    return bytes;
}

void World::note_opened_segments() {
    const event_store::Paths paths = paths_of(*identity_);
    for (event_store::SegmentHeader header;; ++opened_segment_) {
        const std::string path = paths.durable(LogKind::commands, opened_segment_ + 1);
        if (!storage_.exists(path) ||
            event_store::read_header(storage_.bytes_of(path), identity_->log(LogKind::commands),
                                     header) != event_store::HeaderState::valid)
            return;
        rule_.segment_opened(header.first_sequence);
    }
}

std::size_t World::work_of_the_keeper() {
    const std::uint64_t made = seals_written_;
    const std::size_t done = core_->store().background()[3].do_work();
    if (seals_written_ != made && outside_ && outside_->sequence() < ledger_.events())
        situations_.met(Situation::sealed_under_a_reader);
    return done;
}

}  // namespace bw::simulation
