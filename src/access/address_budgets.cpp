#include "access/address_budgets.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace bw::access {
namespace {

static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == sizeof(std::uint64_t));

const unsigned char* plain(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

AddressBudgets::AddressBudgets(const Rate& rate, platform::Random& random,
                               std::size_t addresses_max)
    : rate_(rate),
      groups_(std::bit_ceil(std::max(addresses_max, std::tuple_size_v<Group>)) /
              std::tuple_size_v<Group>),
      table_(std::make_unique<Group[]>(groups_)) {
    random.fill(key_);
}

std::uint64_t AddressBudgets::hash_of(const platform::Address& address) const {
    unsigned char bytes[crypto_shorthash_BYTES];
    const platform::Address subscriber = address.subscriber();
    crypto_shorthash(bytes, plain(subscriber.bytes.data()), subscriber.bytes.size(),
                     plain(key_.data()));
    std::uint64_t hash = 0;
    std::memcpy(&hash, bytes, sizeof hash);
    return hash;
}

/// A thread that has found a slot may use it after another one has taken it over: a request then
/// counts for the wrong address.
Budget& AddressBudgets::budget(const platform::Address& address, std::uint64_t now_ns) {
    const std::uint64_t hash = hash_of(address);
    Group& group = table_[hash & (groups_ - 1)];
    for (Slot& slot : group)
        if (slot.owner.value() == hash) return slot.budget;
    for (Slot& slot : group) {
        const std::uint64_t before = slot.owner.value();
        if (!slot.budget.is_full(now_ns)) continue;
        const bool mine = slot.owner.change([before, hash](std::uint64_t owner) {
            return owner == before ? std::optional(hash) : std::nullopt;
        });
        if (mine) return slot.budget;
    }
    return group[(hash >> 32) % group.size()].budget;
}

}  // namespace bw::access
