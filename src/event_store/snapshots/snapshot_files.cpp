#include "event_store/snapshots/snapshot_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/assert.hpp"
#include "base/crc32c.hpp"
#include "base/hash.hpp"
#include "event_store/newer_format.hpp"

namespace bw::event_store {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::size_t chunk_head_bytes = 8;

/// Splits the written bytes into chunks. After an error it writes nothing more.
class Chunker final : public base::ByteSink {
 public:
    using Seed = std::function<std::uint32_t(std::uint64_t chunk)>;
    Chunker(const platform::Storage::Append& append, Seed seed)
        : append_(append), seed_(std::move(seed)) {
        buffer_.reserve(chunk_bytes);
    }

    void write(std::span<const std::byte> bytes) override {
        count_ += bytes.size();
        while (!bytes.empty()) {
            const std::size_t part = std::min(bytes.size(), chunk_bytes - buffer_.size());
            buffer_.insert(buffer_.end(), bytes.begin(),
                           bytes.begin() + static_cast<std::ptrdiff_t>(part));
            bytes = bytes.subspan(part);
            if (buffer_.size() == chunk_bytes) put_out();
        }
    }
    base::Result<void> finish() {
        if (!buffer_.empty()) put_out();
        return outcome_;
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
    void put_out() {
        const auto length = static_cast<std::uint32_t>(buffer_.size());
        const std::array<std::uint32_t, 2> head{base::crc32c(seed_(++chunks_), buffer_) ^ length,
                                                length};
        if (outcome_) outcome_ = append_(std::as_bytes(std::span(head)));
        if (outcome_) outcome_ = append_(buffer_);
        buffer_.clear();
    }

    const platform::Storage::Append& append_;
    Seed seed_;
    std::vector<std::byte> buffer_;
    std::uint64_t chunks_ = 0;
    std::uint64_t count_ = 0;
    base::Result<void> outcome_;
};

}  // namespace

std::uint64_t hash_of(const RecordView& record) {
    base::RunningHash hash;
    hash.add(record.sequence);
    hash.add(record.timestamp_ns);
    hash.add(record.message);
    return hash.value();
}

std::string SnapshotFiles::path(std::uint64_t sequence) const {
    return fmt::format("{}/{:020}{}", directory_, sequence, kind_.suffix);
}

std::uint32_t SnapshotFiles::seed(std::uint64_t sequence, std::uint64_t chunk) const {
    const std::array<std::uint64_t, 4> words{identity_.cluster ^ kind_.salt, identity_.node,
                                             sequence, chunk};
    return base::crc32c(0, std::as_bytes(std::span(words)));
}

base::Result<std::vector<std::uint64_t>> SnapshotFiles::list() const {
    std::vector<std::uint64_t> out;
    if (!storage_.exists(directory_)) return out;
    const auto names = storage_.list(directory_);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (!name.ends_with(kind_.suffix)) continue;
        std::uint64_t sequence = 0;
        const char* end = name.data() + name.size() - kind_.suffix.size();
        const auto [rest, bad] = std::from_chars(name.data(), end, sequence);
        if (bad == std::errc{} && rest == end) out.push_back(sequence);
    }
    std::ranges::sort(out, std::greater{});
    return out;
}

base::Result<std::uint64_t> SnapshotFiles::write(const SnapshotPlace& place,
                                                 std::uint64_t state_hash,
                                                 std::uint64_t payload_bytes,
                                                 const std::function<void(base::ByteSink&)>& fill) {
    SnapshotHeader header{.magic = kind_.magic,
                          .version = kind_.version,
                          .node = identity_.node,
                          .cluster = identity_.cluster,
                          .place = place,
                          .state_hash = state_hash,
                          .payload_bytes = payload_bytes,
                          .chunks = (payload_bytes + chunk_bytes - 1) / chunk_bytes,
                          .reserved = 0,
                          .crc = 0};
    const auto bytes = std::as_bytes(std::span(&header, 1));
    header.crc = base::crc32c(seed(place.sequence, 0), bytes.first(sizeof header - 4));
    if (auto made = storage_.create_directories(directory_); !made)
        return std::unexpected(made.error());
    const auto whole = [&](const platform::Storage::Append& append) -> base::Result<void> {
        if (auto written = append(bytes); !written) return written;
        Chunker chunker(append, [&](std::uint64_t chunk) { return seed(place.sequence, chunk); });
        fill(chunker);
        BW_ASSERT(chunker.count() == payload_bytes);
        return chunker.finish();
    };
    if (auto written = put(path(place.sequence), whole); !written)
        return std::unexpected(written.error());
    return sizeof header + payload_bytes + header.chunks * chunk_head_bytes;
}

base::Result<void> SnapshotFiles::put(const std::string& path, const Fill& fill) {
    return storage_.write_file_in_parts(path, fill);
}

