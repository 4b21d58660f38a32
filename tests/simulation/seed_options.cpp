#include "simulation/seed_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <span>

#include "sequencer/gateway_ring.hpp"

namespace bw::simulation {

const char* name_of(FaultClass kind) {
    switch (kind) {
        case FaultClass::process_death: return "process-death";
        case FaultClass::power_loss: return "power-loss";
        case FaultClass::death_inside: return "death-inside";
        case FaultClass::io_error: return "io-error";
        case FaultClass::disk_full: return "disk-full";
        case FaultClass::rot: return "rot";
        case FaultClass::lying_disk: return "lying-disk";
        case FaultClass::pause: return "pause";
        case FaultClass::clock_step: return "clock-step";
        case FaultClass::clock_drift: return "clock-drift";
        case FaultClass::slow_disk: return "slow-disk";
        case FaultClass::bad_read: return "bad-read";
        case FaultClass::network_delay: return "network-delay";
        case FaultClass::network_cut: return "network-cut";
        case FaultClass::network_partition: return "network-partition";
        case FaultClass::gateway_death: return "gateway-death";
        case FaultClass::count: break;
    }
    return "?";
}

Mask Mask::from(std::string_view text) {
    Mask out;
    while (!text.empty()) {
        const std::string part(text.substr(0, text.find(',')));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        const int found = std::sscanf(part.c_str(), "%" SCNu64 "-%" SCNu64, &first, &last);
        if (found < 1) continue;
        for (std::uint64_t i = first; i <= (found == 2 ? last : first); ++i) out.without.insert(i);
    }
    return out;
}

std::string Mask::text() const {
    std::string out;
    for (auto at = without.begin(); at != without.end();) {
        const std::uint64_t first = *at;
        std::uint64_t last = first;
        while (++at != without.end() && *at == last + 1) ++last;
        out += fmt::format("{}{}", out.empty() ? "" : ",", first);
        if (last != first) out += fmt::format("-{}", last);
    }
    return out;
}

namespace {

/// From a stream of its own, so that the rest of a seed is what it was.
void draw_rare_moments(SeedOptions& out) {
    Random random(base::mix64(out.seed) ^ 0x72617265ull);  // "rare"
    const auto on = [&] { return random.below(4) == 0; };
    const std::uint64_t roll = 1 + random.below(8);
    const std::uint64_t lazy = 2 + random.below(20);
    const std::uint64_t batch = 1 + random.below(3);
    if (on()) out.roll_one_in = roll;
    if (on()) out.lazy_one_in = lazy;
    if (on()) out.batch_max = batch;
    out.eager_keeper = on();
}

/// A slow disk: the lazy writers go in smaller pieces, so a power loss leaves other halves. Lives
/// that were named before there was one stay as they were.
void draw_disk(SeedOptions& out) {
    constexpr std::uint64_t last_seed_without = 1'000;
    Random random(base::mix64(out.seed) ^ 0x6469736Bull);  // "disk"
    if (out.seed <= last_seed_without || random.below(4) != 0) return;
    out.disk_mb_per_s = 1ull << random.below(9);
    out.disk_write_us = 1ull << random.below(13);
}

constexpr auto first_of_the_network = static_cast<std::size_t>(FaultClass::network_delay);

/// A stream of its own: what a seed means otherwise does not depend on it.
void draw_border(SeedOptions& out) {
    Random random(base::mix64(out.seed) ^ 0x626F72646572ull);
    for (bool& on : std::span(out.faults).subspan(first_of_the_network)) on = random.below(2) == 0;
    if (random.below(2) != 0) return;
    const auto sometimes = [&random](std::uint64_t one_in, std::uint64_t value) {
        return random.below(one_in) == 0 ? value : 0;
    };
    out.session_gateways = 1 + static_cast<std::uint32_t>(random.below(2));
    out.session_clients = 2 + static_cast<std::uint32_t>(random.below(5));
    out.answer_timeout_ms = sometimes(2, 2 + random.below(5'000ull >> random.below(11)));
    out.rate_per_second = sometimes(3, 1 + random.below(50));
    out.queue_bytes = sometimes(2, 1'024 + random.below(4'096));
    out.private_history = sometimes(4, 4 + random.below(100));
}

}  // namespace

SeedOptions options_of(std::uint64_t seed, std::uint64_t minutes) {
    Random random(base::mix64(seed) ^ 0x6F7074696F6E73ull);  // "options": a stream of its own
    SeedOptions out;
    out.seed = seed;
    out.mode =
        random.below(3) == 0 ? event_store::Durability::memory : event_store::Durability::sync;
    out.segment_bytes = (16 + random.below(3) * 4) * platform::disk_block;
    out.kept_shared_segments = 2 + random.below(2);
    out.gateways = 1 + static_cast<std::uint32_t>(random.below(3));
    out.clients = 5 + static_cast<std::uint32_t>(random.below(16));
    out.instruments = 1 + static_cast<std::uint32_t>(random.below(4));
    out.steps = 800 + random.below(2400);
    out.minutes = minutes;
    out.small_engine = random.below(8) == 0;
    out.second_opinion = random.below(4) == 0;
    out.flood = random.below(24) == 0 ? sequencer::GatewayRing::capacity + 1 : 0;
    for (bool& on : std::span(out.faults).first(first_of_the_network)) on = random.below(2) == 0;
    out.snapshot_every = random.below(2) == 0 ? 200 + random.below(600) : 0;
    out.ring_slots = random.below(4) == 0 ? 1 + random.below(16) : 0;
    out.slow_one_in = 1 + random.below(20);
    draw_rare_moments(out);
    draw_border(out);
    draw_disk(out);
    return out;
}

}  // namespace bw::simulation
