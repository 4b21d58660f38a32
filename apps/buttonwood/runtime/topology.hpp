// Topology: the places in one exchange that follow from the rows of its agents: which processes
// there are, in which order they start, and the numbers of their rings and readers.
//
//   rows ─► first process of each row: rings 0, 1, …, readers 0, 1, … in the order of the rows
//        ─► further ones of rows that may be several: the numbers behind
//
// So the numbers of a row do not depend on how many of another run. Every process of an exchange
// computes the same from the same options.
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
    /// Error: more of a kind than can be, or more rings, readers or processes than there is room
    /// for.
    [[nodiscard]] static base::Result<Topology> make(const ExchangeOptions& options);
    /// Requires: make() gives no error.
    explicit Topology(const ExchangeOptions& options);

    /// In the order in which they start.
    [[nodiscard]] const std::vector<Place>& places() const { return places_; }
    /// nullptr: there is none.
    [[nodiscard]] const Place* find(std::string_view agent, unsigned instance = 1) const;
    /// Requires: it is there.
    [[nodiscard]] const Place& at(std::string_view agent) const;

    [[nodiscard]] std::size_t rings() const { return rings_.size(); }
    /// Rings of an exchange that is one process; they are the first ones.
    [[nodiscard]] std::size_t rings_in_up() const { return rings_in_up_; }
    /// What rings, readers and processes are called in metrics.
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
