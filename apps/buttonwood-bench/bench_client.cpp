#include "buttonwood-bench/bench_client.hpp"

namespace bw::apps {

base::Result<std::unique_ptr<BenchClient>> BenchClient::open(const bench::EncodedStream& stream,
                                                             const BenchOptions& options,
                                                             event_store::Durability mode) {
    std::unique_ptr<BenchClient> client(new BenchClient(stream, options.placement));
    client->temporary_.emplace(options.directory);
    client->directory_ = client->temporary_->path();
    if (client->directory_.empty())
        return base::error("no temporary folder can be made; name one with --data");
    if (auto started = client->start(options, mode); !started)
        return std::unexpected(started.error());
    client->send_all(0, stream.untimed);
    return client;
}

base::Result<std::unique_ptr<BenchClient>> BenchClient::open_in(const std::string& directory,
                                                                const bench::EncodedStream& stream,
                                                                const BenchOptions& options,
                                                                event_store::Durability mode) {
    std::unique_ptr<BenchClient> client(new BenchClient(stream, options.placement));
    client->directory_ = directory;
    if (auto started = client->start(options, mode); !started)
        return std::unexpected(started.error());
    return client;
}

base::Result<void> BenchClient::start(const BenchOptions& options, event_store::Durability mode) {
    RunningNode::Options node_options;
    node_options.node.store.directory = directory_;
    node_options.node.store.shared_directory = options.shared_directory;
    node_options.node.store.mode = mode;
    if (options.disk.any())
        node_options.node.store.storage = &limited_storage_.emplace(
            platform::system_storage(), options.disk, options.shared_directory);
    node_options.node.gateways = 1;
    node_options.node.day_end_ns = std::nullopt;
    node_options.thread = options.placement.core(options.busy_spin);
    node_options.background = options.placement.background(mode);
    auto node = RunningNode::start(node_options, clock_);
    if (!node) return std::unexpected(node.error());
    node_ = std::move(*node);
    auto events = node_->store().open_reader(event_store::LogKind::events, 1);
    if (!events) return std::unexpected(events.error());
    events_ = std::move(*events);
    port_ = std::make_unique<sequencer::RingPort>(node_->port(0));
    return {};
}

void BenchClient::send_all(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
        while (!port_->try_send(stream_.message(i))) read([](std::size_t) {});
        if (i % 128 == 0) read([](std::size_t) {});
    }
    while (completed_ < to && events_->error().empty()) read([](std::size_t) {});
}

}  // namespace bw::apps
