// StreamClient: a WebSocket client beyond the network: authenticates, follows its account's private
// reports, a book and trades, and goes on behind the last report it got when a connection ends.
// Some ask for a cancel on disconnect. Its reports come without a gap and without a repetition,
// unless it was told to start over; its book, made of snapshot and changes, is the one that the
// gateway had.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "simulation/book_text.hpp"
#include "simulation/gateway.hpp"
#include "simulation/sim_network.hpp"

namespace bw::simulation {

class StreamClient final : public NetworkEnd {
 public:
    StreamClient(RunContext& context, SimNetwork& network, const SimClock& clock,
                 std::uint32_t number, std::uint32_t services);

    /// One turn: connects, or asks once more for what was not given yet. At rest nothing is ended
    /// on purpose.
    void act(bool serving);
    /// The report that comes next.
    [[nodiscard]] std::uint64_t next(bool executions) const {
        return streams_[executions ? 1 : 0].next;
    }
    /// Everything was subscribed to and confirmed.
    [[nodiscard]] bool follows() const;
    [[nodiscard]] std::string key_id() const;
    [[nodiscard]] const std::string& symbol() const { return symbol_; }
    [[nodiscard]] const Book& book() const { return book_; }
    [[nodiscard]] std::size_t depth() const { return depth_; }

    void opened(ConnectionNumber connection) override;
    void received(ConnectionNumber connection, NetworkMessage message) override;
    void closed(ConnectionNumber connection) override;

 private:
    struct Stream {
        std::uint64_t next = 0;        ///< report; 0: wherever the gateway begins
        std::uint64_t lives = 0;       ///< of the process, when the last report came
        std::uint64_t generation = 0;  ///< of the ledger, when the last report was made
        bool asked = false;
        bool confirmed = false;
    };

    void subscribe();
    void authenticate();
    void send(std::string text);
    void lost();
    void confirmed(std::string_view frame, const NetworkMessage& message);
    void refused(std::string_view frame, const NetworkMessage& message);
    void reported(std::string_view frame, const NetworkMessage& message);
    void book_changed(std::string_view frame, const NetworkMessage& message);
    [[nodiscard]] bool cancels_on_disconnect() const { return number_ % 3 == 0; }

    RunContext& context_;
    SimNetwork& network_;
    const SimClock& clock_;
    std::uint32_t number_;
    std::uint32_t services_;
    Random random_;
    std::string symbol_;
    std::uint64_t depth_;
    std::uint64_t nonce_ = 0;
    std::uint64_t account_ = 0;

    ConnectionNumber connection_ = 0;
    bool open_ = false;
    bool authenticating_ = false;
    bool authenticated_ = false;
    bool was_too_slow_ = false;      ///< and was cut off for it
    std::array<Stream, 2> streams_;  ///< orders, executions
    bool book_asked_ = false;
    bool book_here_ = false;
    std::uint64_t book_sequence_ = 0;
    Book book_;
    std::uint64_t next_ns_ = 0;
    std::uint64_t deadline_ns_ = 0;  ///< of the connect
};

}  // namespace bw::simulation
