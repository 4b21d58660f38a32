// Hub::State: what a hub remembers. hub.cpp has events in and frames out, hub_requests.cpp what
// clients ask for.
#pragma once

#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "gateway/websocket/connection.hpp"
#include "gateway/websocket/hub.hpp"
#include "gateway/websocket/market_view.hpp"
#include "gateway/websocket/protocol.hpp"

namespace bw::gateway::websocket {

struct StreamKeyHash {
    std::size_t operator()(const views::StreamKey& key) const {
        return base::mix64(2 * std::uint64_t{key.account.value()} +
                           static_cast<std::uint64_t>(key.stream));
    }
};

class Hub::State {
 public:
    State(const HubParts& parts, const HubOptions& options)
        : options_(options),
          authenticator_(parts.authenticator),
          commands_(parts.commands),
          clock_(parts.clock),
          market_(parts.market),
          reports_(parts.reports),
          random_(options.shuffle_seed) {
        BW_ASSERT(options.shuffle_seed != 0 && options.errors_max > 0 &&
                  options.messages_per_second_max > 0);
    }

    void apply(const views::AnyEvent& event) {
        event.visit<Events>([this](const auto& known) { on(known); });
    }
    void end(const views::RecordView& record);
    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();
    [[nodiscard]] bool storage_scarce() const { return market_.storage_scarce; }
    [[nodiscard]] std::optional<ConnectionId> connect();
    std::optional<model::AccountId> disconnect(ConnectionId id);
    void stop() { stopping_ = true; }
    void on_text(ConnectionId id, std::string_view text);
    [[nodiscard]] bool is_authenticated(ConnectionId id) const {
        return connections_.at(id)->principal.has_value();
    }
    [[nodiscard]] std::optional<std::string> next_frame(ConnectionId id);
    [[nodiscard]] std::optional<Close> must_close(ConnectionId id) const;
    [[nodiscard]] const std::vector<ConnectionId>& ready();

 private:
    using Outcome = std::optional<Problem>;

    template <class Event>
    void on(const Event& event);
    void touch(model::InstrumentId instrument, bool traded);
    void finish_command(const views::RecordView& record);
    void start_day_if_new(std::uint64_t timestamp_ns);
    void make_pending(Topic& topic);
    void make_reports_pending();
    void close_slow(const Topic& topic);

    Outcome handle(Connection& client, const Request& request);
    Outcome subscribe(Connection& client, const Request& request);
    Outcome unsubscribe(Connection& client, const Request& request);
    Outcome authenticate(Connection& client, const Request& request);
    Outcome cancel_on_disconnect(Connection& client, const Request& request);
    void send_cancels();
    Outcome subscribe_public(Connection& client, const Request& request,
                             const SubscriptionKey& key);
    Outcome subscribe_private(Connection& client, const Request& request,
                              const SubscriptionKey& key);
    [[nodiscard]] std::expected<std::unique_ptr<Subscription>, Problem> make_public(
        Connection& client, const Request& request, InstrumentView* view);
    void add_subscription(Connection& client, const SubscriptionKey& key,
                          std::unique_ptr<Subscription> subscription);
    void end_subscription(Connection& client, const Subscription& subscription);
    [[nodiscard]] std::optional<SubscriptionKey> key_of(const Request& request);
    void refuse(Connection& client, const Request& request, const Problem& problem);
    void reply(Connection& client, std::string frame);

    void mark_ready(Connection& client);
    [[nodiscard]] Connection* find(ConnectionId id);
    [[nodiscard]] std::uint64_t random();

    HubOptions options_;
    access::Authenticator& authenticator_;
    sequencer::CommandPort& commands_;
    const platform::Clock& clock_;
    RequestReader reader_;
    MarketView market_;
    const views::Reports* reports_;

    // what the command that is being applied has changed so far
    std::vector<std::pair<InstrumentView*, bool>> touched_;
    std::vector<std::pair<InstrumentView*, std::string>> notices_;
    std::vector<std::pair<InstrumentView*, std::string>> former_symbols_;
    std::vector<views::StreamKey> changed_streams_;
    std::uint64_t day_end_ns_ = 0;
    bool between_commands_ = true;

    // topics outlive connections: a subscription removes itself from its topic when it ends
    std::unordered_map<views::StreamKey, Topic, StreamKeyHash> private_topics_;
    std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
    ConnectionId last_id_ = 0;
    std::vector<ConnectionId> ready_next_, ready_now_;
    // accounts whose orders must be cancelled, oldest first
    std::deque<model::AccountId> to_cancel_;
    bool stopping_ = false;
    std::uint64_t random_;
};

}  // namespace bw::gateway::websocket
