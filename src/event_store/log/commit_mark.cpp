#include "event_store/log/commit_mark.hpp"

#include <cstring>

#include "base/crc32c.hpp"
#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

struct Slot {
    std::uint64_t magic;
    std::uint64_t generation;
    std::uint64_t sequence;
    std::uint32_t record_crc;
    std::uint32_t crc;  ///< of everything above, seeded with the log's seed
};
static_assert(sizeof(Slot) == 32);

constexpr std::uint64_t slot_magic =
    0x314B52414D434D44ull;  // "DMCMARK1": its last character is the format
constexpr unsigned format_shift = 56;
constexpr unsigned slot_format = 1;
constexpr std::size_t slots = 2;

std::uint32_t slot_crc(const Slot& slot, std::uint32_t seed) {
    return base::crc32c(seed, std::as_bytes(std::span(&slot, 1)).first(offsetof(Slot, crc)));
}

/// Returns 0 if it is not a slot of any format.
unsigned format_of(const Slot& slot, std::uint32_t seed) {
    constexpr std::uint64_t name = (std::uint64_t{1} << format_shift) - 1;
    const auto character = static_cast<unsigned>(slot.magic >> format_shift);
    if ((slot.magic & name) != (slot_magic & name) || character <= '0' || character > '9' ||
        slot.crc != slot_crc(slot, seed))
        return 0;
    return character - '0';
}

/// Reads the file once and merges its newest slot into `newest`.
base::Result<void> take_newest(platform::Storage& storage, const std::string& path,
                               std::uint32_t seed, std::optional<Slot>& newest) {
    const auto bytes = storage.read(path, 0, slots * platform::disk_block);
    if (!bytes) return std::unexpected(bytes.error());
    for (std::size_t i = 0; i < slots && (i + 1) * platform::disk_block <= bytes->size(); ++i) {
        Slot slot;
        std::memcpy(&slot, bytes->data() + i * platform::disk_block, sizeof slot);
        const unsigned format = format_of(slot, seed);
        if (format > slot_format) return std::unexpected(newer_format(path, format, slot_format));
        if (format != slot_format) continue;
        if (!newest || slot.generation > newest->generation) newest = slot;
    }
    return {};
}

/// Reads twice: a single wrong read must not hide that commands were durable.
base::Result<std::optional<Slot>> newest_slot(platform::Storage& storage, const std::string& path,
                                              std::uint32_t seed) {
    std::optional<Slot> newest;
    if (!storage.exists(path)) return newest;
    for (int reading = 0; reading < 2; ++reading) {
        if (auto taken = take_newest(storage, path, seed, newest); !taken)
            return std::unexpected(taken.error());
        storage.forget_cached(path, 0);
    }
    return newest;
}

bool is_whole(platform::Storage& storage, const std::string& path) {
    const auto size =
        storage.exists(path) ? storage.file_size(path) : base::Result<std::uint64_t>(0);
    return size && *size == slots * platform::disk_block;
}

/// Created under a temporary name and renamed durably: a mark that disappears in a power cut proves
/// nothing.
base::Result<void> create_file(platform::Storage& storage, const std::string& path) {
    const std::string fresh = path + ".new";
    if (auto created = storage.create_zeroed(fresh, slots * platform::disk_block); !created)
        return created;
    if (auto renamed = storage.rename(fresh, path); !renamed) return renamed;
    return storage.sync_directory(path.substr(0, path.rfind('/')));
}

}  // namespace

base::Result<std::optional<MarkedPosition>> read_mark(platform::Storage& storage,
                                                      const std::string& path, std::uint32_t seed) {
    const auto slot = newest_slot(storage, path, seed);
    if (!slot) return std::unexpected(slot.error());
    if (!*slot) return std::nullopt;
    return MarkedPosition{(*slot)->sequence, (*slot)->record_crc};
}

CommitMark::CommitMark(std::unique_ptr<platform::BlockFile> file, std::uint32_t seed,
                       std::uint64_t generation)
    : file_(std::move(file)), block_(platform::disk_block), seed_(seed), generation_(generation) {}

base::Result<CommitMark> CommitMark::open(platform::Storage& storage, const std::string& path,
                                          std::uint32_t seed) {
    const auto slot = newest_slot(storage, path, seed);
    if (!slot) return std::unexpected(slot.error());
    // Without a valid slot the file is recreated: a slot that only this read missed would otherwise
    // stay newer than all slots written from here on.
    const bool whole = slot->has_value() && is_whole(storage, path);
    if (!whole)
        if (auto created = create_file(storage, path); !created)
            return std::unexpected(created.error());
    auto file = storage.open_blocks(path, platform::WriteMode::durable);
    if (!file) return std::unexpected(file.error());
    CommitMark mark(std::move(*file), seed, *slot ? (*slot)->generation : 0);
    if (!whole && *slot)
        if (auto kept = mark.write({(*slot)->sequence, (*slot)->record_crc}); !kept)
            return std::unexpected(kept.error());
    return mark;
}

base::Result<void> CommitMark::write(const MarkedPosition& position) {
    ++generation_;
    Slot slot{slot_magic, generation_, position.sequence, position.record_crc, 0};
    slot.crc = slot_crc(slot, seed_);
    std::memcpy(block_.data(), &slot, sizeof slot);
    return file_->write_at((generation_ % slots) * platform::disk_block,
                           block_.first(platform::disk_block));
}

}  // namespace bw::event_store
