// AddressBudgets: a budget for each remote address (Address::subscriber()), of one process, shared
// by its threads. A table of fixed size; nothing waits, nothing is allocated.
//
//   address ─► hash ─► a group of 8 slots: {hash of the owner, budget}
//
// A slot is free when its budget is full, because then it is like a new one. When no slot of its
// group is free, an address shares the budget of another. The hash (SipHash) has a random key, so
// that nobody can choose an address that shares.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "access/budget.hpp"
#include "base/shared_mark.hpp"
#include "platform/address.hpp"
#include "platform/random.hpp"

namespace bw::access {

class AddressBudgets {
 public:
    /// `addresses_max` is rounded up to a power of two, at least 8.
    AddressBudgets(const Rate& rate, platform::Random& random, std::size_t addresses_max = 65'536);

    /// Takes a request from the budget of the address, unless it is empty. Any thread. `now_ns`:
    /// monotonic.
    RateState take(const platform::Address& address, std::uint64_t now_ns) {
        return budget(address, now_ns).take(rate_, now_ns);
    }
    /// What take() would return, but for the request that it would take.
    [[nodiscard]] RateState look(const platform::Address& address, std::uint64_t now_ns) {
        return budget(address, now_ns).look(rate_, now_ns);
    }

 private:
    struct Slot {
        base::SharedMark owner;
        Budget budget;
    };
    using Group = std::array<Slot, 8>;

    [[nodiscard]] std::uint64_t hash_of(const platform::Address& address) const;
    [[nodiscard]] Budget& budget(const platform::Address& address, std::uint64_t now_ns);

    Rate rate_;
    std::array<std::byte, 16> key_{};
    std::size_t groups_;
    std::unique_ptr<Group[]> table_;
};

}  // namespace bw::access
