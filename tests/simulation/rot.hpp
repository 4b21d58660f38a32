// Rot: a bit of a file changes while nobody looks. Chooses one whose discovery the event store
// promises (or which must do no harm), and says what has to follow.
#pragma once

#include <optional>
#include <string>

#include "event_store/identity.hpp"
#include "simulation/sim_storage.hpp"
#include "simulation/situations.hpp"

namespace bw::simulation {

struct Rot {
    std::string path;
    std::uint64_t bit = 0;
    /// if any: not the bit changes, but these take the place of the bytes that begin there
    Bytes bytes{};
    bool must_refuse = false;  ///< else: the start succeeds and nothing is missing
    Situation situation{};
};

/// Nothing if there is no such bit on this disk.
[[nodiscard]] std::optional<Rot> choose_rot(SimStorage& storage, const event_store::Paths& paths,
                                            const event_store::Identity& identity, Random& random);

}  // namespace bw::simulation
