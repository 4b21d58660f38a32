// Topology: the processes of an exchange, their start order, and the numbers of their rings and
// readers, all computed from the rows of the topology table.
//
//   rows ─► first process of each row: rings 0, 1, …, readers 0, 1, … in the order of the rows
//        ─► further ones of rows that may be several: the numbers behind
//
// The numbers of a row therefore do not depend on the number of instances of another row. Every
// process of an exchange computes the same topology from the same options. Immutable after
// construction; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "buttonwood/runtime/agent.hpp"
#include "observe/catalogue.hpp"

namespace bw::apps {

/// One process of the exchange, or the thread that does its work in an exchange of one process.
struct Place {
    const Agent* agent = nullptr;
    unsigned instance = 1;
    std::string process{};   ///< its name: "market-data", "market-data-2"
    std::size_t number = 0;  ///< among the processes
    std::optional<std::size_t> ring{};
    std::optional<std::size_t> reader{};
    std::uint16_t request_space = 0;  ///< top 16 bits of its request ids
};

class Topology {
 public:
    /// Error: too many instances of a kind, or too many rings, readers or processes.
    [[nodiscard]] static base::Result<Topology> make(const ExchangeOptions& options);
    /// Requires: make() returns no error.
    explicit Topology(const ExchangeOptions& options);

    /// In start order.
    [[nodiscard]] const std::vector<Place>& places() const { return places_; }
    /// Returns nullptr if there is none.
    [[nodiscard]] const Place* find(std::string_view agent, unsigned instance = 1) const;
    /// Requires: the place exists.
    [[nodiscard]] const Place& at(std::string_view agent) const;

    [[nodiscard]] std::size_t rings() const { return rings_.size(); }
    /// Number of rings of an exchange in one process; they are the first ones.
    [[nodiscard]] std::size_t rings_in_up() const { return rings_in_up_; }
    /// Labels of rings, readers and processes in metrics.
    [[nodiscard]] observe::LabelNames label_names() const;

 private:
    Topology() = default;
    void add(const Agent& agent, unsigned instance);

    std::vector<Place> places_;
    std::vector<std::string> rings_;
    std::vector<std::string> readers_;
    std::size_t rings_in_up_ = 0;
};

}  // namespace bw::apps
