// GatewayAgent: the REST and WebSocket gateway: reads events, maintains the read models, serves
// clients. With `public_only` it serves market data only, without keys, and sends no commands.
//
// Two of them may stand behind one door: the one that trades owns the sockets, and the other, a
// `public_only` one on a thread of its own, serves the room for market data (`door`).
//
// Use: open() catches up with the stored events from the newest snapshot of the readers, then call
// do_work() in a loop. Threads: one, and the helper that stores new keys.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "access/hmac_authenticator.hpp"
#include "access/key_writer.hpp"
#include "buttonwood/processes/gateway/io_threads.hpp"
#include "buttonwood/processes/gateway/key_thread.hpp"
#include "buttonwood/processes/gateway/network_files.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/node_access.hpp"
#include "buttonwood/runtime/reader_watch.hpp"
#include "event_store/snapshots/reader_start.hpp"
#include "gateway/rest/api.hpp"
#include "gateway/rest/http_server.hpp"
#include "gateway/websocket/hub.hpp"
#include "node/node.hpp"
#include "platform/random.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::apps {

class GatewayAgent {
 public:
    struct Options {
        /// Whose sockets it shares; nullptr: it has its own. Requires: that one's market data is
        /// `apart`, and it outlives this one.
        GatewayAgent* door = nullptr;
        std::string directory;                                ///< folder of the keys
        std::uint32_t operators = access::operators_default;  ///< minimum number of keys
        std::size_t reader = 0;                               ///< index of its reader counters
        bool public_only = false;  ///< public market data; no keys, no orders
        gateway::rest::MarketDataPlace market_data = gateway::rest::MarketDataPlace::here;
        gateway::rest::HttpServerOptions http;
        NetworkOptions network;
        ThreadOptions io_thread;            ///< of each thread that serves sockets
        gateway::rest::GateOptions gate{};  ///< of the one that has the sockets
        gateway::rest::ApiOptions api;
    };

    /// Returns after it has read every stored event and listens.
    [[nodiscard]] static base::Result<std::unique_ptr<GatewayAgent>> open(
        const Options& options, NodeAccess& node, sequencer::CommandPort& port,
        const node::StartProgress& progress);

    /// One turn. Returns the amount of work done.
    std::size_t do_work();
    /// False: this gateway serves its sockets itself, and nobody would wake it.
    [[nodiscard]] bool can_sleep() const {
        const std::optional<IoThreads>& threads = (door_ != nullptr ? door_ : this)->io_threads_;
        return threads && threads->count() > 0;
    }
    /// Looks for work once more; if there is none, sleeps until there are events or clients want
    /// something, or for some milliseconds. Returns the amount of work done. Requires: can_sleep().
    std::size_t sleep();
    /// Tells the clients of all waiting requests that their commands were never taken. Call it when
    /// the node to which they were sent has died and all of its events have been read.
    void give_up_waiting() { api_->give_up_waiting(); }

    [[nodiscard]] const views::ReadModels& models() const { return models_; }
    /// The snapshot and event from which it started.
    [[nodiscard]] const event_store::ReaderStart& start() const { return start_; }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    /// "http" or "https".
    [[nodiscard]] const char* scheme() const {
        return network_->certificate() == nullptr ? "http" : "https";
    }
    /// The key file of every operator.
    [[nodiscard]] std::vector<std::string> operator_key_files() const {
        std::vector<std::string> files;
        if (!keys_) return files;
        for (std::uint32_t number = 1; number <= keys_->operators(); ++number)
            files.push_back(keys_->operator_key_file(number).string());
        return files;
    }
    [[nodiscard]] const std::string& failure() const { return start_.records->error(); }

    // Requires: it has sockets of its own.
    void stop() { server_->stop(); }
    [[nodiscard]] bool stopped() const { return server_->connections() == 0; }
    [[nodiscard]] bool waiting() const { return api_->waiting() > 0; }

 private:
    GatewayAgent(const Options& options, NodeAccess& node, sequencer::CommandPort& port);
    [[nodiscard]] base::Result<void> open_keys(const Options& options);
    void make_rooms(const Options& options);
    [[nodiscard]] base::Result<void> read_stored_events(const node::StartProgress& progress);
    [[nodiscard]] base::Result<void> open_sockets(const Options& options);
    [[nodiscard]] gateway::rest::Gate& gate() { return door_ != nullptr ? door_->gate() : *gate_; }
    std::size_t read_events(std::size_t most);
    [[nodiscard]] bool worth_reading();
    [[nodiscard]] gateway::rest::NodeStatus status() const;
    [[nodiscard]] std::vector<std::byte> command(model::SequenceNumber number) const;

    NodeAccess& node_;
    sequencer::CommandPort& port_;
    std::size_t reader_;
    ReaderWatch watch_;
    platform::SystemRandom random_;
    event_store::ReaderStart start_;
    views::ReadModels models_;
    platform::WakeUp own_wake_up_;          ///< the I/O threads and the helper for keys wake it
    platform::WakeUp market_data_wake_up_;  ///< and this one, who serves market data behind it
    platform::WakeUp* wake_up_;
    GatewayAgent* door_;
    std::unique_ptr<access::KeyStore> keys_;
    std::unique_ptr<access::KeyWriter> key_writer_;
    std::optional<KeyThread> key_thread_;  ///< ends before what it works on
    std::unique_ptr<access::Authenticator> authenticator_;
    std::unique_ptr<gateway::rest::Gate> gate_;
    std::unique_ptr<gateway::websocket::Hub> hub_;
    std::unique_ptr<gateway::rest::Api> api_;
    std::unique_ptr<NetworkFiles> network_;
    std::unique_ptr<gateway::rest::HttpServer> server_;
    std::unique_ptr<gateway::rest::RoomServer> room_;  ///< behind another's door
    std::optional<IoThreads> io_threads_;              ///< must end before the server
    std::uint64_t next_read_ns_ = 0;                   ///< while no node runs
};

}  // namespace bw::apps
