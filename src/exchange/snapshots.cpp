#include "exchange/snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/crc32c.hpp"
#include "base/hash.hpp"

namespace bw::exchange {
namespace {

constexpr std::uint64_t magic = 0x31504E53444F4F57ull;  // "WOODSNP1"
constexpr std::uint32_t version = 1;
constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::string_view suffix = ".snapshot";
constexpr std::string_view unfinished_suffix = ".snapshot.new";  // Storage::write_file, killed

template <class T>
void append(std::vector<std::byte>& out, const T& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Collects the engine's bytes.
class Collector final : public engine::SnapshotSink {
 public:
    void write(std::span<const std::byte> bytes) override {
        payload.insert(payload.end(), bytes.begin(), bytes.end());
    }
    std::vector<std::byte> payload;
};

/// Gives the bytes of checked chunks.
class Chunks final : public engine::SnapshotSource {
 public:
    explicit Chunks(std::span<const std::byte> bytes) : bytes_(bytes) {}
    [[nodiscard]] bool read(std::span<std::byte> out) override {
        std::size_t done = 0;
        while (done < out.size()) {
            if (chunk_.empty() && !next_chunk()) return false;
            const std::size_t part = std::min(out.size() - done, chunk_.size());
            std::memcpy(out.data() + done, chunk_.data(), part);
            chunk_ = chunk_.subspan(part);
            done += part;
        }
        return true;
    }
    [[nodiscard]] bool at_end() const { return chunk_.empty() && bytes_.empty(); }

 private:
    [[nodiscard]] bool next_chunk() {
        if (bytes_.size() < 8) return false;
        std::uint32_t length = 0;
        std::memcpy(&length, bytes_.data() + 4, sizeof length);
        chunk_ = bytes_.subspan(8, length);
        bytes_ = bytes_.subspan(8 + length);
        return !chunk_.empty();
    }
    std::span<const std::byte> bytes_;
    std::span<const std::byte> chunk_;
};

}  // namespace

struct Snapshots::Header {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t node;
    std::uint64_t cluster;
    SnapshotPlace place;
    std::uint64_t state_hash;
    std::uint64_t payload_bytes;
    std::uint64_t chunks;
    std::uint32_t reserved;
    std::uint32_t crc;  ///< of the bytes before
};

std::uint64_t hash_of(const event_store::RecordView& record) {
    base::RunningHash hash;
    hash.add(record.sequence);
    hash.add(record.timestamp_ns);
    hash.add(record.message);
    return hash.value();
}

std::string Snapshots::path(std::uint64_t sequence) const {
    return fmt::format("{}/{:020}{}", directory_, sequence, suffix);
}

std::uint32_t Snapshots::seed(std::uint64_t sequence, std::uint64_t chunk) const {
    const std::array<std::uint64_t, 4> words{identity_.cluster, identity_.node, sequence, chunk};
    return base::crc32c(0, std::as_bytes(std::span(words)));
}

base::Result<std::vector<std::uint64_t>> Snapshots::list() const {
    std::vector<std::uint64_t> out;
    if (!storage_.exists(directory_)) return out;
    const auto names = storage_.list(directory_);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (!name.ends_with(suffix)) continue;
        std::uint64_t sequence = 0;
        const char* end = name.data() + name.size() - suffix.size();
        const auto [rest, bad] = std::from_chars(name.data(), end, sequence);
        if (bad == std::errc{} && rest == end) out.push_back(sequence);
    }
    std::ranges::sort(out, std::greater{});
    return out;
}

base::Result<std::uint64_t> Snapshots::write(const engine::Engine& engine,
                                             const SnapshotPlace& place) {
    static_assert(sizeof(Header) == 88 && std::has_unique_object_representations_v<Header>);
    Collector collector;
    engine.save(collector);
    const std::span<const std::byte> payload(collector.payload);
    Header header{.magic = magic,
                  .version = version,
                  .node = identity_.node,
                  .cluster = identity_.cluster,
                  .place = place,
                  .state_hash = engine.state_hash(),
                  .payload_bytes = payload.size(),
                  .chunks = (payload.size() + chunk_bytes - 1) / chunk_bytes,
                  .reserved = 0,
                  .crc = 0};
    header.crc = base::crc32c(seed(place.sequence, 0),
                              std::as_bytes(std::span(&header, 1)).first(sizeof header - 4));
    std::vector<std::byte> file;
    file.reserve(sizeof header + payload.size() + header.chunks * 8);
    append(file, header);
    for (std::uint64_t i = 0; i < header.chunks; ++i) {
        const auto bytes = payload.subspan(i * chunk_bytes,
                                           std::min(chunk_bytes, payload.size() - i * chunk_bytes));
        const auto length = static_cast<std::uint32_t>(bytes.size());
        append(file, base::crc32c(seed(place.sequence, i + 1), bytes) ^ length);
        append(file, length);
        file.insert(file.end(), bytes.begin(), bytes.end());
    }
    if (auto made = storage_.create_directories(directory_); !made)
        return std::unexpected(made.error());
    if (auto written = storage_.write_file(path(place.sequence), file); !written)
        return std::unexpected(written.error());
    return file.size();
}

base::Result<Snapshots::Header> Snapshots::check_header(const std::vector<std::byte>& bytes,
                                                        std::uint64_t sequence) const {
    const auto wrong = [&](const std::string& what) {
        return base::error(fmt::format("{}: {}", path(sequence), what));
    };
    Header header;
    if (bytes.size() < sizeof header) return wrong("too short for a snapshot");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != magic) return wrong("not a snapshot");
    if (header.version > version)
        return wrong(
            fmt::format("written by a newer program (snapshot format {}, this one knows "
                        "{})",
                        header.version, version));
    if (header.cluster != identity_.cluster || header.node != identity_.node)
        return wrong("of another exchange or node");
    const std::uint32_t crc =
        base::crc32c(seed(sequence, 0), std::span(bytes).first(sizeof header - 4));
    if (crc != header.crc || header.place.sequence != sequence || header.reserved != 0)
        return wrong("its header is damaged");
    return header;
}

