// Where a simulated exchange keeps its files.
#pragma once

#include "event_store/identity.hpp"

namespace bw::simulation {

inline constexpr const char* data_directory = "/disk/data";
inline constexpr const char* shared_root = "/shm";

using event_store::Paths;

[[nodiscard]] inline Paths paths_of(const event_store::Identity& identity) {
    return {data_directory, shared_root, identity};
}

}  // namespace bw::simulation
