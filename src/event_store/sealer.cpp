#include "event_store/sealer.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace bw::event_store {

using base::Result;

std::size_t Sealer::do_work() {
    if (stopped_ || next_ >= window_.written()) return 0;
    const Result<void> done = maker_ ? take_piece() : look();
    if (done) return 1;
    stopped_ = true;
    std::fprintf(stderr, "buttonwood: segment %llu of the %s is not sealed: %s\n",
                 static_cast<unsigned long long>(next_),
                 std::string(name_of(identity().kind)).c_str(), done.error().message.c_str());
    return 0;
}

Result<void> Sealer::look() {
    const auto there = read_seal(storage_, paths_, identity(), next_);
    if (!there) return std::unexpected(there.error());
    switch (there->state) {
        case SealState::valid: return take(there->seal);
        case SealState::missing:
        case SealState::damaged: break;
        case SealState::foreign:
        case SealState::newer_version:
            return std::unexpected(refusal(paths_.seal(identity().kind, next_), *there));
    }
    maker_ = std::make_unique<SealMaker>(storage_, paths_, identity(), next_);
    return {};
}

/// The file becomes read-only first: a seal says that it is.
Result<void> Sealer::take_piece() {
    const auto complete = maker_->step();
    if (!complete) return std::unexpected(complete.error());
    if (!*complete) return {};
    const SealFile made = maker_->finish(chain_);
    maker_.reset();
    if (auto sound = check_end(made.seal); !sound) return sound;
    const std::string path = paths_.durable(identity().kind, next_);
    if (auto closed = storage_.set_read_only(path, true); !closed) return closed;
    if (auto written = write_seal(storage_, paths_, identity(), made); !written) return written;
    return take(made.seal);
}

/// A lost write at the end of a segment leaves zeros, which look like an end: only the next segment knows better.
Result<void> Sealer::check_end(const Seal& seal) const {
    const std::string next = paths_.durable(identity().kind, next_ + 1);
    const auto bytes = storage_.read(next, 0, segment_header_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    SegmentHeader header;
    if (read_header(*bytes, identity(), header) != HeaderState::valid)
        return base::error(fmt::format("the header of {} is not valid; run `buttonwood verify {}`",
                                       next, paths_.directory));
    const LogPosition end = end_of(seal);
    if (header.first_sequence == end.next_sequence && header.previous_crc == end.previous_crc)
        return {};
    return base::error(
        fmt::format("{} ends with record {} on the disk, but {} begins with record {}: the disk "
                    "has lost a write. Keep this folder, restore the file from a backup at the "
                    "next stop, and run `buttonwood verify {}`",
                    paths_.durable(identity().kind, next_), end.last_sequence(), next,
                    header.first_sequence, paths_.directory));
}

Result<void> Sealer::take(const Seal& seal) {
    if (seal.chain != chain_of(chain_, seal))
        return base::error(
            fmt::format("{} does not continue the seal before it; run `buttonwood "
                        "verify {}`",
                        paths_.seal(identity().kind, next_), paths_.directory));
    chain_ = seal.chain;
    ++next_;
    return {};
}

}  // namespace bw::event_store
