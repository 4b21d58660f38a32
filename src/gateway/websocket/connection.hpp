// Connection: the state of one client: its identity, subscriptions, unsent replies and rate limits.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "access/authenticator.hpp"
#include "gateway/websocket/hub.hpp"
#include "gateway/websocket/subscription.hpp"

namespace bw::gateway::websocket {

/// Token bucket that starts full and gains one token per `ns_per_token`. The caller gives the time.
class TokenBucket {
 public:
    TokenBucket(std::size_t capacity, std::uint64_t ns_per_token, std::uint64_t now_ns)
        : capacity_(capacity),
          ns_per_token_(ns_per_token),
          tokens_(capacity),
          refilled_ns_(now_ns) {}

    [[nodiscard]] bool try_take(std::uint64_t now_ns) {
        const std::uint64_t earned = (now_ns - refilled_ns_) / ns_per_token_;
        if (earned > 0) {
            tokens_ = earned >= capacity_ - tokens_ ? capacity_ : tokens_ + earned;
            refilled_ns_ += earned * ns_per_token_;
        }
        if (tokens_ == 0) return false;
        --tokens_;
        return true;
    }

 private:
    std::size_t capacity_;
    std::uint64_t ns_per_token_;
    std::size_t tokens_;
    std::uint64_t refilled_ns_;
};

struct Connection {
    Connection(ConnectionId given_id, const HubOptions& options, std::uint64_t now_ns)
        : id(given_id),
          messages(2 * options.messages_per_second_max,
                   1'000'000'000 / options.messages_per_second_max, now_ns),
          errors(options.errors_max, 60'000'000'000 / options.errors_max, now_ns) {}

    void reply(std::string frame) {
        reply_bytes += frame.size();
        replies.push_back(std::move(frame));
    }
    [[nodiscard]] std::optional<std::string> take_reply() {
        if (replies.empty()) return std::nullopt;
        std::string frame = std::move(replies.front());
        replies.pop_front();
        reply_bytes -= frame.size();
        return frame;
    }
    void close_with(std::uint16_t code, std::string reason) {
        if (!close) close = Hub::Close{code, std::move(reason)};
    }

    ConnectionId id;
    std::optional<access::Principal> principal;
    bool cancels_on_disconnect = false;
    // by channel, symbol and resolution
    std::map<std::string, std::unique_ptr<Subscription>, std::less<>> subscriptions;
    std::deque<Subscription*> pending;  // have something to send, in the order of becoming so
    std::deque<std::string> replies;
    std::size_t reply_bytes = 0;
    TokenBucket messages;
    TokenBucket errors;
    bool is_ready = false;  // listed for the next ready()
    std::optional<Hub::Close> close;
};

}  // namespace bw::gateway::websocket