base::Result<SnapshotHeader> SnapshotFiles::check_header(const std::vector<std::byte>& bytes,
                                                         std::uint64_t sequence) const {
    const auto wrong = [&](const std::string& what) {
        return base::error(fmt::format("{}: {}", path(sequence), what));
    };
    SnapshotHeader header;
    if (bytes.size() < sizeof header) return wrong("too short for a snapshot");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kind_.magic) return wrong("not a snapshot");
    if (header.version > kind_.version)
        return std::unexpected(newer_format(path(sequence), header.version, kind_.version));
    if (header.cluster != identity_.cluster || header.node != identity_.node)
        return wrong("of another exchange or node");
    const std::uint32_t crc =
        base::crc32c(seed(sequence, 0), std::span(bytes).first(sizeof header - 4));
    if (crc != header.crc || header.place.sequence != sequence || header.reserved != 0)
        return wrong("its header is damaged");
    return header;
}

base::Result<SnapshotPlace> SnapshotFiles::read_place(std::uint64_t sequence) const {
    const auto bytes = storage_.read(path(sequence), 0, sizeof(SnapshotHeader));
    if (!bytes) return std::unexpected(bytes.error());
    const auto header = check_header(*bytes, sequence);
    if (!header) return std::unexpected(header.error());
    return header->place;
}

base::Result<SnapshotPayload> SnapshotFiles::open(std::uint64_t sequence) const {
    const auto size = storage_.file_size(path(sequence));
    if (!size) return std::unexpected(size.error());
    const auto bytes = storage_.read(path(sequence), 0, sizeof(SnapshotHeader));
    if (!bytes) return std::unexpected(bytes.error());
    const auto header = check_header(*bytes, sequence);
    if (!header) return std::unexpected(header.error());
    const std::uint64_t state = *size - sizeof(SnapshotHeader);
    const std::uint64_t chunks = (header->payload_bytes + chunk_bytes - 1) / chunk_bytes;
    if (state != header->payload_bytes + chunk_head_bytes * chunks || chunks != header->chunks)
        return base::error(fmt::format("{}: {} bytes of state expected, {} are there",
                                       path(sequence), header->payload_bytes, state));
    return SnapshotPayload(
        storage_, path(sequence), *header,
        [seeds = *this, sequence](std::uint64_t chunk) { return seeds.seed(sequence, chunk); });
}

base::Result<void> SnapshotFiles::remove(std::uint64_t sequence) {
    return storage_.remove(path(sequence));
}

/// File names have a fixed width, so their order is that of the sequences.
base::Result<void> SnapshotFiles::remove_unfinished() {
    const auto there = list();
    if (!there) return std::unexpected(there.error());
    if (there->empty()) return {};
    const auto names = storage_.list(directory_);
    if (!names) return std::unexpected(names.error());
    // the temporary name that Storage writes to
    const std::string suffix = std::string(kind_.suffix) + ".new";
    const std::string last = fmt::format("{:020}{}", there->front(), suffix);
    for (const std::string& name : *names)
        if (name.ends_with(suffix) && name <= last)
            if (auto removed = storage_.remove(directory_ + "/" + name); !removed) return removed;
    return {};
}

// --- SnapshotPayload
// -------------------------------------------------------------------------------------------------

base::Result<void> SnapshotPayload::use_chunk(std::uint64_t number) {
    if (number == chunk_) return {};
    chunk_ = UINT64_MAX;
    const std::uint64_t before = number * chunk_bytes;
    const std::uint64_t place = sizeof(SnapshotHeader) + number * (chunk_bytes + chunk_head_bytes);
    const auto length = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(header_.payload_bytes - before, chunk_bytes));
    buffer_.resize(chunk_head_bytes + length);
    const auto read = storage_.read_into(path_, place, buffer_);
    if (!read) return std::unexpected(read.error());
    std::array<std::uint32_t, 2> head{};
    std::memcpy(head.data(), buffer_.data(), sizeof head);
    const auto bytes = std::span(buffer_).subspan(chunk_head_bytes);
    if (*read != buffer_.size() || head[1] != length ||
        (base::crc32c(seed_(number + 1), bytes) ^ length) != head[0])
        return base::error(
            fmt::format("{}: damaged in the {} bytes from byte {}", path_, length, place));
    chunk_ = number;
    return {};
}

base::Result<void> SnapshotPayload::check(std::uint64_t offset, std::uint64_t size) {
    if (offset > header_.payload_bytes || size > header_.payload_bytes - offset)
        return base::error(fmt::format("{}: {} bytes from byte {} of the state are not there",
                                       path_, size, offset));
    if (size == 0) return {};
    for (std::uint64_t i = offset / chunk_bytes; i <= (offset + size - 1) / chunk_bytes; ++i)
        if (auto sound = use_chunk(i); !sound) return sound;
    return {};
}

bool SnapshotPayload::read(std::span<std::byte> out) {
    if (at_ > header_.payload_bytes || out.size() > header_.payload_bytes - at_) return false;
    while (!out.empty()) {
        if (!use_chunk(at_ / chunk_bytes)) return false;
        const auto rest = std::span(buffer_).subspan(chunk_head_bytes + at_ % chunk_bytes);
        const std::size_t part = std::min(out.size(), rest.size());
        std::memcpy(out.data(), rest.data(), part);
        out = out.subspan(part);
        at_ += part;
    }
    return true;
}

}  // namespace bw::event_store
