// Hub: every WebSocket client and what it subscribed to, without a socket: text frames in, text
// frames out. The server that owns the sockets feeds it and drains it. One thread. A Projection
// (views/projection/projection.hpp) behind the market and the reports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "gateway/session/authenticator.hpp"
#include "platform/clock.hpp"
#include "sequencer/command_port.hpp"
#include "views/market/market_data.hpp"
#include "views/projection/projection.hpp"
#include "views/reports/reports.hpp"

namespace bw::gateway::websocket {

using ConnectionId = std::uint64_t;

struct HubOptions {
    std::size_t queue_bytes_max =
        1 << 20;  ///< of frames waiting for one client; private reports above it: disconnect
    std::size_t connections_max = 10'000;
    std::size_t subscriptions_max = 1'000;  ///< of one client
    std::size_t errors_max = 50;  ///< refused requests of one client in a minute; then it is closed
    /// requests of one client, with a burst of twice that; more are refused
    std::size_t messages_per_second_max = 200;
    std::uint16_t gateway = 1;  ///< top 16 bits of the request ids of its cancels
    std::uint64_t shuffle_seed = 0x9E3779B97F4A7C15ull;  ///< of the order of ready(); not 0
};

/// What the hub answers from and sends to.
struct HubParts {
    const views::market::MarketData& market;
    const views::Reports* reports;  ///< nullptr: the authenticator lets nobody in
    session::Authenticator& authenticator;
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

    /// Takes note of what changed. Frames are made at the last event of each command.
    void apply(const views::RecordView& record, const views::AnyEvent& event);
    void end(const views::RecordView& record);

    // What came from events.
    void save(base::FieldWriter& out) const;
    /// Requires: no client yet.
    [[nodiscard]] bool load(base::FieldReader& in);
    /// Requires: no client yet.
    void reset();

    /// The exchange refuses entries, as its clients are told.
    [[nodiscard]] bool storage_scarce() const;

    /// Nothing when the hub is full.
    [[nodiscard]] std::optional<ConnectionId> connect();
    /// If the client asked for it, all open orders of its account are cancelled, whatever ended the
    /// connection.
    void disconnect(ConnectionId id);
    /// The exchange is closing: connections that end from now on cancel nothing.
    void stop();
    void on_text(ConnectionId id, std::string_view text);

    /// The next frame to write to this client, oldest first; conflated public updates are made
    /// here, when asked for.
    [[nodiscard]] std::optional<std::string> next_frame(ConnectionId id);
    /// Why this client must be closed now (WebSocket close code and text), if it must.
    struct Close {
        std::uint16_t code;
        std::string reason;
    };
    [[nodiscard]] std::optional<Close> must_close(ConnectionId id) const;
    /// Once in a turn, also for cancels that a full ring held up.
    /// Clients for which next_frame or must_close has news since the last call; the order is
    /// shuffled so that nobody is always first.
    [[nodiscard]] const std::vector<ConnectionId>& ready();

 private:
    class State;
    std::unique_ptr<State> state_;
};
static_assert(views::Projection<Hub>);

}  // namespace bw::gateway::websocket
