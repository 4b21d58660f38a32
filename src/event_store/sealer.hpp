// Sealer: seals the complete segments of a log in the background, oldest first: reads one in pieces, hashes it, makes
// it read-only and writes its seal. Segments of older programs, which have no seals, are taken over the same way.
// Seals that are there already are only checked for their chain.
// Threads: do_work() from one thread; sealed_before() from the same.
#pragma once

#include <cstdint>
#include <memory>

#include "event_store/log_begin.hpp"
#include "event_store/seal.hpp"
#include "event_store/segment_window.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

class Sealer {
 public:
    Sealer(platform::Storage& storage, const Paths& paths, const SegmentWindow& window,
           const LogBegin& begin)
        : storage_(storage),
          paths_(paths),
          window_(window),
          next_(begin.index),
          chain_(begin.chain) {}

    /// One piece of a segment, or the look at one seal; how much was done. What is wrong is said once on stderr, and
    /// this log is sealed no further: the next start or `verify` judges it.
    std::size_t do_work();
    /// All segments below this one have sound seals.
    [[nodiscard]] std::uint64_t sealed_before() const { return next_; }

 private:
    [[nodiscard]] base::Result<void> look();
    [[nodiscard]] base::Result<void> take_piece();
    [[nodiscard]] base::Result<void> check_end(const Seal& seal) const;
    [[nodiscard]] base::Result<void> take(const Seal& seal);
    [[nodiscard]] const LogIdentity& identity() const { return window_.identity(); }

    platform::Storage& storage_;
    const Paths& paths_;
    const SegmentWindow& window_;
    std::uint64_t next_;
    Hash chain_;  ///< of the segment before `next_`
    std::unique_ptr<SealMaker> maker_;
    bool stopped_ = false;
};

}  // namespace bw::event_store
