// RequestTracker: which caller waits for which command, and when its answer is complete.
//
//   begin(caller) ─► request id in the command ─► … ─► an event names the id ─► its last event:
//   completed
//
// A command is complete when its last event has been applied: only then do the views show all of
// its effects. One thread. Callers are forgotten on completion, expiry or abandonment; a command
// sent before a restart completes nobody, because the counter of request ids starts at the clock's
// microseconds and so is always above the ids of an earlier run.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/types.hpp"
#include "views/projection/projection.hpp"

namespace bw::gateway::session {

/// The request that the event names; 0: none.
[[nodiscard]] model::RequestId request_of(const views::AnyEvent& event);

class RequestTracker {
 public:
    using Caller = std::uint64_t;

    RequestTracker(std::uint16_t gateway, std::uint64_t realtime_ns);

    /// The request id for a command of this caller. `deadline_ns` must not fall from call to call
    /// (monotonic clock).
    [[nodiscard]] model::RequestId begin(Caller caller, std::uint64_t deadline_ns);
    /// The command was not sent, or the caller went away.
    void abandon(model::RequestId id) { waiting_.erase(id.value()); }

    struct CompletedRequest {
        Caller caller;
        model::RequestId request_id;
        /// SBE header and block: the first that names the request
        std::vector<std::byte> first_event;
    };
    /// `names`: the request that the event of this record names; 0: none. Something when it was the
    /// last event of a command that a caller waits for.
    [[nodiscard]] std::optional<CompletedRequest> apply(const views::RecordView& record,
                                                        model::RequestId names);

    struct ExpiredRequest {
        Caller caller;
        model::RequestId request_id;
    };
    /// The next caller whose deadline has passed; it is forgotten. Its command may still take
    /// effect.
    [[nodiscard]] std::optional<ExpiredRequest> next_expired(std::uint64_t now_ns);

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
    struct Deadline {
        std::uint64_t at_ns;
        std::uint64_t request_id;
    };

    std::uint16_t gateway_;
    std::uint64_t counter_;
    std::unordered_map<std::uint64_t, Caller> waiting_;
    std::deque<Deadline> deadlines_;  // rising
    std::uint64_t current_ = 0;       // waiting request of the command being read, or 0
    std::vector<std::byte> first_event_;
};

}  // namespace bw::gateway::session
