#include "event_store/snapshots/view_snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.hpp"

namespace bw::event_store {
namespace {

constexpr SnapshotKind kind{.magic = 0x31535756444F4F57ull,  // "WOODVWS1"
                            .version = 1,
                            .salt = 0x31535756444F4F57ull,
                            .suffix = ".views"};
constexpr std::uint32_t sections_max = 64;

struct Entry {
    base::FixedText<16> name;
    std::uint32_t version = 0;
    std::uint32_t reserved = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};
static_assert(sizeof(Entry) == 40);

void write_entries(base::FieldWriter& out, const std::vector<Entry>& entries) {
    out(static_cast<std::uint32_t>(entries.size()), std::uint32_t{0});
    for (const Entry& entry : entries) out(entry);
}

/// Entries in the given order; each section is saved once to measure its size.
std::vector<Entry> entries_of(std::span<const ViewSection> sections) {
    std::vector<Entry> entries;
    std::uint64_t offset = 8 + sections.size() * sizeof(Entry);
    for (const ViewSection& section : sections) {
        base::ByteCounter counter;
        base::FieldWriter out(counter);
        section.save(out);
        const auto name = base::FixedText<16>::from(section.name);
        BW_ASSERT(name && !name->empty());
        entries.push_back({*name, section.version, 0, offset, counter.count});
        offset += counter.count;
    }
    return entries;
}

base::Result<std::vector<Entry>> read_entries(SnapshotPayload& payload, const std::string& path) {
    const auto wrong = [&] {
        return base::error(fmt::format("{}: its list of sections makes no sense", path));
    };
    const std::uint64_t most = 8 + sections_max * sizeof(Entry);
    if (auto sound = payload.check(0, std::min(payload.header().payload_bytes, most)); !sound)
        return std::unexpected(sound.error());
    base::FieldReader in(payload);
    std::uint32_t count = 0;
    std::uint32_t reserved = 0;
    in(count, reserved);
    if (!in.good() || count > sections_max) return wrong();
    std::vector<Entry> entries(count);
    for (Entry& entry : entries) in(entry);
    if (!in.good()) return wrong();
    return entries;
}

const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
    const auto found = std::ranges::find_if(
        entries, [&](const Entry& entry) { return entry.name.view() == name; });
    return found == entries.end() ? nullptr : &*found;
}

/// Reads the bytes of one section.
class SectionSource final : public base::ByteSource {
 public:
    SectionSource(SnapshotPayload& payload, const Entry& entry, const LoadProgress& progress)
        : payload_(payload), progress_(progress), left_(entry.bytes) {
        payload_.seek(entry.offset);
    }
    [[nodiscard]] bool read(std::span<std::byte> bytes) override {
        if (bytes.size() > left_) return false;
        if (progress_ && left_ / step != (left_ - bytes.size()) / step)
            progress_(payload_.position(), payload_.header().payload_bytes);
        left_ -= bytes.size();
        return payload_.read(bytes);
    }
    [[nodiscard]] bool at_end() const { return left_ == 0; }

 private:
    static constexpr std::uint64_t step = 1 << 20;

    SnapshotPayload& payload_;
    const LoadProgress& progress_;
    std::uint64_t left_;
};

/// Compares the written bytes with those of a file.
class Comparer final : public base::ByteSink {
 public:
    explicit Comparer(SnapshotPayload& payload) : payload_(payload) { payload_.seek(0); }
    void write(std::span<const std::byte> bytes) override {
        while (!bytes.empty()) {
            const auto part = bytes.first(std::min(bytes.size(), there_.size()));
            const auto there = std::span(there_).first(part.size());
            if (!payload_.read(there) || std::memcmp(there.data(), part.data(), part.size()) != 0)
                equal_ = false;
            bytes = bytes.subspan(part.size());
        }
    }
    [[nodiscard]] bool equal() const { return equal_ && payload_.at_end(); }

 private:
    SnapshotPayload& payload_;
    std::array<std::byte, 256> there_{};
    bool equal_ = true;
};

}  // namespace

ViewSnapshots::ViewSnapshots(platform::Storage& storage, const std::string& directory,
                             const Identity& identity)
    : files_(storage, directory, identity, kind) {}

