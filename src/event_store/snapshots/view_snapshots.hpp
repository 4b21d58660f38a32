// ViewSnapshots: saved states of readers of the event log, at the place of an engine's snapshot, so
// that readers start from there instead of from event 1.
//
//   DIR/snapshots/NNNNNNNNNNNNNNNNNNNN.views       N: as of the engine's snapshot beside it
//
//   payload: | u32 sections, u32 0 | entry | entry | … | bytes of each section |
//   entry:   | 16 name, NUL padded | u32 version | u32 0 | u64 offset in the payload | u64 bytes |
//
// One section is the state of one reader. A process loads the sections of its own readers, all or
// none, and does not read others. The record_hash of the place is that of the event there.
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

/// A reader's section of the file.
struct ViewSection {
    std::string_view name;  ///< 1 to 16 characters
    std::uint32_t version;  ///< of its bytes; a section of another version is not loaded
    std::function<void(base::FieldWriter&)> save;
    std::function<bool(base::FieldReader&)> load;  ///< false: malformed input; the reader is reset
    std::function<void()> reset;
    /// false: `load` reads only the part of the section that its process needs
    bool is_read_whole = true;
    /// true: files of versions before do not have it; its reader is then as at its beginning
    bool may_be_missing = false;
    /// unless such files have a section of this name that begins with the same bytes
    std::string_view was_part_of{};
};

/// The section of a reader with save(), load() and reset().
template <class View>
[[nodiscard]] ViewSection view_section(std::string_view name, std::uint32_t version, View& view) {
    return {name,
            version,
            [&view](base::FieldWriter& out) { view.save(out); },
            [&view](base::FieldReader& in) { return view.load(in); },
            [&view] { view.reset(); },
            true,
            false,
            {}};
}

/// Called with the bytes read so far and the total.
using LoadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

class ViewSnapshots {
 public:
    ViewSnapshots(platform::Storage& storage, const std::string& directory,
                  const Identity& identity);

    /// Sequence numbers of the existing files, newest first.
    [[nodiscard]] base::Result<std::vector<std::uint64_t>> list() const { return files_.list(); }
    [[nodiscard]] std::string path(std::uint64_t sequence) const { return files_.path(sequence); }

    /// Writes a file with these sections. Returns its size in bytes.
    [[nodiscard]] base::Result<std::uint64_t> write(const SnapshotPlace& place,
                                                    std::span<const ViewSection> sections);
    /// Reads the header only.
    [[nodiscard]] base::Result<SnapshotPlace> read_place(std::uint64_t sequence) const {
        return files_.read_place(sequence);
    }
    /// Loads all sections or none: after an error all are reset.
    [[nodiscard]] base::Result<SnapshotPlace> load(std::uint64_t sequence,
                                                   std::span<const ViewSection> sections,
                                                   const LoadProgress& progress = {}) const;
    /// Error: the file does not hold exactly what these sections would write.
    [[nodiscard]] base::Result<void> compare(std::uint64_t sequence,
                                             std::span<const ViewSection> sections) const;
    /// Removes the files that are not in `kept`, and unfinished files of killed writers.
    [[nodiscard]] base::Result<void> prune(std::span<const std::uint64_t> kept);

 private:
    SnapshotFiles files_;
};

/// Where readers start.
struct ViewStart {
    SnapshotPlace place;  ///< the state includes everything up to here; zeros: nothing was loaded
    std::vector<std::string> passed_over;  ///< reasons why newer files are not used
};

/// Loads the newest good file that belongs to this log; if there is none, resets all sections.
/// `record_at(event)` returns the hash of the event's record, or 0 if the log does not have it.
[[nodiscard]] ViewStart load_newest_views(
    const ViewSnapshots& snapshots, std::span<const ViewSection> sections, std::uint64_t last_event,
    const std::function<std::uint64_t(std::uint64_t event)>& record_at,
    const LoadProgress& progress = {});

}  // namespace bw::event_store
