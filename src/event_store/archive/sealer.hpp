// Sealer: seals the complete segments of a log in the background, oldest first: it reads one in
// pieces, hashes it, makes it read-only and writes its seal. Segments of older programs, which have
// no seals, are sealed in the same way. For existing seals only the chain is checked.
//
// The sealer is the first to read back what was written. If the disk holds other bytes than were
// written, it ends the process, as a failed write does: the log cannot be trusted. A disk that
// cannot be read or is full is reported once and retried each second.
//
// Threads: do_work() and sealed_before() from one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "event_store/archive/log_begin.hpp"
#include "event_store/archive/seal.hpp"
#include "event_store/log/segment_window.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

class Sealer {
 public:
    Sealer(platform::Storage& storage, const platform::Clock& clock, const Paths& paths,
           const SegmentWindow& window, const LogBegin& begin)
        : storage_(storage),
          clock_(clock),
          paths_(paths),
          window_(window),
          next_(begin.index),
          chain_(begin.chain) {}

    /// Processes one piece of a segment or checks one existing seal. Returns 1 if it did either,
    /// else 0.
    std::size_t do_work(std::size_t piece_bytes = SealMaker::piece_bytes_max);
    /// All segments below this one have valid seals.
    [[nodiscard]] std::uint64_t sealed_before() const { return next_; }

 private:
    [[nodiscard]] base::Result<void> work(std::size_t piece_bytes);
    [[nodiscard]] base::Result<void> look();
    [[nodiscard]] base::Result<void> take_piece(std::size_t piece_bytes);
    [[nodiscard]] base::Result<void> finish_segment();
    [[nodiscard]] base::Result<void> check_end(const Seal& seal);
    void take(const Seal& seal);
    void suspect(const std::string& what);
    void try_again_later(const std::string& why);
    [[nodiscard]] const LogIdentity& identity() const { return window_.identity(); }

    platform::Storage& storage_;
    const platform::Clock& clock_;
    const Paths& paths_;
    const SegmentWindow& window_;
    std::uint64_t next_;
    Hash chain_;  ///< of the segment before `next_`
    std::unique_ptr<SealMaker> maker_;
    std::optional<SealFile> made_;  ///< of `next_`, not yet written
    bool suspected_ = false;        ///< `next_` is being read a second time
    bool reported_ = false;
    std::uint64_t again_at_ns_ = 0;
};

}  // namespace bw::event_store
