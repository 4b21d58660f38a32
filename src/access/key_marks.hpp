// Layout of the file access.marks: what changes with each request of a key, shared by all threads
// and gateways. Little endian; slots of 64 bytes, one cache line each.
//
//   slot   0          1            2            …           n
//          ┌──────────┬────────────┬────────────┬───────────┬────────────┐
//          │ header   │ key, row 1 │ key, row 2 │     …     │ key, row n │   row: of access.db
//          └──────────┴────────────┴────────────┴───────────┴────────────┘
//
//   byte   0       8       16      24      32      40      48      56      64
//   header │ magic │version│ boot id       │ inode │ from  │ newest│ 0     │
//          │       │ size  │               │       │       │ row   │       │
//   key    │ key   │ nonce │ from  │ orders│cancels│queries│ 0     │ 0     │
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "access/budget.hpp"
#include "base/shared_mark.hpp"

namespace bw::access {

inline constexpr std::uint64_t marks_magic = 0x314B52414D575742;  ///< "BWWMARK1"
inline constexpr std::uint32_t marks_version = 1;
inline constexpr std::size_t mark_slot_bytes = 64;

struct alignas(8) MarksHeader {
    std::uint64_t magic = marks_magic;
    std::uint32_t version = marks_version;
    std::uint32_t slot_bytes = mark_slot_bytes;
    /// of the machine's start in which the file was last opened: /proc/sys/kernel/random/boot_id
    std::array<std::byte, 16> boot{};
    std::uint64_t inode = 0;  ///< of this file; another one: the file is a copy
    /// Requests with an earlier timestamp are refused: newer marks may have been lost. Realtime.
    base::SharedMark accepted_from_ms{};
    base::SharedMark newest_row{};  ///< highest row of access.db that a gateway has committed
    std::uint64_t unused = 0;
};
static_assert(sizeof(MarksHeader) == mark_slot_bytes);
static_assert(offsetof(MarksHeader, accepted_from_ms) == 40);

class KeyMarks {
 public:
    /// Accepts the nonce if it is above every one accepted before. Of all threads and processes,
    /// one gets true for a nonce.
    bool accept(std::uint64_t nonce) { return nonce_.raise(nonce); }
    /// As MarksHeader::accepted_from_ms, for this key alone.
    [[nodiscard]] std::uint64_t accepted_from_ms() const { return accepted_from_ms_.value(); }
    [[nodiscard]] KeyBudgets& budgets() { return budgets_; }

    [[nodiscard]] bool is_of(std::uint64_t key) const { return key_.value() == key; }
    /// Makes it the slot of the key with this id. If it was that of another one, which accepted
    /// requests unknown here, those before `now_ms` are refused.
    void assign(std::uint64_t key, std::uint64_t now_ms) {
        if (is_of(key)) return;
        if (key_.value() != 0) accepted_from_ms_.set(now_ms);
        nonce_.set(0);
        budgets_.reset();
        key_.set(key);
    }

 private:
    base::SharedMark key_;    // its id as a number; 0: of none
    base::SharedMark nonce_;  // the newest accepted; 0: none
    base::SharedMark accepted_from_ms_;
    KeyBudgets budgets_;
    [[maybe_unused]] std::array<std::uint64_t, 2> unused_{};
};
static_assert(sizeof(KeyMarks) == mark_slot_bytes);

}  // namespace bw::access
