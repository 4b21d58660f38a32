// Clients: simulated participants, an operator among them. They see what their gateway tells them
// and send commands; some make mistakes, some repeat themselves, some mean harm. Beyond the
// process: they do not forget when the exchange dies.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "codec/commands.hpp"
#include "simulation/order_fold.hpp"
#include "simulation/sim_machine.hpp"
#include "simulation/sim_storage.hpp"

namespace bw::simulation {

/// What a gateway knows and shows to its clients.
struct View {
    OrderFold fold;
    std::map<std::string, std::uint32_t> accounts;  ///< by reference
};

class Client {
 public:
    enum class Kind : std::uint8_t { operating, maker, taker, canceller, duplicating, hostile };

    Client(Kind kind, std::uint32_t number, std::uint32_t clients, std::uint32_t instruments,
           std::uint64_t seed);

    /// What it wants to send now, under this request id; empty: nothing.
    [[nodiscard]] Bytes next(const View& view, model::RequestId request);
    /// Its request was answered. Duplicates are answered, too.
    void answered(model::RequestId request);
    /// An order of its account was accepted.
    void accepted(std::uint64_t order) { orders_.push_back(order); }
    /// The exchange died: what was not answered may have happened or not.
    void exchange_died();
    /// The gateway is back and has read everything: what is still without an answer is sent again,
    /// or given up.
    void exchange_is_back();
    /// A request of an earlier life was found among the events.
    [[nodiscard]] bool was_waiting_for(model::RequestId request) const {
        return unknown_.contains(request.value());
    }
    [[nodiscard]] bool ready(const View& view) const;
    [[nodiscard]] std::string reference() const;
    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] Kind kind() const { return kind_; }

 private:
    struct Sent {
        Bytes message;
        bool repeatable = false;  ///< it carries an id by which the exchange knows it again
    };

    [[nodiscard]] Bytes choose(const View& view, model::RequestId request);
    [[nodiscard]] Bytes operate(const View& view, model::RequestId request);
    [[nodiscard]] Bytes set_up(const View& view, model::RequestId request);
    [[nodiscard]] Bytes intervene(const View& view, model::RequestId request);
    [[nodiscard]] Bytes make(const View& view, model::RequestId request);
    [[nodiscard]] Bytes take(const View& view, model::RequestId request);
    [[nodiscard]] Bytes change(const View& view, model::RequestId request);
    [[nodiscard]] Bytes cancel(const View& view, model::RequestId request);
    [[nodiscard]] Bytes attack(const View& view, model::RequestId request);
    [[nodiscard]] Bytes garbage();

    [[nodiscard]] codec::NewOrder order_near(const View& view, model::RequestId request);
    [[nodiscard]] std::uint32_t account(const View& view) const;
    [[nodiscard]] std::uint64_t some_order();
    template <class Message>
    [[nodiscard]] Bytes keep(const Message& message, bool repeatable);

    Kind kind_;
    std::uint32_t number_;
    std::uint32_t clients_;
    std::uint32_t instruments_;
    Random random_;
    std::uint64_t next_client_id_ = 1;
    std::deque<std::uint64_t> orders_;                 ///< accepted ones, the latest
    std::map<std::uint64_t, Sent> waiting_;            ///< by request id
    std::map<std::uint64_t, Sent> unknown_;            ///< of an earlier life
    std::deque<Bytes> again_;                          ///< to be sent once more
    std::set<std::string> set_up_;                     ///< steps of the operator that were answered
    std::map<std::uint64_t, std::string> setting_up_;  ///< request id, step
};

}  // namespace bw::simulation
