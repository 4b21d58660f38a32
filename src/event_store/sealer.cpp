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
    const std::string path = paths_.durable(identity().kind, next_);
    if (auto closed = storage_.set_read_only(path, true); !closed) return closed;
    if (auto written = write_seal(storage_, paths_, identity(), made); !written) return written;
    return take(made.seal);
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
