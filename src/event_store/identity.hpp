// Identity: which cluster and node a data directory belongs to, and the paths of its files.
//
//   DIR/identity                       text: format, cluster id, node id, time of creation, check
//   DIR/lock                           held by the running exchange
//   DIR/commands/NNNNNNNNNN.log        durable segments of the command log
//   DIR/events/NNNNNNNNNN.log          durable segments of the event log
//   DIR/{commands,events}/NNNNNNNNNN.seal   hash of a complete segment and of all before it
//   DIR/{commands,events}/begin        where the log begins, if its oldest segments were removed
//   DIR/commands.mark                  the newest command known to be durable at the last rest
//   DIR/epoch                          number of the newest start
//   DIR/epoch.space                    room for the next epoch on a full disk
//   DIR/readers/NAME.{commands,events} what a registered reader still needs
//   SHARED/buttonwood-<cluster>-<node>/{commands,events}-NNNNNNNNNN.seg
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "event_store/log/format.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

struct Identity {
    std::uint64_t cluster = 0;
    std::uint32_t node = 1;

    [[nodiscard]] LogIdentity log(LogKind kind) const { return {cluster, node, kind}; }
};

/// All paths of one store.
struct Paths {
    std::string directory;
    std::string shared;  ///< already includes buttonwood-<cluster>-<node>

    Paths(std::string data_directory, const std::string& shared_root, const Identity& identity);

    [[nodiscard]] static std::string identity(const std::string& directory) {
        return directory + "/identity";
    }
    [[nodiscard]] static std::string lock(const std::string& directory) {
        return directory + "/lock";
    }
    [[nodiscard]] std::string mark() const { return directory + "/commands.mark"; }
    [[nodiscard]] std::string epoch() const { return directory + "/epoch"; }
    [[nodiscard]] std::string epoch_space() const { return directory + "/epoch.space"; }
    [[nodiscard]] std::string readers() const { return directory + "/readers"; }
    [[nodiscard]] std::string durable(LogKind kind) const;
    [[nodiscard]] std::string durable(LogKind kind, std::uint64_t index) const;
    [[nodiscard]] std::string seal(LogKind kind, std::uint64_t index) const;
    [[nodiscard]] std::string begin(LogKind kind) const { return durable(kind) + "/begin"; }
    [[nodiscard]] std::string shared_segment(LogKind kind, std::uint64_t index) const;
};

/// Error: the file is damaged or of a newer format, or the directory holds logs but no identity.
[[nodiscard]] base::Result<Identity> read_identity(platform::Storage& storage,
                                                   const std::string& directory);
/// Draws a random cluster id and writes the file durably.
[[nodiscard]] base::Result<Identity> create_identity(platform::Storage& storage,
                                                     const std::string& directory,
                                                     std::uint32_t node, platform::Random& random,
                                                     const platform::Clock& clock);

}  // namespace bw::event_store
