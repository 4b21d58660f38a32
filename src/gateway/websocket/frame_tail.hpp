// FrameTail: what a public frame says after its own numbers. It follows from what the client was
// sent last and from the market as it is, so it is built once for all clients of which both are the
// same.
//
//   {"type":"update","channel":"l2","symbol":"ACME","sequence":"8","previousSequence":"7", client's
//   "eventSequence":"4711","time":"…","depth":10,"bids":[…],"asks":[]}                 the tail
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace bw::gateway::websocket {

/// A client's place before its first frame.
inline constexpr std::uint64_t nothing_sent = ~std::uint64_t{0};

/// `Sent`: what a channel remembers of the data that a client has.
template <class Sent>
struct FrameTail {
    std::string text;       ///< empty: there is nothing to send
    bool snapshot = false;  ///< replaces everything that was sent before
    Sent sent{};            ///< once this is sent
};

/// The tails built last for one channel of one instrument.
template <class Sent>
class FrameTails {
 public:
    /// `sent_at`: the market's event sequence in the client's last frame, or `nothing_sent`. `now`:
    /// the market's. `build`: makes the tail, if it is not there. The reference is valid until the
    /// next call.
    template <class Build>
    const FrameTail<Sent>& get(std::uint64_t sent_at, std::uint64_t now, Build&& build) {
        for (const Entry& entry : entries_)
            if (entry.is_there && entry.sent_at == sent_at && entry.now == now) return entry.tail;
        Entry& entry = entries_[next_];
        next_ = (next_ + 1) % entries_.size();
        entry = {true, sent_at, now, build()};
        return entry.tail;
    }

 private:
    struct Entry {
        bool is_there = false;
        std::uint64_t sent_at = 0, now = 0;
        FrameTail<Sent> tail{};
    };

    std::array<Entry, 4> entries_{};  // most clients are at the same place; some are late
    std::size_t next_ = 0;
};

}  // namespace bw::gateway::websocket