base::Result<SnapshotPlace> Snapshots::read_place(std::uint64_t sequence) const {
    const auto bytes = storage_.read(path(sequence), 0, sizeof(Header));
    if (!bytes) return std::unexpected(bytes.error());
    const auto header = check_header(*bytes, sequence);
    if (!header) return std::unexpected(header.error());
    return header->place;
}

base::Result<SnapshotPlace> Snapshots::load(std::uint64_t sequence, engine::Engine& engine) const {
    const auto size = storage_.file_size(path(sequence));
    if (!size) return std::unexpected(size.error());
    const auto bytes = storage_.read(path(sequence), 0, *size);
    if (!bytes) return std::unexpected(bytes.error());
    const auto header = check_header(*bytes, sequence);
    if (!header) return std::unexpected(header.error());

    const auto wrong = [&](const std::string& what) {
        return base::error(fmt::format("{}: {}", path(sequence), what));
    };
    const std::span<const std::byte> chunks = std::span(*bytes).subspan(sizeof(Header));
    if (chunks.size() != header->payload_bytes + 8 * header->chunks)
        return wrong(fmt::format("{} bytes of state expected, {} are there", header->payload_bytes,
                                 chunks.size()));
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < header->chunks; ++i) {
        const std::uint64_t rest = header->payload_bytes - i * chunk_bytes;
        const auto expected =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(rest, chunk_bytes));
        std::uint32_t crc = 0;
        std::uint32_t length = 0;
        std::memcpy(&crc, chunks.data() + at, sizeof crc);
        std::memcpy(&length, chunks.data() + at + 4, sizeof length);
        if (length != expected ||
            (base::crc32c(seed(sequence, i + 1), chunks.subspan(at + 8, length)) ^ length) != crc)
            return wrong(
                fmt::format("damaged in the {} bytes from byte {}", expected, sizeof(Header) + at));
        at += 8 + length;
    }
    Chunks source(chunks);
    if (!engine.load(source) || !source.at_end())
        return wrong("its state is not one this program can take over");
    if (engine.state_hash() != header->state_hash)
        return wrong("the state read back has another hash than the one written");
    return header->place;
}

base::Result<void> Snapshots::prune(std::size_t keep) {
    const auto there = list();
    if (!there) return std::unexpected(there.error());
    for (std::size_t i = keep; i < there->size(); ++i)
        if (auto removed = storage_.remove(path((*there)[i])); !removed) return removed;
    return there->empty() ? base::Result<void>{} : remove_unfinished(there->front());
}

/// Names have a fixed width, so their order is that of the sequences.
base::Result<void> Snapshots::remove_unfinished(std::uint64_t newest) {
    const auto names = storage_.list(directory_);
    if (!names) return std::unexpected(names.error());
    const std::string last = fmt::format("{:020}{}", newest, unfinished_suffix);
    for (const std::string& name : *names)
        if (name.ends_with(unfinished_suffix) && name <= last)
            if (auto removed = storage_.remove(directory_ + "/" + name); !removed) return removed;
    return {};
}

PlacedEngine engine_from_snapshot(
    const Snapshots& snapshots, const std::function<std::unique_ptr<engine::Engine>()>& make_engine,
    std::uint64_t last_command, std::uint64_t last_event,
    const std::function<std::uint64_t(std::uint64_t sequence)>& record_at,
    const std::function<void(const std::string&)>& passed_over) {
    const auto there = snapshots.list();
    if (!there) passed_over(there.error().message);
    for (const std::uint64_t sequence : there ? *there : std::vector<std::uint64_t>{}) {
        const auto place = snapshots.read_place(sequence);
        if (!place) {
            passed_over(place.error().message);
            continue;
        }
        if (place->sequence > last_command || place->events > last_event ||
            record_at(place->sequence) != place->command_hash) {
            passed_over(fmt::format("{}: the logs do not reach it, or took another way",
                                    snapshots.path(sequence)));
            continue;
        }
        auto engine = make_engine();
        if (const auto loaded = snapshots.load(sequence, *engine); !loaded) {
            passed_over(loaded.error().message);
            continue;
        }
        return {std::move(engine), *place};
    }
    return {make_engine(), {}};
}

}  // namespace bw::exchange
