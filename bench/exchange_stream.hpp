// A neutral stream as commands of the exchange: listing, accounts and deposits first, then the
// stream, encoded in SBE.
//
// Order ids are handed out in order of the new orders, so the id that a change names is known in
// advance. Every user of the stream is an account with enough cash and shares; instruments have a
// tick of 10^-4 and no collar, so prices are the stream's ticks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/checksum.hpp"
#include "bench/stream.hpp"
#include "codec/header.hpp"

namespace bw::bench {

struct EncodedStream {
    std::vector<std::byte> bytes;
    std::vector<std::uint32_t> offsets;     ///< of each message, and the end
    std::size_t untimed = 0;                ///< set-up and prefill messages at the front
    std::vector<std::uint64_t> stream_ids;  ///< order id -> id in the stream

    [[nodiscard]] std::size_t size() const { return offsets.size() - 1; }
    [[nodiscard]] std::span<const std::byte> message(std::size_t index) const {
        return std::span(bytes).subspan(offsets[index], offsets[index + 1] - offsets[index]);
    }
};

[[nodiscard]] EncodedStream encode_for_exchange(const Stream& stream);

/// Computes the stream's checksum from the exchange's events.
class TradeReader {
 public:
    explicit TradeReader(const EncodedStream& encoded) : stream_ids_(encoded.stream_ids) {}
    /// Events back to back: header and block each.
    void read(std::span<const std::byte> messages);
    [[nodiscard]] const TradeChecksum& checksum() const { return checksum_; }
    [[nodiscard]] std::uint64_t rejects() const { return rejects_; }

 private:
    std::span<const std::uint64_t> stream_ids_;
    TradeChecksum checksum_;
    std::uint64_t rejects_ = 0;
};

}  // namespace bw::bench
