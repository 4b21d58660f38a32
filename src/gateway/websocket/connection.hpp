// Connection: the state of one client: its identity, subscriptions, unsent replies and rate limits.
#pragma once

#include <compare>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "access/authenticator.hpp"
#include "base/gcra.hpp"
#include "gateway/websocket/hub.hpp"
#include "gateway/websocket/subscription.hpp"

namespace bw::gateway::websocket {

/// Identifies a subscription among those of a client. It names the instrument by its number, which
/// a new symbol does not change.
struct SubscriptionKey {
    Channel channel;
    model::InstrumentId instrument;  ///< 0: all of them, or a private channel
    std::string resolution;          ///< of candles

    friend auto operator<=>(const SubscriptionKey&, const SubscriptionKey&) = default;
};

struct Connection {
    Connection(ConnectionId given_id, const HubOptions& options)
        : id(given_id),
          messages(1'000'000'000 / options.messages_per_second_max,
                   2 * options.messages_per_second_max),
          errors(60'000'000'000 / options.errors_max, options.errors_max) {}

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
    std::map<SubscriptionKey, std::unique_ptr<Subscription>> subscriptions;
    std::deque<Subscription*> pending;  // have something to send, in the order of becoming so
    std::deque<std::string> replies;
    std::size_t reply_bytes = 0;
    base::Gcra messages;
    base::Gcra errors;
    bool is_ready = false;  // listed for the next ready()
    std::optional<Hub::Close> close;
};

}  // namespace bw::gateway::websocket
