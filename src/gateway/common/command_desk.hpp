// CommandDesk: what every gateway does with the commands of its clients. It gives each one a
// request id, hands it to the ring, keeps what the gateway needs for the answer (`Pending`), and
// gives that back when the command is complete, or its time is over.
//
//   send() ─► nothing: the ring is full
//          └► request id ─┬─► end(): its last event was applied ─► Completed
//                         ├─► next_expired(): not in time       ─► Expired
//                         └─► abandon(): nobody wants the answer
//
// A caller waits for one command at a time. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "codec/registry.hpp"
#include "gateway/common/request_tracker.hpp"
#include "sequencer/command_port.hpp"
#include "views/projection/projection.hpp"

namespace bw::gateway::common {

template <class Pending>
class CommandDesk {
 public:
    using Caller = RequestTracker::Caller;

    CommandDesk(std::uint16_t gateway, std::uint64_t realtime_ns)
        : tracker_(gateway, realtime_ns) {}

    /// Sends the command under a new request id. Nothing: the ring is full. Requires: the caller
    /// waits for nothing; `deadline_ns` (monotonic clock) is not before that of the previous call.
    template <class Command>
    std::optional<model::RequestId> send(sequencer::CommandPort& port, Command command,
                                         Caller caller, std::uint64_t deadline_ns,
                                         Pending pending) {
        const model::RequestId id = tracker_.begin(caller, deadline_ns);
        command.request_id = id;
        codec::Frame<Command> frame;
        frame.body = command;
        if (!port.try_send(codec::bytes_of(frame))) {
            tracker_.abandon(id);
            return std::nullopt;
        }
        pending_.emplace(id.value(), std::move(pending));
        request_of_.emplace(caller, id.value());
        return id;
    }

    /// The caller has left. Its command still takes effect.
    void abandon(Caller caller) {
        const auto found = request_of_.find(caller);
        if (found == request_of_.end()) return;
        tracker_.abandon(model::RequestId{found->second});
        pending_.erase(found->second);
        request_of_.erase(found);
    }

    /// Each event, then the end of its record. Returns the command that the record completes.
    void apply(const views::AnyEvent& event) {
        if (tracker_.waiting() > 0) named_ = request_of(event);
    }
    struct Completed {
        Caller caller;
        model::RequestId request_id;
        /// SBE header and block of the first event that names the request
        std::vector<std::byte> first_event;
        Pending pending;
    };
    [[nodiscard]] std::optional<Completed> end(const views::RecordView& record) {
        auto completed = tracker_.apply(record, std::exchange(named_, {}));
        if (!completed) return std::nullopt;
        return Completed{completed->caller, completed->request_id,
                         std::move(completed->first_event),
                         take(completed->caller, completed->request_id)};
    }

    struct Expired {
        Caller caller;
        model::RequestId request_id;
        Pending pending;
    };
    /// The next command whose deadline has passed. It may still take effect.
    [[nodiscard]] std::optional<Expired> next_expired(std::uint64_t now_ns) {
        const auto expired = tracker_.next_expired(now_ns);
        if (!expired) return std::nullopt;
        return Expired{expired->caller, expired->request_id,
                       take(expired->caller, expired->request_id)};
    }

    /// Requires: the caller waits.
    [[nodiscard]] Pending& pending_of(Caller caller) { return pending_.at(request_of_.at(caller)); }
    [[nodiscard]] std::size_t waiting() const { return tracker_.waiting(); }

 private:
    Pending take(Caller caller, model::RequestId id) {
        request_of_.erase(caller);
        return std::move(pending_.extract(id.value()).mapped());
    }

    RequestTracker tracker_;
    model::RequestId named_;  // by the event that is being applied; 0: none
    std::unordered_map<std::uint64_t, Pending> pending_;    // by request id
    std::unordered_map<Caller, std::uint64_t> request_of_;  // request id of each waiting caller
};

}  // namespace bw::gateway::common
