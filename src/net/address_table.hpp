// AddressTable: what each subscriber's address takes of the server: its connections, and how often
// it may be refused. A refusal costs nearly as much as an answer, so the connection that received
// one is not read again until its address has a turn; the turns of one address are spaced evenly,
// however many connections it has.
//
// A TLS handshake costs more than many answers. An address has a budget of them; beyond it, each
// new connection waits for its turn, and is refused if that would be too late.
//
//    refused    1 2 3 4        5          (requests of one address, at once and later)
//    read again   1 · 2 · 3 · 4 · 5       (one interval apart)
//
// Memory: one entry for each address with a connection, and at most addresses_max for those that
// were refused and left.
// One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "net/address.hpp"

namespace bw::net {

class AddressTable {
 public:
    struct Options {
        std::size_t connections_max = 2'500;        ///< of one address
        std::uint32_t refusals_per_second = 500;    ///< of one address; 1 .. 1,000,000
        std::uint32_t handshakes_per_second = 100;  ///< of TLS, of one address; 1 .. 1,000,000
        std::uint32_t handshakes_burst = 500;       ///< at once; from 1
        std::size_t addresses_max = 65'536;         ///< above it, entries without a connection go
    };

    explicit AddressTable(const Options& options) : options_(options) {}

    /// Counts a new connection. False: the address has as many as it may.
    [[nodiscard]] bool connect(const Address& address, std::uint64_t now_ns) {
        if (entries_.size() >= options_.addresses_max) drop_unconnected(now_ns);
        Entry& entry = entries_[address];
        if (entry.connections >= options_.connections_max) return false;
        ++entry.connections;
        return true;
    }

    /// Requires: connect() returned true for it.
    void disconnect(const Address& address, std::uint64_t now_ns) {
        const auto found = entries_.find(address);
        if (found == entries_.end() || found->second.connections == 0) return;
        Entry& entry = found->second;
        if (--entry.connections == 0 && entry.next_turn_ns <= now_ns &&
            entry.handshakes_full_ns <= now_ns)
            entries_.erase(found);
    }

    /// How long the first request of a new connection is left unread: an address that was refused
    /// gains nothing by connecting again. In ns.
    [[nodiscard]] std::uint64_t pause_of_new(const Address& address, std::uint64_t now_ns) const {
        const auto found = entries_.find(address);
        if (found == entries_.end()) return 0;
        return found->second.next_turn_ns - std::min(found->second.next_turn_ns, now_ns);
    }

    /// A request of the address was refused. How long its connection is left unread, in ns.
    [[nodiscard]] std::uint64_t refuse(const Address& address, std::uint64_t now_ns) {
        Entry& entry = entries_[address];
        const std::uint64_t interval_ns = 1'000'000'000u / options_.refusals_per_second;
        entry.next_turn_ns = std::max(entry.next_turn_ns, now_ns) + interval_ns;
        return entry.next_turn_ns - now_ns;
    }

    /// How long the handshake of a new connection has to wait, in ns; nothing: longer than
    /// `most_ns`, and it takes nothing of the budget.
    [[nodiscard]] std::optional<std::uint64_t> pause_of_handshake(const Address& address,
                                                                  std::uint64_t now_ns,
                                                                  std::uint64_t most_ns) {
        Entry& entry = entries_[address];
        const std::uint64_t interval_ns = 1'000'000'000u / options_.handshakes_per_second;
        const std::uint64_t full_ns = std::max(entry.handshakes_full_ns, now_ns) + interval_ns;
        const std::uint64_t debt_ns = full_ns - now_ns;
        const std::uint64_t free_ns = interval_ns * options_.handshakes_burst;
        const std::uint64_t pause_ns = debt_ns - std::min(debt_ns, free_ns);
        if (pause_ns > most_ns) return std::nullopt;
        entry.handshakes_full_ns = full_ns;
        return pause_ns;
    }

    [[nodiscard]] std::size_t addresses() const { return entries_.size(); }

 private:
    struct Entry {
        std::size_t connections = 0;
        std::uint64_t next_turn_ns = 0;
        std::uint64_t handshakes_full_ns = 0;  ///< when the budget of handshakes is full again
    };

    /// At most once a second, however many addresses come.
    void drop_unconnected(std::uint64_t now_ns) {
        if (now_ns < next_drop_ns_) return;
        next_drop_ns_ = now_ns + 1'000'000'000;
        std::erase_if(entries_, [](const auto& entry) { return entry.second.connections == 0; });
    }

    Options options_;
    std::uint64_t next_drop_ns_ = 0;
    std::unordered_map<Address, Entry> entries_;
};

}  // namespace bw::net
