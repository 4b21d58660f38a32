#include "event_store/recovery/find.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>

namespace bw::event_store {
namespace {

using base::Result;

class Finder {
 public:
    Finder(platform::Storage& storage, const Paths& paths, const LogIdentity& identity)
        : storage_(storage), paths_(paths), identity_(identity) {}

    /// The kept segments.
    Result<void> list() {
        const auto begin = read_begin(storage_, paths_, identity_);
        if (!begin) return std::unexpected(begin.error());
        begin_ = *begin;
        const auto names = storage_.list(paths_.durable(identity_.kind));
        if (!names) return std::unexpected(names.error());
        for (const std::string& name : *names)
            if (const auto index = index_of_durable_name(name); index && *index >= begin_.index)
                indices_.push_back(*index);
        return {};
    }

    [[nodiscard]] const LogBegin& begin() const { return begin_; }

    /// The last segment for which `is_before` holds, else the first. A segment that retention has
    /// just removed counts as before; an unused or unreadable one as after: the reader scans into
    /// it and reports the problem.
    template <class IsBefore>
    Result<SegmentHeader> last_before(IsBefore is_before) const {
        const auto behind = std::ranges::partition_point(indices_, [&](std::uint64_t index) {
            const std::string path = paths_.durable(identity_.kind, index);
            return !storage_.exists(path) || is_before(index);
        });
        SegmentHeader header;
        for (auto at = behind; at != indices_.begin();)
            if (read_durable_header(storage_, paths_, identity_, *--at, header)) return header;
        if (!indices_.empty() &&
            read_durable_header(storage_, paths_, identity_, indices_.front(), header))
            return header;
        return base::error(fmt::format("{} holds no readable segment; run `buttonwood verify {}`",
                                       paths_.durable(identity_.kind), paths_.directory));
    }

    /// The time of the first record; nothing if there is no record yet.
    [[nodiscard]] std::optional<std::uint64_t> first_timestamp(std::uint64_t index) const {
        const auto bytes = storage_.read(paths_.durable(identity_.kind, index), 0,
                                         segment_header_bytes + sizeof(RecordHeader));
        SegmentHeader header;
        if (!bytes || read_header(*bytes, identity_, header) != HeaderState::valid ||
            bytes->size() < segment_header_bytes + sizeof(RecordHeader))
            return std::nullopt;
        RecordHeader record;
        std::memcpy(&record, bytes->data() + segment_header_bytes, sizeof record);
        if (record.length == 0) return std::nullopt;
        return record.timestamp_ns;
    }

    /// The best place of the seal's sparse index, if there is one.
    template <class Place>
    [[nodiscard]] LogPosition refine(const SegmentHeader& header, Place place) const {
        const auto file = read_seal(storage_, paths_, identity_, header.index);
        if (file && file->state == SealState::valid &&
            file->seal.first_sequence == header.first_sequence)
            if (const auto found = place(*file)) return *found;
        return start_of(header, 0);
    }

    [[nodiscard]] bool starts_at_or_before(std::uint64_t index, std::uint64_t sequence) const {
        SegmentHeader header;
        return read_durable_header(storage_, paths_, identity_, index, header) &&
               header.first_sequence <= sequence;
    }

 private:
    platform::Storage& storage_;
    const Paths& paths_;
    const LogIdentity& identity_;
    LogBegin begin_{};
    std::vector<std::uint64_t> indices_;
};

}  // namespace

bool read_durable_header(platform::Storage& storage, const Paths& paths,
                         const LogIdentity& identity, std::uint64_t index, SegmentHeader& out) {
    const std::string path = paths.durable(identity.kind, index);
    if (!storage.exists(path)) return false;
    const auto bytes = storage.read(path, 0, segment_header_bytes);
    return bytes && read_header(*bytes, identity, out) == HeaderState::valid && out.index == index;
}

Result<LogPosition> find_sequence(platform::Storage& storage, const Paths& paths,
                                  const LogIdentity& identity, std::uint64_t sequence) {
    Finder finder(storage, paths, identity);
    if (auto listed = finder.list(); !listed) return std::unexpected(listed.error());
    if (sequence < finder.begin().first_sequence)
        return base::error(
            no_longer_kept(paths, identity.kind, sequence, finder.begin().first_sequence));
    const auto header = finder.last_before(
        [&](std::uint64_t index) { return finder.starts_at_or_before(index, sequence); });
    if (!header) return std::unexpected(header.error());
    return finder.refine(*header,
                         [&](const SealFile& file) { return place_of_sequence(file, sequence); });
}

Result<LogPosition> find_time(platform::Storage& storage, const Paths& paths,
                              const LogIdentity& identity, std::uint64_t timestamp_ns) {
    Finder finder(storage, paths, identity);
    if (auto listed = finder.list(); !listed) return std::unexpected(listed.error());
    const auto header = finder.last_before([&](std::uint64_t index) {
        const auto first = finder.first_timestamp(index);
        return first && *first < timestamp_ns;
    });
    if (!header) return std::unexpected(header.error());
    return finder.refine(
        *header, [&](const SealFile& file) { return place_before_time(file, timestamp_ns); });
}

}  // namespace bw::event_store
