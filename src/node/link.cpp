#include "node/link.hpp"

#include <fmt/format.h>

#include <cstring>

#include "platform/file_lock.hpp"

namespace bw::node {

void Link::look() {
    const std::uint64_t now_ns = clock_.monotonic_ns();
    if (now_ns < next_look_ns_) return;
    next_look_ns_ = now_ns + look_interval_ns;
    if (!platform::is_locked(board_path(shared_directory_))) {
        there_ = false;
        return;
    }
    const auto start = start_on_file();
    if (!start) return;  // it is being removed: the next look shows what follows
    if (board_ == nullptr || !(board_->start == *start)) use_board(*start);
    there_ = board_ != nullptr && board_->start == *start;
}

std::optional<NodeStart> Link::start_on_file() const {
    const auto bytes =
        storage_.read(board_path(shared_directory_), 0, offsetof(Board, stored_commands));
    if (!bytes || bytes->size() != offsetof(Board, stored_commands)) return std::nullopt;
    std::uint64_t magic = 0;
    std::memcpy(&magic, bytes->data(), sizeof magic);
    if (magic != board_magic) return std::nullopt;
    NodeStart start;
    std::memcpy(&start, bytes->data() + offsetof(Board, start), sizeof start);
    return start;
}

void Link::use_board(const NodeStart& start) {
    let_go();
    auto file = storage_.open_mapped(board_path(shared_directory_));
    if (!file || (*file)->bytes().size() != sizeof(Board)) return;
    auto* board = reinterpret_cast<Board*>((*file)->writable().data());
    if (!(board->start == start)) return;
    board_file_ = std::move(*file);
    board_ = board;
    ++nodes_seen_;
}

/// The ring belonged to the previous node; its lock goes with it.
void Link::let_go() {
    port_.reset();
    take_over_.reset();
    ring_file_.reset();
    ring_lock_.reset();
}

base::Result<bool> Link::attach() {
    if (!there_) return false;
    if (port_ || !ring_number_) return true;
    if (!take_over_)
        if (auto taken = take_ring(); !taken) {
            let_go();
            return std::unexpected(taken.error());
        }
    if (!take_over_) return false;
    if (!take_over_->done()) {
        board_->wake_up.wake();
        return false;
    }
    port_.emplace(*reinterpret_cast<sequencer::GatewayRing*>(ring_file_->writable().data()),
                  &board_->wake_up, &clock_);
    return true;
}

/// Locks first: from then on there is no other producer. If the board is still the same afterwards,
/// lock and mapping are of one file, which belongs to this node.
base::Result<void> Link::take_ring() {
    const std::string path = ring_path(shared_directory_, *ring_number_);
    if (!storage_.exists(path)) return {};
    auto lock = storage_.lock(path);
    if (!lock) return std::unexpected(lock.error());
    ring_lock_ = std::move(*lock);
    auto file = storage_.open_mapped(path);
    if (!file) return std::unexpected(file.error());
    if ((*file)->bytes().size() != sizeof(sequencer::GatewayRing))
        return base::error(fmt::format(
            "{} is not a ring of this version of the program; start the node with the same version",
            path));
    ring_file_ = std::move(*file);
    const auto start = start_on_file();
    if (!start || !(*start == board_->start)) {
        let_go();
        return {};
    }
    take_over_.emplace(*reinterpret_cast<sequencer::GatewayRing*>(ring_file_->writable().data()),
                       clock_.realtime_ns());
    return {};
}

}  // namespace bw::node
