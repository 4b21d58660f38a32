// AnyEvent: a decoded event whose type the holder need not know. It refers, it does not copy; valid
// as long as the event is.
#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>

namespace bw::views {

template <class Event, class Events>
inline constexpr bool is_one_of = false;
template <class Event, class... Events>
inline constexpr bool is_one_of<Event, std::tuple<Events...>> =
    (std::is_same_v<Event, Events> || ...);

class AnyEvent {
 public:
    /// Implicit on purpose: what takes an AnyEvent takes every event.
    template <class Event>
        requires requires { Event::template_id; }
    AnyEvent(const Event& event) : template_id_(Event::template_id), event_(&event) {}

    /// Calls `visitor(const Event&)` if it is one of `Events` (a std::tuple); whether it is.
    template <class Events, class Visitor>
    bool visit(Visitor&& visitor) const {
        return visit_one_of(static_cast<Events*>(nullptr), visitor);
    }

 private:
    template <class... Event, class Visitor>
    bool visit_one_of(std::tuple<Event...>*, Visitor& visitor) const {
        return ((template_id_ == Event::template_id &&
                 (visitor(*static_cast<const Event*>(event_)), true)) ||
                ...);
    }

    std::uint16_t template_id_;
    const void* event_;
};

}  // namespace bw::views
