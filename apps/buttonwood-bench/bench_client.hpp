// BenchClient: runs an exchange on its threads with the calling thread as its only client, which
// sends a stream of commands and reads the events. Threads: the calling one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/histogram.hpp"
#include "bench/exchange_stream.hpp"
#include "bench/limited_storage.hpp"
#include "bench/measure.hpp"
#include "buttonwood-bench/bench.hpp"
#include "buttonwood/runtime/running_node.hpp"
#include "buttonwood/runtime/temporary_directory.hpp"
#include "event_store/store.hpp"

namespace bw::apps {

class BenchClient {
 public:
    /// Opens an exchange in a temporary folder, which the destructor removes, and sends the untimed
    /// commands of the stream.
    [[nodiscard]] static base::Result<std::unique_ptr<BenchClient>> open(
        const bench::EncodedStream& stream, const BenchOptions& options,
        event_store::Durability mode);
    /// Opens an exchange in `directory`, which stays, and sends nothing. Requires: there is no
    /// exchange in it.
    [[nodiscard]] static base::Result<std::unique_ptr<BenchClient>> open_in(
        const std::string& directory, const bench::EncodedStream& stream,
        const BenchOptions& options, event_store::Durability mode);

    ~BenchClient() { close(); }

    /// Stops the exchange cleanly and closes its folder.
    void close() {
        if (node_) node_->stop();
    }

    /// Sends commands [from, to) as fast as the pipeline accepts them, and reads until their last
    /// event.
    void send_all(std::size_t from, std::size_t to);

    /// Sends commands [from, to) at `rate` per second, each at its own time whether or not the
    /// previous ones are done (open loop). Returns the latencies in nanoseconds, from the due time
    /// to the read of the last event.
    [[nodiscard]] base::Histogram send_at_rate(std::size_t from, std::size_t to, double rate) {
        base::Histogram latency;
        send_at_rate(from, to, rate, [&](std::uint64_t due_ns, std::uint64_t seen_ns) {
            latency.record(seen_ns - due_ns);
        });
        return latency;
    }
    /// As above; calls `on_done(due, seen)` for each command, in nanoseconds of the monotonic
    /// clock.
    template <class OnDone>
    void send_at_rate(std::size_t from, std::size_t to, double rate, OnDone&& on_done);

    [[nodiscard]] RunningNode& running_node() { return *node_; }
    [[nodiscard]] const bench::TradeReader& trades() const { return trades_; }
    [[nodiscard]] const std::string& error() const { return events_->error(); }
    [[nodiscard]] const std::string& directory() const { return directory_; }
    /// The exchange's storage, including the limits of the disk.
    [[nodiscard]] platform::Storage& storage() { return node_->store().storage(); }

 private:
    BenchClient(const bench::EncodedStream& stream, const Placement& placement)
        : stream_(stream), placement_(placement), trades_(stream) {}

    [[nodiscard]] base::Result<void> start(const BenchOptions& options,
                                           event_store::Durability mode);

    /// Reads at most one batch of events; calls `on_done(i)` after the last event of message i.
    template <class OnDone>
    void read(OnDone&& on_done) {
        for (unsigned i = 0; i < 256; ++i) {
            const event_store::RecordView* record = events_->poll();
            if (record == nullptr) return;
            trades_.read(record->message);
            if (record->ends_command()) on_done(completed_++);
        }
    }

    const bench::EncodedStream& stream_;
    Placement placement_;
    std::optional<TemporaryDirectory> temporary_;
    std::string directory_;
    platform::SystemClock clock_;
    std::optional<bench::LimitedStorage> limited_storage_;
    std::unique_ptr<RunningNode> node_;
    std::unique_ptr<event_store::LogReader> events_;
    std::unique_ptr<sequencer::RingPort> port_;
    bench::TradeReader trades_;
    std::size_t completed_ = 0;
};

template <class OnDone>
void BenchClient::send_at_rate(std::size_t from, std::size_t to, double rate, OnDone&& on_done) {
    const std::uint64_t start = bench::monotonic_ns() + 10'000'000;
    const auto due = [&](std::size_t i) {
        return start + static_cast<std::uint64_t>(static_cast<double>(i - from) * 1e9 / rate);
    };
    std::size_t next = from;
    PacedClient pace(placement_, node_->store().mode());
    while (completed_ < to && events_->error().empty()) {
        const std::uint64_t now = bench::monotonic_ns();
        if (pace.may_send(completed_ == next))
            while (next < to && due(next) <= now && port_->try_send(stream_.message(next))) ++next;
        std::uint64_t seen = 0;
        read([&](std::size_t command) {
            if (seen == 0) seen = bench::monotonic_ns();
            on_done(due(command), seen);
        });
        pace.rest_if(completed_ == next);
    }
}

}  // namespace bw::apps
