// Sealer: seals the complete segments of a log in the background, oldest first: reads one in
// pieces, hashes it, makes it read-only and writes its seal. Segments of older programs, which have
// no seals, are taken over the same way. Seals that are there already are only checked for their
// chain.
//
// It is the first to read again what was written. What is on the disk and is not what was written
// ends the process, as a write that fails does: the log cannot be trusted any more. A disk that
// cannot be read or has no room now is said once, and tried again each second. Threads: do_work()
// from one thread; sealed_before() from the same.
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

    /// One piece of a segment, or the look at one seal; how much was done.
    std::size_t do_work(std::size_t piece_bytes = SealMaker::piece_bytes_max);
    /// All segments below this one have sound seals.
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
    std::optional<SealFile> made_;  ///< of `next_`, not written yet
    bool suspected_ = false;        ///< `next_` is read a second time
    bool reported_ = false;
    std::uint64_t again_at_ns_ = 0;
};

}  // namespace bw::event_store
