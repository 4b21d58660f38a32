// ReaderRegistry: who still needs which records, so that retention does not remove them.
//
//   DIR/readers/NAME.commands, DIR/readers/NAME.events     text, replaced as a whole:
//       buttonwood reader / format 1 / log events / needs 1234 / updated 2026-11-27T12:00:00Z /
//       check xxxxxxxx
//
// A registration stays until somebody removes it: a reader that was away for a week finds its
// records. What is written may be older than what the reader has done, never newer, so it is safe
// to write it seldom. When a hard limit of size makes retention pass over a reader, the log begins
// behind what the reader needs: that is the mark "needs snapshot", and such a registration holds
// nothing any more.
//
// Races with retention: a reader first writes its registration and then looks where the log begins;
// retention first says in `begin` what it is about to remove and then looks at the registrations.
// One of the two sees the other. Threads: any; each registration has one writer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event_store/identity.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

struct Registration {
    std::string name;
    LogKind kind = LogKind::events;
    std::uint64_t needs = 0;  ///< first sequence it has not taken yet
    std::string updated;
    /// the file cannot be read: it holds everything until somebody removes it
    bool damaged = false;
    unsigned newer_format = 0;  ///< 0, or that of a newer program, which holds everything too

    [[nodiscard]] bool readable() const { return !damaged && newer_format == 0; }
};

class ReaderRegistry {
 public:
    ReaderRegistry(platform::Storage& storage, const Paths& paths)
        : storage_(storage), paths_(paths) {}

    /// Sorted by name. None if there is no folder.
    [[nodiscard]] base::Result<std::vector<Registration>> list() const;
    /// The lowest sequence of a log that a registered reader needs; `none` when nobody needs
    /// anything of it. Readers that need what lies before `begin` already count no more.
    [[nodiscard]] base::Result<std::uint64_t> oldest_needed(LogKind kind,
                                                            std::uint64_t begin) const;
    /// Both logs. An error when nobody has that name.
    [[nodiscard]] base::Result<void> remove(const std::string& name);

    static constexpr std::uint64_t none = ~std::uint64_t{0};

 private:
    platform::Storage& storage_;
    const Paths& paths_;
};

/// A reader's own registration.
class RegisteredReader {
 public:
    struct Setup {
        platform::Storage& storage;
        const platform::Clock& clock;
        const Paths& paths;
        const Identity& identity;
    };

    /// Registers `name` for records from `first_sequence` on, or takes up the registration of that
    /// name where it was left. A name has 1 to 64 of a-z, 0-9, - and _.
    [[nodiscard]] static base::Result<RegisteredReader> open(const Setup& setup,
                                                             const std::string& name, LogKind kind,
                                                             std::uint64_t first_sequence);

    /// First sequence to read.
    [[nodiscard]] std::uint64_t needs() const { return needs_; }
    /// The log no longer holds what is needed (or is about to remove it): take a snapshot of record
    /// `oldest_sequence() - 1` or later, then advance() to the record after it.
    [[nodiscard]] bool needs_snapshot() const { return needs_ < oldest_; }
    [[nodiscard]] std::uint64_t oldest_sequence() const { return oldest_; }

    /// Everything below `sequence` is done with. Written at most once a second; `now`: in any case.
    [[nodiscard]] base::Result<void> advance(std::uint64_t sequence, bool now = false);

 private:
    RegisteredReader(const Setup& setup, std::string path, LogKind kind)
        : storage_(&setup.storage),
          clock_(&setup.clock),
          paths_(setup.paths),
          identity_(setup.identity),
          path_(std::move(path)),
          kind_(kind) {}
    [[nodiscard]] base::Result<void> write();
    [[nodiscard]] base::Result<void> look_at_the_begin();

    platform::Storage* storage_;
    const platform::Clock* clock_;
    Paths paths_;
    Identity identity_;
    std::string path_;
    LogKind kind_;
    std::uint64_t needs_ = 0;
    std::uint64_t oldest_ = 1;
    std::uint64_t written_at_ns_ = 0;
};

}  // namespace bw::event_store
