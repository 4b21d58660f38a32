#include "event_store/archive/keeper.hpp"

#include "platform/thread.hpp"

namespace bw::event_store {
namespace {

constexpr std::uint64_t between_pieces_ns = 200'000;  // hashing takes at most half of the time
/// Patience with commits: a segment of 64 MiB is sealed within about 10 s under any load.
constexpr std::uint64_t patience_ns = 2'000'000;
constexpr std::uint64_t idle_pause_ns = 200'000'000;

}  // namespace

Keeper::Keeper(const Setup& setup, const Log& commands, const Log& events) : turn_(setup.turn) {
    std::size_t i = 0;
    for (const Log* log : {&commands, &events}) {
        sealers_[i] = std::make_unique<Sealer>(setup.storage, setup.clock, setup.paths, log->window,
                                               log->begin);
        retentions_[i] = std::make_unique<Retention>(
            Retention::Setup{setup.storage, setup.clock, setup.paths, setup.policy,
                             setup.kept_shared_segments, log->window, *sealers_[i], log->begin});
        ++i;
    }
}

std::size_t Keeper::do_work() {
    std::size_t done = 0;
    for (const auto& sealer : sealers_) done += sealer->do_work(turn_.piece_bytes());
    for (const auto& retention : retentions_) done += retention->do_work();
    return done;
}

void Keeper::run(std::stop_token stop) {
    const std::stop_callback on_stop(stop, [this] { wake_up_.wake_surely(); });
    while (!stop.stop_requested()) {
        if (do_work() != 0)
            platform::sleep_for_ns(between_pieces_ns);
        else
            wake_up_.sleep(idle_pause_ns, [&] { return stop.stop_requested(); });
        turn_.wait(patience_ns);
    }
}

void Keeper::set_floor(std::uint64_t command, std::uint64_t event) {
    retentions_[0]->set_floor(command);
    retentions_[1]->set_floor(event);
}

}  // namespace bw::event_store
