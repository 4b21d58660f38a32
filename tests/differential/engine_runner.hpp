// EngineRunner: an engine with a sink that keeps the events of the latest command, and a hash over
// all of them.
#pragma once

#include <span>
#include <vector>

#include "base/hash.hpp"
#include "codec/header.hpp"
#include "differential/naive_exchange.hpp"
#include "engine/engine.hpp"

namespace bw::differential {

class EngineRunner final : private engine::EventSink {
 public:
    explicit EngineRunner(const engine::Limits& limits) : engine_(*this, limits) {}

    /// The events of the command, back to back. Valid until the next call.
    [[nodiscard]] const Bytes& apply(std::uint64_t sequence, std::span<const std::byte> command) {
        events_.clear();
        ended_ = false;
        engine_.apply(model::SequenceNumber{sequence}, command);
        BW_ASSERT(ended_);
        hash_.add(events_);
        return events_;
    }

    void save(engine::SnapshotSink& sink) const { engine_.save(sink); }
    [[nodiscard]] bool load(engine::SnapshotSource& source) { return engine_.load(source); }
    void verify_invariants() const { engine_.verify_invariants(); }
    [[nodiscard]] std::uint64_t state_hash() const { return engine_.state_hash(); }
    [[nodiscard]] std::uint64_t events_hash() const { return hash_.value(); }

 private:
    void take(std::span<const std::byte> messages, bool last) override {
        BW_ASSERT(!ended_);
        events_.insert(events_.end(), messages.begin(), messages.end());
        ended_ = last;
    }

    Bytes events_;
    bool ended_ = true;
    base::RunningHash hash_;
    engine::Engine engine_;
};

[[nodiscard]] inline Bytes joined(std::span<const Bytes> messages) {
    Bytes out;
    for (const Bytes& message : messages) out.insert(out.end(), message.begin(), message.end());
    return out;
}

/// Cuts at the headers; a tail that is no whole message stays as it is, so that a comparison shows
/// it.
[[nodiscard]] inline std::vector<Bytes> split(std::span<const std::byte> bytes) {
    std::vector<Bytes> out;
    codec::MessageHeader header;
    while (codec::read_header(bytes, header)) {
        const std::size_t size = std::min(bytes.size(), sizeof header + header.block_length);
        out.emplace_back(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        bytes = bytes.subspan(size);
    }
    if (!bytes.empty()) out.emplace_back(bytes.begin(), bytes.end());
    return out;
}

}  // namespace bw::differential
