// ReaderRegistry: which records registered readers still need, so that retention keeps them.
//
//   DIR/readers/NAME.commands, DIR/readers/NAME.events     text, replaced as a whole:
//       buttonwood reader / format 1 / log events / needs 1234 / updated 2026-11-27T12:00:00Z /
//       check xxxxxxxx
//
// A registration stays until it is removed explicitly: a reader that was away for a week finds its
// records. The sequence on disk may be older than the reader's progress, never newer, so it is safe
// to write it rarely. If a hard size limit makes retention overtake a reader, the log begins after
// what the reader needs; its state is then "needs snapshot", and the registration no longer keeps
// any records.
//
// Race with retention: a reader first writes its registration and then reads where the log begins;
// retention first announces in `begin` what it will remove and then reads the registrations. So at
// least one of them sees the other.
//
// Threads: any; each registration has one writer.
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
    std::uint64_t needs = 0;  ///< first sequence that it has not processed
    std::string updated;
    /// the file is damaged: it keeps all records until it is removed
    bool damaged = false;
    /// 0, or the format number of a newer program's file, which keeps all records too
    unsigned newer_format = 0;

    [[nodiscard]] bool readable() const { return !damaged && newer_format == 0; }
};

class ReaderRegistry {
 public:
    ReaderRegistry(platform::Storage& storage, const Paths& paths)
        : storage_(storage), paths_(paths) {}

    /// All registrations, sorted by name; empty if the folder does not exist.
    [[nodiscard]] base::Result<std::vector<Registration>> list() const;
    /// The lowest sequence of a log that a registered reader needs; `none` if no reader needs
    /// anything. Readers that need records before `begin` are ignored: those are already removed.
    [[nodiscard]] base::Result<std::uint64_t> oldest_needed(LogKind kind,
                                                            std::uint64_t begin) const;
    /// Removes the reader's registrations for both logs. Error: there is none of that name.
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

    /// Registers `name` for records from `first_sequence` on, or continues an existing registration
    /// of that name, whose sequence then applies. A name has 1 to 64 characters of a-z, 0-9, - and
    /// _.
    [[nodiscard]] static base::Result<RegisteredReader> open(const Setup& setup,
                                                             const std::string& name, LogKind kind,
                                                             std::uint64_t first_sequence);

    /// First sequence to read.
    [[nodiscard]] std::uint64_t needs() const { return needs_; }
    /// True if the log no longer has what is needed, or is about to remove it: take a snapshot of
    /// record `oldest_sequence() - 1` or later, then advance() to the record after it.
    [[nodiscard]] bool needs_snapshot() const { return needs_ < oldest_; }
    [[nodiscard]] std::uint64_t oldest_sequence() const { return oldest_; }

    /// Records that everything below `sequence` is processed. Written at most once a second, or at
    /// once if `now`.
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
