#include "event_store/log/disk_turn.hpp"

#include <algorithm>

#include "platform/thread.hpp"

namespace bw::event_store {
namespace {

constexpr unsigned few = 4;    // that are all too slow: smaller, before many commits have suffered
constexpr unsigned many = 32;  // of which the fastest has room to spare: larger
constexpr std::uint64_t room_to_spare = 3;  // twice the bytes must still be within the budget
constexpr std::uint64_t looks = 2;          // a sleep costs a virtual machine some 20 us
constexpr std::uint64_t shortest_look_ns = 50'000;
constexpr std::uint64_t forgetting =
    256;  // the fastest commit counts 1/256 more with each other one

}  // namespace

void PieceSize::note(std::size_t bytes, std::uint64_t ns, std::uint64_t small_write_ns) {
    if (bytes < bytes_ / 2) return;
    const std::uint64_t own_ns = ns - std::min(ns, small_write_ns);
    fastest_of_few_ns_ = std::min(fastest_of_few_ns_, own_ns);
    fastest_of_many_ns_ = std::min(fastest_of_many_ns_, own_ns);
    ++noted_;
    if (noted_ % few == 0) {
        if (fastest_of_few_ns_ > budget_ns) return change_to(std::max(smallest, bytes_ / 2));
        fastest_of_few_ns_ = ~std::uint64_t{0};
    }
    if (noted_ < many) return;
    const bool larger = fastest_of_many_ns_ < budget_ns / room_to_spare;
    change_to(larger ? std::min(largest, bytes_ * 2) : bytes_);
}

void PieceSize::change_to(std::size_t bytes) {
    bytes_ = bytes;
    fastest_of_few_ns_ = fastest_of_many_ns_ = ~std::uint64_t{0};
    noted_ = 0;
}

void DiskTurn::note_commit(std::uint64_t ns) {
    const std::uint64_t fastest = fastest_commit_ns_.load(std::memory_order_relaxed);
    const std::uint64_t known = fastest == 0 ? ns : fastest + fastest / forgetting + 1;
    fastest_commit_ns_.store(std::min(ns, known), std::memory_order_relaxed);
}

void DiskTurn::wait(std::uint64_t patience_ns) const {
    const std::uint64_t look_ns = std::max(patience_ns / looks, shortest_look_ns);
    for (std::uint64_t waited = 0; waited < patience_ns; waited += look_ns) {
        if (!commit_.load(std::memory_order_relaxed)) return;
        platform::sleep_for_ns(look_ns);
    }
}

void DiskTurn::note_piece(std::size_t bytes, std::uint64_t ns) {
    const std::uint64_t commit_ns = fastest_commit_ns_.load(std::memory_order_relaxed);
    if (commit_ns == 0) return;  // nobody commits here
    piece_.note(bytes, ns, commit_ns);
    piece_bytes_.store(piece_.bytes(), std::memory_order_relaxed);
}

}  // namespace bw::event_store
