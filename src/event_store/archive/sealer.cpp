#include "event_store/archive/sealer.hpp"

#include <utility>

#include <fmt/format.h>

#include "platform/process.hpp"
#include "telemetry/log.hpp"

namespace bw::event_store {
namespace {

using base::Result;

constexpr int exit_code_io_error = 74;  // EX_IOERR of sysexits.h
constexpr std::uint64_t retry_pause_ns = 1'000'000'000;

}  // namespace

std::size_t Sealer::do_work(std::size_t piece_bytes) {
    if (next_ >= window_.written()) return 0;
    if (again_at_ns_ != 0 && clock_.monotonic_ns() < again_at_ns_) return 0;
    const Result<void> done = work(piece_bytes);
    if (!done) {
        try_again_later(done.error().message);
        return 0;
    }
    again_at_ns_ = 0;
    return 1;
}

Result<void> Sealer::work(std::size_t piece_bytes) {
    if (made_) return finish_segment();
    return maker_ ? take_piece(piece_bytes) : look();
}

Result<void> Sealer::look() {
    const auto there = read_seal(storage_, paths_, identity(), next_);
    if (!there) return std::unexpected(there.error());
    const std::string path = paths_.seal(identity().kind, next_);
    switch (there->state) {
        case SealState::valid: take(there->seal); return {};
        case SealState::missing:
        case SealState::damaged: break;
        case SealState::foreign:
        case SealState::newer_version: suspect(refusal(path, *there).message); return {};
    }
    maker_ = std::make_unique<SealMaker>(storage_, paths_, identity(), next_);
    return {};
}

Result<void> Sealer::take_piece(std::size_t piece_bytes) {
    const auto complete = maker_->step(piece_bytes);
    if (!complete && maker_->content_is_wrong()) {
        suspect(complete.error().message);
        return {};
    }
    if (!complete) {
        maker_.reset();
        return std::unexpected(complete.error());
    }
    if (!*complete) return {};
    made_ = maker_->finish(chain_);
    maker_.reset();
    return {};
}

/// Makes the file read-only before the seal says that it is.
Result<void> Sealer::finish_segment() {
    if (auto sound = check_end(made_->seal); !sound || !made_) return sound;
    const std::string path = paths_.durable(identity().kind, next_);
    if (auto closed = storage_.set_read_only(path, true); !closed) return closed;
    if (auto written = write_seal(storage_, paths_, identity(), *made_); !written) return written;
    take(made_->seal);
    return {};
}

/// A lost write at the end of a segment leaves zeros, which look like the end of the log. Only the
/// next segment shows that records are missing.
Result<void> Sealer::check_end(const Seal& seal) {
    const std::string next = paths_.durable(identity().kind, next_ + 1);
    const auto bytes = storage_.read(next, 0, segment_header_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    SegmentHeader header;
    const LogPosition end = end_of(seal);
    if (read_header(*bytes, identity(), header) != HeaderState::valid)
        suspect(fmt::format("{} is damaged at byte 0: its header is not valid", next));
    else if (header.first_sequence != end.next_sequence || header.previous_crc != end.previous_crc)
        suspect(
            fmt::format("{} ends at byte {} with record {} on the disk, but {} begins with "
                        "record {}: the disk has lost a write",
                        paths_.durable(identity().kind, next_), end.offset, end.last_sequence(),
                        next, header.first_sequence));
    return {};
}

void Sealer::take(const Seal& seal) {
    if (seal.chain != chain_of(chain_, seal))
        return suspect(fmt::format("{} does not continue the seal before it",
                                   paths_.seal(identity().kind, next_)));
    chain_ = seal.chain;
    ++next_;
    made_.reset();
    suspected_ = reported_ = false;
}

/// The process ends only after two equal reads: the disk may have returned wrong bytes once.
void Sealer::suspect(const std::string& what) {
    maker_.reset();
    made_.reset();
    for (const std::uint64_t index : {next_, next_ + 1})
        storage_.forget_cached(paths_.durable(identity().kind, index), 0);
    if (!std::exchange(suspected_, true)) return;
    const bool derived = identity().kind == LogKind::events;
    platform::end_process(
        exit_code_io_error,
        fmt::format("{}. The log on the disk is not what was written; stopping. {}", what,
                    derived ? "Check the disk, then start again: events are made again from the "
                              "commands."
                            : fmt::format("Keep this folder, check the disk, restore the file from "
                                          "a backup and run `buttonwood verify {}`.",
                                          paths_.directory)));
}

void Sealer::try_again_later(const std::string& why) {
    if (!std::exchange(reported_, true))
        telemetry::log_event(
            telemetry::Event::segment_not_sealed,
            {.message = fmt::format(
                 "segment {} of the {} is not sealed yet: {}. It is tried again each second.",
                 next_, name_of(identity().kind), why)});
    again_at_ns_ = clock_.monotonic_ns() + retry_pause_ns;
}

}  // namespace bw::event_store