base::Result<std::uint64_t> ViewSnapshots::write(const SnapshotPlace& place,
                                                 std::span<const ViewSection> sections) {
    const std::vector<Entry> entries = entries_of(sections);
    const std::uint64_t size = entries.empty() ? 8 : entries.back().offset + entries.back().bytes;
    return files_.write(place, 0, size, [&](base::ByteSink& sink) {
        base::FieldWriter out(sink);
        write_entries(out, entries);
        for (const ViewSection& section : sections) section.save(out);
    });
}

base::Result<SnapshotPlace> ViewSnapshots::load(std::uint64_t sequence,
                                                std::span<const ViewSection> sections,
                                                const LoadProgress& progress) const {
    const auto failed = [&](const std::string& why) {
        for (const ViewSection& section : sections) section.reset();
        return base::error(why);
    };
    auto payload = files_.open(sequence);
    if (!payload) return failed(payload.error().message);
    const auto entries = read_entries(*payload, path(sequence));
    if (!entries) return failed(entries.error().message);
    for (const ViewSection& section : sections) {
        const Entry* entry = find(*entries, section.name);
        const bool is_missing = entry == nullptr && section.may_be_missing;
        if (is_missing) entry = find(*entries, section.was_part_of);
        if (is_missing && entry == nullptr) {
            section.reset();
            continue;
        }
        if (entry == nullptr || (!is_missing && entry->version != section.version))
            return failed(fmt::format("{}: has no part `{}` of version {}", path(sequence),
                                      section.name, section.version));
        if (auto sound = payload->check(entry->offset, entry->bytes); !sound)
            return failed(sound.error().message);
        SectionSource source(*payload, *entry, progress);
        base::FieldReader in(source);
        const bool must_end = section.is_read_whole && !is_missing;
        if (!section.load(in) || (must_end && !source.at_end()))
            return failed(fmt::format("{}: its part `{}` is not one this program can take over",
                                      path(sequence), section.name));
    }
    return payload->header().place;
}

base::Result<void> ViewSnapshots::compare(std::uint64_t sequence,
                                          std::span<const ViewSection> sections) const {
    auto payload = files_.open(sequence);
    if (!payload) return std::unexpected(payload.error());
    const std::vector<Entry> entries = entries_of(sections);
    Comparer comparer(*payload);
    base::FieldWriter out(comparer);
    write_entries(out, entries);
    for (const ViewSection& section : sections) section.save(out);
    if (comparer.equal()) return {};
    return base::error(
        fmt::format("{}: what was read back is not what was written", path(sequence)));
}

base::Result<void> ViewSnapshots::prune(std::span<const std::uint64_t> kept) {
    const auto there = list();
    if (!there) return std::unexpected(there.error());
    for (const std::uint64_t sequence : *there)
        if (std::ranges::find(kept, sequence) == kept.end())
            if (auto removed = files_.remove(sequence); !removed) return removed;
    return files_.remove_unfinished();
}

ViewStart load_newest_views(const ViewSnapshots& snapshots, std::span<const ViewSection> sections,
                            std::uint64_t last_event,
                            const std::function<std::uint64_t(std::uint64_t event)>& record_at,
                            const LoadProgress& progress) {
    ViewStart start;
    const auto there = snapshots.list();
    if (!there) start.passed_over.push_back(there.error().message);
    for (const std::uint64_t sequence : there ? *there : std::vector<std::uint64_t>{}) {
        const auto place = snapshots.read_place(sequence);
        if (!place) {
            start.passed_over.push_back(place.error().message);
            continue;
        }
        if (place->events > last_event || record_at(place->events) != place->record_hash) {
            start.passed_over.push_back(
                fmt::format("{}: the event log does not reach it, or took another way",
                            snapshots.path(sequence)));
            continue;
        }
        if (const auto loaded = snapshots.load(sequence, sections, progress); !loaded) {
            start.passed_over.push_back(loaded.error().message);
            continue;
        }
        start.place = *place;
        return start;
    }
    for (const ViewSection& section : sections) section.reset();
    return start;
}

}  // namespace bw::event_store
