#include "observe/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/crc32c.hpp"
#include "observe/cells.hpp"
#include "observe/format.hpp"
#include "platform/file_lock.hpp"

namespace bw::observe {
namespace {

constexpr std::uint32_t descriptors_max = 65'536;

template <std::size_t size>
std::string text_of(const char (&field)[size]) {
    return {field, strnlen(field, size)};
}

base::Result<FileHeader> header_of(std::span<const std::byte> bytes, const std::string& path) {
    FileHeader header;
    if (bytes.size() < header_bytes) return base::error(path + " is too short for a counters file");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != file_magic) return base::error(path + " is not a counters file");
    if (header.version != file_version)
        return base::error(
            fmt::format("{} is of format {}, this program knows format {}. Use the program "
                        "that wrote it.",
                        path, header.version, file_version));
    const std::size_t described = std::size_t{header.descriptors} * sizeof(Descriptor);
    if (header.descriptors > descriptors_max || header.file_bytes != bytes.size() ||
        header.values_offset > bytes.size() || header.values_offset % 64 != 0 ||
        header_bytes + described > header.values_offset)
        return base::error(path + " is damaged: its parts do not fit into it");
    const auto of_header = bytes.first(offsetof(FileHeader, crc));
    if (base::crc32c(base::crc32c(0, of_header), bytes.subspan(header_bytes, described)) !=
        header.crc)
        return base::error(path + " is damaged: its check sum is wrong");
    return header;
}

Distribution read_histogram(const std::byte* cell) {
    const auto& histogram = *reinterpret_cast<const Histogram*>(cell);
    std::vector<std::uint64_t> counts(Histogram::bucket_count);
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = histogram.count_in(i);
    return {std::move(counts), histogram.sum(), histogram.max()};
}

base::Result<Value> read_value(std::span<const std::byte> values, const Descriptor& descriptor,
                               const std::string& path) {
    Value value{.number = descriptor.number,
                .name = text_of(descriptor.name),
                .labels = text_of(descriptor.labels),
                .help = text_of(descriptor.help),
                .kind = static_cast<Kind>(descriptor.kind),
                .unit = static_cast<Unit>(descriptor.unit),
                .value = 0,
                .distribution = {}};
    const std::size_t size = value.kind == Kind::histogram ? sizeof(Histogram) : sizeof(Counter);
    if (values.size() < size || descriptor.offset > values.size() - size ||
        descriptor.offset % sizeof(Counter) != 0)
        return base::error(
            fmt::format("{} is damaged: the place of {} is not in it", path, value.name));
    const std::byte* cell = values.data() + descriptor.offset;
    if (value.kind == Kind::histogram)
        value.distribution = read_histogram(cell);
    else
        value.value = reinterpret_cast<const Counter*>(cell)->value();
    return value;
}

ProcessState state_of(const FileHeader& header, const std::string& path) {
    if (platform::is_locked(path)) return ProcessState::running;
    return header.ended_ns != 0 ? ProcessState::ended : ProcessState::killed;
}

}  // namespace

std::string_view name_of(ProcessState state) {
    switch (state) {
        case ProcessState::running: return "running";
        case ProcessState::ended: return "ended";
        case ProcessState::killed: return "killed";
    }
    return "unknown";
}

Distribution::Distribution(std::vector<std::uint64_t> counts, std::uint64_t sum, std::uint64_t max)
    : counts_(std::move(counts)), sum_(sum), max_(max) {
    for (const std::uint64_t count : counts_) count_ += count;
}

void Distribution::add(const Distribution& other) {
    counts_.resize(std::max(counts_.size(), other.counts_.size()));
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
}

std::uint64_t Distribution::quantile(double q) const {
    if (count_ == 0) return 0;
    const auto rank = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::llround(q * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket)
        if ((seen += counts_[bucket]) >= rank) return Histogram::lower_bound_of(bucket);
    return max_;
}

std::uint64_t Distribution::count_below(std::uint64_t bound) const {
    std::uint64_t below = 0;
    for (std::size_t bucket = 0;
         bucket < counts_.size() && Histogram::lower_bound_of(bucket) < bound; ++bucket)
        below += counts_[bucket];
    return below;
}

const Value* Snapshot::find(std::string_view name, std::string_view labels) const {
    const auto found = std::ranges::find_if(
        values, [&](const Value& value) { return value.name == name && value.labels == labels; });
    return found == values.end() ? nullptr : &*found;
}

std::uint64_t Snapshot::value(std::string_view name, std::string_view labels) const {
    const Value* found = find(name, labels);
    return found == nullptr ? 0 : found->value;
}

std::uint64_t Snapshot::last_seen_ns() const {
    return std::max({started_ns, ended_ns, value("heartbeat"), value("core_heartbeat")});
}

base::Result<Snapshot> read_counters(platform::Storage& storage, const std::string& path) {
    const auto mapped = storage.open_mapped_read_only(path);
    if (!mapped) return std::unexpected(mapped.error());
    const std::span<const std::byte> bytes = (*mapped)->bytes();
    const auto header = header_of(bytes, path);
    if (!header) return std::unexpected(header.error());

    Snapshot snapshot{.state = state_of(*header, path),
                      .cluster = header->cluster,
                      .node = header->node,
                      .process = header->process,
                      .started_ns = header->started_ns,
                      .ended_ns = header->ended_ns,
                      .program = text_of(header->program),
                      .durability = text_of(header->durability),
                      .values = {}};
    snapshot.values.reserve(header->descriptors);
    for (std::uint32_t i = 0; i < header->descriptors; ++i) {
        Descriptor descriptor;
        std::memcpy(&descriptor, bytes.data() + header_bytes + i * sizeof descriptor,
                    sizeof descriptor);
        auto value = read_value(bytes.subspan(header->values_offset), descriptor, path);
        if (!value) return std::unexpected(value.error());
        snapshot.values.push_back(std::move(*value));
    }
    return snapshot;
}

}  // namespace bw::observe
