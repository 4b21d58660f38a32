// GatewayAgent: the REST and WebSocket gateway put together: reads the events, keeps the views,
// serves the clients. Or the public half of it, which has no keys and sends nothing. An agent of
// one thread: open() catches up with the stored events, from the newest snapshot of the readers on,
// then do_work().
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "buttonwood/runtime/node_access.hpp"
#include "buttonwood/runtime/reader_watch.hpp"
#include "event_store/snapshots/reader_start.hpp"
#include "gateway/rest/api.hpp"
#include "gateway/rest/http_server.hpp"
#include "gateway/session/hmac_authenticator.hpp"
#include "gateway/session/key_store.hpp"
#include "gateway/websocket/hub.hpp"
#include "node/node.hpp"
#include "platform/random.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::apps {

class GatewayAgent {
 public:
    struct Options {
        std::string directory;                                          ///< where the keys lie
        std::uint32_t operators = gateway::session::operators_default;  ///< keys to have at least
        std::size_t reader = 0;                                         ///< place of its metrics
        bool public_only = false;  ///< market data for everyone; no keys, no orders
        gateway::rest::HttpServerOptions http;
        gateway::rest::ApiOptions api;
    };

    /// Knows every stored event, then listens.
    [[nodiscard]] static base::Result<std::unique_ptr<GatewayAgent>> open(
        const Options& options, NodeAccess& core, sequencer::CommandPort& port,
        const node::StartProgress& progress);

    /// One turn; how much was done.
    std::size_t do_work();
    /// The core to which waiting requests were sent is gone, and every event that it made has been
    /// read: whoever still waits is told that there is no answer.
    void give_up_waiting() { api_->give_up_waiting(); }

    [[nodiscard]] const views::ReadModels& models() const { return models_; }
    /// Where it began.
    [[nodiscard]] const event_store::ReaderStart& start() const { return start_; }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    /// Of every operator.
    [[nodiscard]] std::vector<std::string> operator_key_files() const {
        std::vector<std::string> files;
        if (!keys_) return files;
        for (std::uint32_t number = 1; number <= keys_->operators(); ++number)
            files.push_back(keys_->operator_key_file(number).string());
        return files;
    }
    [[nodiscard]] const std::string& failure() const { return start_.records->error(); }

    void stop() { server_->stop(); }
    [[nodiscard]] bool stopped() const { return server_->connections() == 0; }
    [[nodiscard]] bool waiting() const { return api_->waiting() > 0; }

 private:
    GatewayAgent(const Options& options, NodeAccess& core, sequencer::CommandPort& port);
    [[nodiscard]] base::Result<void> open_keys(const Options& options);
    std::size_t read_events(std::size_t most);
    [[nodiscard]] bool worth_reading();
    [[nodiscard]] gateway::rest::NodeStatus status() const;
    [[nodiscard]] std::vector<std::byte> command(model::SequenceNumber number) const;

    NodeAccess& core_;
    sequencer::CommandPort& port_;
    ReaderWatch watch_;
    platform::SystemRandom random_;
    event_store::ReaderStart start_;
    views::ReadModels models_;
    std::unique_ptr<gateway::session::KeyStore> keys_;
    std::unique_ptr<gateway::session::Authenticator> authenticator_;
    std::unique_ptr<gateway::websocket::Hub> hub_;
    std::unique_ptr<gateway::rest::Api> api_;
    std::unique_ptr<gateway::rest::HttpServer> server_;
    std::uint64_t next_read_ns_ = 0;  ///< while there is no core
};

}  // namespace bw::apps
