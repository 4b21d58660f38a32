#include "node/board.hpp"

#include <new>

namespace bw::node {

base::Result<std::unique_ptr<PublishedBoard>> PublishedBoard::make(
    platform::Storage& storage, const std::string& shared_directory) {
    std::unique_ptr<PublishedBoard> published(
        new PublishedBoard(storage, board_path(shared_directory)));
    const std::string fresh = published->path_ + ".new";
    auto file = storage.create_mapped(fresh, sizeof(Board));
    if (!file) return std::unexpected(file.error());
    published->file_ = std::move(*file);
    published->board_ = new (published->file_->writable().data()) Board;
    auto lock = storage.lock(fresh);
    if (!lock) return std::unexpected(lock.error());
    published->lock_ = std::move(*lock);
    return published;
}

base::Result<void> PublishedBoard::publish() { return storage_.rename(path_ + ".new", path_); }

PublishedBoard::~PublishedBoard() {
    for (const std::string& path : {path_, path_ + ".new"})
        if (storage_.exists(path)) static_cast<void>(storage_.remove(path));
}

}  // namespace bw::node
