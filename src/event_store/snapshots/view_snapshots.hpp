// ViewSnapshots: what readers of the event log have made of it, at the place of an engine's
// snapshot, so that they start from there.
//
//   DIR/snapshots/NNNNNNNNNNNNNNNNNNNN.views       N: as of the engine's snapshot beside it
//
//   payload: | u32 sections, u32 0 | entry | entry | … | bytes of each section |
//   entry:   | 16 name, NUL padded | u32 version | u32 0 | u64 offset in the payload | u64 bytes |
//
// One section is one reader. A process loads those of its own readers, all or none; others are not
// even read. The record_hash of the place is that of the event there.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "event_store/snapshots/snapshot_files.hpp"

namespace bw::event_store {

/// A reader as a part of the file.
struct ViewSection {
    std::string_view name;  ///< 1 to 16 characters
    std::uint32_t version;  ///< of its bytes; of another version it is not loaded
    std::function<void(base::FieldWriter&)> save;
    std::function<bool(base::FieldReader&)> load;  ///< false: as new
    std::function<void()> reset;
    /// false: `load` reads as much of the section as its process needs, not all of it
    bool is_read_whole = true;
};

/// Of a reader with save, load and reset.
template <class View>
[[nodiscard]] ViewSection view_section(std::string_view name, std::uint32_t version, View& view) {
    return {name,
            version,
            [&view](base::FieldWriter& out) { view.save(out); },
            [&view](base::FieldReader& in) { return view.load(in); },
            [&view] { view.reset(); },
            true};
}

/// Bytes read so far, and in all.
using LoadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

class ViewSnapshots {
 public:
    ViewSnapshots(platform::Storage& storage, const std::string& directory,
                  const Identity& identity);

    /// Newest first.
    [[nodiscard]] base::Result<std::vector<std::uint64_t>> list() const { return files_.list(); }
    [[nodiscard]] std::string path(std::uint64_t sequence) const { return files_.path(sequence); }

    /// How many bytes the file has.
    [[nodiscard]] base::Result<std::uint64_t> write(const SnapshotPlace& place,
                                                    std::span<const ViewSection> sections);
    /// Header only.
    [[nodiscard]] base::Result<SnapshotPlace> read_place(std::uint64_t sequence) const {
        return files_.read_place(sequence);
    }
    /// All of them, or with an error none: then all are as new.
    [[nodiscard]] base::Result<SnapshotPlace> load(std::uint64_t sequence,
                                                   std::span<const ViewSection> sections,
                                                   const LoadProgress& progress = {}) const;
    /// Whether the file holds exactly what these sections would write.
    [[nodiscard]] base::Result<void> compare(std::uint64_t sequence,
                                             std::span<const ViewSection> sections) const;
    /// Removes those that are not in `kept`, and what killed writers left behind.
    [[nodiscard]] base::Result<void> prune(std::span<const std::uint64_t> kept);

 private:
    SnapshotFiles files_;
};

/// Where readers begin.
struct ViewStart {
    SnapshotPlace place;                   ///< they know everything up to here; zeros: nothing
    std::vector<std::string> passed_over;  ///< why newer files are not used
};

/// Loads the newest good file that belongs to this log; without one all sections are as new.
/// `record_at(event)` gives the hash of the event's record, or 0 if the log does not have it.
[[nodiscard]] ViewStart load_newest_views(
    const ViewSnapshots& snapshots, std::span<const ViewSection> sections, std::uint64_t last_event,
    const std::function<std::uint64_t(std::uint64_t event)>& record_at,
    const LoadProgress& progress = {});

}  // namespace bw::event_store
