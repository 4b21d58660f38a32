// Hub: the WebSocket clients and their subscriptions, without sockets. Its owner passes each text
// frame of a client to on_text(), and sends what next_frame() returns to the clients in ready().
// One thread; no call blocks. A Projection (views/projection/projection.hpp) that applies each
// event after the market and the reports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/authenticator.hpp"
#include "base/fields.hpp"
#include "codec/events.hpp"
#include "platform/clock.hpp"
#include "sequencer/command_port.hpp"
#include "views/market/market_data.hpp"
#include "views/projection/projection.hpp"
#include "views/reports/reports.hpp"

namespace bw::gateway::websocket {

using ConnectionId = std::uint64_t;

struct HubOptions {
    /// of frames waiting for one client; a client with more private reports or replies is closed
    std::size_t queue_bytes_max = 1 << 20;
    std::size_t connections_max = 10'000;
    std::size_t subscriptions_max = 1'000;  ///< of one client
    std::size_t errors_max = 50;  ///< refused requests of one client in a minute; above: closed
    /// requests of one client, with a burst of twice that; more are refused
    std::size_t messages_per_second_max = 200;
    bool public_channels = true;  ///< false: they are served at /ws/market
    std::uint16_t gateway = 1;    ///< top 16 bits of the request ids of its cancels
    std::uint64_t shuffle_seed = 0x9E3779B97F4A7C15ull;  ///< of the order of ready(); not 0
};

/// What the hub reads, and where it sends commands.
struct HubParts {
    const views::market::MarketData& market;
    const views::Reports* reports;  ///< nullptr: the authenticator refuses all keys
    access::Authenticator& authenticator;
    sequencer::CommandPort& commands;
    const platform::Clock& clock;
};

class Hub {
 public:
    using Events = std::tuple<codec::OrderAccepted, codec::TradeExecuted, codec::OrderCancelled,
                              codec::OrderReduced, codec::OrderReplaced, codec::OrderTriggered,
                              codec::OrderRefreshed, codec::InstrumentUpdated,
                              codec::StorageStateSet, codec::IndicativePrice, codec::AuctionEnded,
                              codec::LimitBandsSet, codec::LimitStateChanged, codec::ClosingPrice,
                              codec::TradeBusted, codec::TradeCorrected, codec::SharesSplit>;
    using After = std::tuple<views::market::MarketData, views::Reports>;

    explicit Hub(const HubParts& parts, const HubOptions& options = {});
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Records what the event changes. Subscriptions become pending in end(), after the last event
    /// of the command.
    void apply(const views::RecordView& record, const views::AnyEvent& event);
    void end(const views::RecordView& record);

    // save(), load(), reset(): the state that comes from events.
    void save(base::FieldWriter& out) const;
    /// Requires: no client yet.
    [[nodiscard]] bool load(base::FieldReader& in);
    /// Requires: no client yet.
    void reset();

    /// The exchange refuses new orders for want of storage, as the channel `status` reports.
    [[nodiscard]] bool storage_scarce() const;

    /// Nothing when the hub is full.
    [[nodiscard]] std::optional<ConnectionId> connect();
    /// Removes the client. If it has enabled cancel on disconnect, all open orders of its account
    /// are cancelled, for whatever reason the connection ended. Returns that account.
    std::optional<model::AccountId> disconnect(ConnectionId id);
    /// The exchange is closing: from now on, disconnect() cancels no orders.
    void stop();
    void on_text(ConnectionId id, std::string_view text);

    /// Whether the client has shown a key. Requires: connect() gave this id.
    [[nodiscard]] bool is_authenticated(ConnectionId id) const;

    /// The next frame for this client: replies first, then one frame of each pending subscription
    /// in turn. Public updates are built here, so that a slow reader gets conflated ones.
    [[nodiscard]] std::optional<std::string> next_frame(ConnectionId id);
    /// The close code and text, if this client must be closed.
    struct Close {
        std::uint16_t code;
        std::string reason;
        model::AccountId account{};  ///< for which it has signed in; 0: none
    };
    [[nodiscard]] std::optional<Close> must_close(ConnectionId id) const;
    /// The clients for which next_frame() or must_close() has something new since the last call, in
    /// random order so that none is always first. Also sends cancels that the full ring had
    /// refused: call it once in each turn.
    [[nodiscard]] const std::vector<ConnectionId>& ready();

 private:
    class State;
    std::unique_ptr<State> state_;
};
static_assert(views::Projection<Hub>);

}  // namespace bw::gateway::websocket
