// Projection: the contract of everything that is made of events, stated once.
//
//   event log ──record──► fold(record, a, b, c) ──► decoded once ──► a, then b, then c
//
// A follower reads events; a projection is a follower whose state can be saved.
//
//   Events                       the events it reads, a std::tuple; all others pass it by
//   apply(record, event)         one of these events: an overload for each, or one for AnyEvent
//   begin(record), end(record)   if declared: before and after the event of every record, also of
//                                one that it does not read
//   After, Before                if declared: other followers that it reads, as they are after the
//                                event or before it. fold() does not compile in another order
//   save(out)                    the state as bytes: the same records give the same bytes.
//                                Requires: the last record ended its command
//   load(in)                     restores what save() wrote; from then on both act alike. False:
//                                the bytes are malformed, and it is as after reset()
//   reset()                      as new
//
// Requires: every record of the log once, in sequence order, whole; a Position in front of the
// others asserts it. Half of a command is no state that anybody may be shown: who answers clients
// waits for record.ends_command().
// Ensures: deterministic. The state depends on the records alone: no clock, no randomness, no
// address.
// Threads: one; queries between records. Errors: none, since the engine has checked every command;
// an event that contradicts the state is our bug and asserts. Events of a newer schema pass by.
// Cost: of fold(), one decoding and direct calls, nothing virtual; of apply(), O(1) or O(log n)
// unless it says otherwise.
#pragma once

#include <concepts>
#include <cstdint>
#include <tuple>

#include "base/assert.hpp"
#include "base/fields.hpp"
#include "codec/registry.hpp"
#include "event_store/log/record.hpp"
#include "views/projection/any_event.hpp"

namespace bw::views {

using event_store::RecordView;

template <class F, class Event>
concept Applies = requires(F& follower, const RecordView& record, const Event& event) {
    follower.apply(record, event);
};

template <class F, class Events>
inline constexpr bool applies_each = false;
template <class F, class... Event>
inline constexpr bool applies_each<F, std::tuple<Event...>> = (Applies<F, Event> && ...);

template <class F>
concept Follower = applies_each<F, typename F::Events>;

template <class P>
concept Projection = Follower<P> && requires(P& projection, const P& saved, base::FieldWriter& out,
                                             base::FieldReader& in) {
    saved.save(out);
    { projection.load(in) } -> std::same_as<bool>;
    projection.reset();
};

namespace detail {

template <class F, class Other>
constexpr bool reads_after() {
    if constexpr (requires { typename F::After; }) return is_one_of<Other, typename F::After>;
    return false;
}

template <class F, class Other>
constexpr bool reads_before() {
    if constexpr (requires { typename F::Before; }) return is_one_of<Other, typename F::Before>;
    return false;
}

template <class F, class... Later>
constexpr bool comes_before() {
    return ((!reads_after<F, Later>() && !reads_before<Later, F>()) && ...);
}

template <class... F>
struct Order {
    static constexpr bool is_kept = true;
};
template <class F, class... Later>
struct Order<F, Later...> {
    static constexpr bool is_kept = comes_before<F, Later...>() && Order<Later...>::is_kept;
};

template <class F>
void begin(F& follower, const RecordView& record) {
    if constexpr (requires { follower.begin(record); }) follower.begin(record);
}

template <class F, class Event>
void apply(F& follower, const RecordView& record, const Event& event) {
    if constexpr (is_one_of<Event, typename F::Events>) follower.apply(record, event);
}

template <class F>
void end(F& follower, const RecordView& record) {
    if constexpr (requires { follower.end(record); }) follower.end(record);
}

}  // namespace detail

/// Gives the record to each follower, in this order.
template <Follower... F>
void fold(const RecordView& record, F&... followers) {
    static_assert(detail::Order<F...>::is_kept, "a follower reads another one: see After, Before");
    (detail::begin(followers, record), ...);
    codec::visit<codec::AllEvents>(
        record.message, [&](const auto& event) { (detail::apply(followers, record, event), ...); });
    (detail::end(followers, record), ...);
}

/// Where the followers of one fold stand. It comes first and asserts that no record is missed or
/// read twice. What a projection saves does not say where it stood: this does, once for all.
class Position {
 public:
    using Events = std::tuple<>;

    void begin(const RecordView& record) {
        BW_ASSERT(record.sequence == sequence_ + 1);
        sequence_ = record.sequence;
        timestamp_ns_ = record.timestamp_ns;
        ends_command_ = record.ends_command();
    }
    void save(base::FieldWriter& out) const {
        BW_ASSERT(ends_command_);
        out(sequence_, timestamp_ns_);
    }
    [[nodiscard]] bool load(base::FieldReader& in) {
        reset();
        in(sequence_, timestamp_ns_);
        if (!in.good()) reset();
        return in.good();
    }
    void reset() { *this = Position(); }

    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    /// Nothing was read yet, or the last record was the last of its command.
    [[nodiscard]] bool ends_command() const { return ends_command_; }

 private:
    std::uint64_t sequence_ = 0;
    std::uint64_t timestamp_ns_ = 0;
    bool ends_command_ = true;
};
static_assert(Projection<Position>);

}  // namespace bw::views
